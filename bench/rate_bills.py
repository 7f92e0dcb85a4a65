"""A million bills of a realistic mix, rated again and compared: two engines, a public tool, and the plainest query.

    python bench/rate_bills.py [--home DIR] [--bills 10000,100000,1000000,3000000] [--rounds 3]

85 % households with tiers (a quarter of them by time of use, a quarter by the calendar year), 10 % commercial by time
of use, 5 % two-part with basic charge and power factor; meters changed and rolled over, sub-meters, losses,
suspensions, adjustments among them (``made_bills``). They are made once, as Parquet files, and kept in ``--home``. Each
side runs in a process of its own, so that its peak of memory is its own; the best round counts, because the machine may
have other work.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_bills

MEMORY, THREADS, GIB = "3GB", 2, 1 << 20
MILLION, SAMPLE, CUSTOMERS = 1_000_000, 3_000, 60_000
"""Bills for the comparison side by side, for the Decimal engine, and whose customers PySAM rates."""
Result = dict[str, Any]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--bills", default="10000,100000,1000000,3000000")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--side", choices=[*SIDES, "make"], help=argparse.SUPPRESS)
    given = arguments.parse_args()
    sizes = [int(size) for size in given.bills.split(",")]
    if given.side == "make":
        made_bills.make(given.home, max(sizes))
    elif given.side:
        print(json.dumps(SIDES[given.side](given.home, sizes[0])))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            measure(given.home or Path(scratch), sizes, given.rounds)


def measure(home: Path, sizes: list[int], rounds: int) -> None:
    command = [sys.executable, __file__, "--home", str(home)]

    def run(side: str, bills: int) -> Result:
        done = subprocess.run(
            [*command, "--side", side, "--bills", str(bills)], check=True, stdout=subprocess.PIPE, text=True
        )
        return dict(json.loads(done.stdout.splitlines()[-1])) if done.stdout else {}

    run("make", max(sizes))
    heads = ("bills", "rate s", "compare s", "all s", "bills/s", "CPU s", "peak GiB", "floor s", "ratio")
    print(" ".join(f"{head:>10}" for head in heads))
    million: Result = {}
    for bills in sizes:
        # the floor beside each round, because the machine's speed drifts
        pairs = [(run("sql", bills), run("floor", bills)) for _ in range(rounds if bills <= MILLION else 1)]
        ours, floor = (min(side, key=lambda r: r["wall"]) for side in zip(*pairs, strict=True))
        figures = [f"{bills:,}", f"{ours['rate']:.2f}", f"{ours['compare']:.2f}", f"{ours['wall']:.2f}"]
        figures += [f"{bills / ours['wall']:,.0f}", f"{ours['cpu']:.2f}", f"{ours['peak']:.2f}"]
        figures += [f"{floor['wall']:.3f}", f"{ours['wall'] / floor['wall']:.0f}"]
        print(" ".join(f"{figure:>10}" for figure in figures), "", ours["differ"], flush=True)
        if bills <= MILLION:
            million = {"bills": bills, **ours}
    others = [
        min((run(side, bills) for _ in range(rounds)), key=lambda r: r["wall"])
        for side, bills in (("decimal", SAMPLE), ("pysam", CUSTOMERS))
    ]
    report(million, *others)


def report(ours: Result, exact: Result, pysam: Result) -> None:
    print(f"\n{'':40} {'bills/s':>9} {'our rating and comparing':>26} {'our rating alone':>18}")
    sides = (
        (f"SQL, {ours['bills']:,} bills", ours["bills"] / ours["wall"]),
        (f"Decimal, one process, {exact['bills']:,} bills", exact["bills"] / exact["wall"]),
        (f"PySAM, two processes, {pysam['bills']:,} bills", pysam["bills"] / pysam["wall"]),
        ("PySAM, its execute() alone", 2 * pysam["bills"] / pysam["execute"]),
    )
    for name, speed in sides:
        compared, rated = (ours["bills"] / ours[of] / speed for of in ("wall", "rate"))
        print(f"{name:40} {speed:9,.0f} {compared:20.1f} times {rated:12.1f} times")
    print(f"Decimal: {exact['agree']:,} of {exact['bills']:,} bills to the fen as the SQL engine has them")
    print(
        f"PySAM: {pysam['amounts']:,} amounts, {pysam['off']} further off than the rounding of our lines, "
        f"largest difference {pysam['largest']:.3f}, {pysam['cents']:,} not the same fen; peak {pysam['peak']:.2f} GiB"
    )


def sql(home: Path, bills: int) -> Result:
    """The SQL engine and the comparison, as the pipeline calls them, from Parquet files."""
    from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
    from wattledger.rating.compare import compare_bills
    from wattledger.rating.sql_engine import rate_bills

    connection, catalogue = connect(home), made_bills.catalogue()
    clock = stopwatch()
    create_tariffs_and_parameters(connection, catalogue)
    views(connection, home, bills)
    rate_bills(connection)
    rated, _ = clock()
    compare_bills(connection)
    wall, cpu = clock()
    figures = {"rate": rated, "compare": wall - rated, "wall": wall, "cpu": cpu, "peak": peak()}
    return {**figures, "differ": differ(connection)}


def differ(connection: Any) -> str:
    """The differences found, beside those that were planted."""
    query = """
        WITH found AS (SELECT bill_id, sum(amount) AS amount FROM bill_difference GROUP BY 1),
            planted AS (SELECT bill_id, amount FROM fault WHERE amount <> 0)
        SELECT (SELECT count(*) FROM found), (SELECT count(*) FROM planted),
            (SELECT count(*) FROM planted JOIN found USING (bill_id, amount))"""
    found, planted, same = connection.execute(query).fetchall()[0]
    return f"{found:,} found, {planted:,} planted, {same:,} the same to the fen"


def floor(home: Path, bills: int) -> Result:
    """What the work costs at the least: kWh times price, rounded and added up, in one query over the billed lines."""
    connection = connect(home)
    views(connection, home, bills)
    clock = stopwatch()
    connection.execute("SELECT sum(round(quantity * price, 2)) FROM bill_line").fetchall()
    wall, cpu = clock()
    return {"wall": wall, "cpu": cpu, "peak": peak()}


def decimal(home: Path, bills: int) -> Result:
    """The Decimal engine, one process; reading the cases is not counted."""
    from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
    from wattledger.rating.decimal_engine import rate
    from wattledger.rating.inputs import case_of
    from wattledger.rating.sql_engine import rate_bills

    connection, catalogue = connect(home), made_bills.catalogue()
    create_tariffs_and_parameters(connection, catalogue)
    views(connection, home, bills)
    for name in made_bills.INPUTS:  # a table answers each bill's question, a view would read the file for it
        connection.execute(f"CREATE TABLE few_{name} AS FROM {name}")
    rate_bills(connection)
    amounts = dict(connection.execute("SELECT bill_id, amount FROM expected_bill").fetchall())
    cases = [case_of(connection, bill_id, "few_") for bill_id in sorted(amounts)]
    rate(cases[0], catalogue)  # what is worked out once a catalogue
    clock = stopwatch()
    totals = [rate(case, catalogue).total for case in cases]
    wall, cpu = clock()
    agree = sum(total == amounts[case.bill_id] for total, case in zip(totals, cases, strict=True))
    return {"bills": len(cases), "wall": wall, "cpu": cpu, "peak": peak(), "agree": agree}


def pysam(home: Path, bills: int) -> Result:
    """PySAM, in the environment that ``rate_pysam`` asks for."""
    from rate_pysam_input import write_customers

    from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
    from wattledger.rating.sql_engine import rate_bills

    connection, catalogue = connect(home), made_bills.catalogue()
    create_tariffs_and_parameters(connection, catalogue)
    views(connection, home, bills)
    rate_bills(connection)
    write_customers(connection, catalogue, home / "customers.json")
    uv = shutil.which("uv") or str(made_bills.ROOT / ".tools" / "bin" / "uv")
    script = Path(__file__).with_name("rate_pysam.py")
    done = subprocess.run(
        [uv, "run", "--quiet", "--script", str(script), str(home / "customers.json")],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def connect(home: Path) -> Any:
    from wattledger import duckdb_connection
    from wattledger.settings import Settings

    return duckdb_connection.connect(Settings(home=home, memory_limit=MEMORY, threads=THREADS))


def views(connection: Any, home: Path, bills: int) -> None:
    """The first ``bills`` bills under the names that the engine reads."""
    parts = range(-(-bills // made_bills.PART))
    among = "" if bills % made_bills.PART == 0 else f" WHERE bill_id < 'B{bills:09}'"
    for name in (*made_bills.INPUTS, *made_bills.BILLED):
        files = ", ".join(f"'{home / name / str(part)}.parquet'" for part in parts)
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM read_parquet([{files}]){among}")


def stopwatch() -> Callable[[], tuple[float, float]]:
    """A function that tells the seconds since now: on the clock, and of CPU over all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    return lambda: (time.perf_counter() - wall, time.process_time() - cpu)


def peak() -> float:
    """This process's peak of resident memory, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB


SIDES = {"sql": sql, "floor": floor, "decimal": decimal, "pysam": pysam}

if __name__ == "__main__":
    main()
