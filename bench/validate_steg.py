"""STEG's 4.5 million invoices, 2005 to 2019: the rules by Great Expectations beside the same rules as plain SQL.

    WATTLEDGER_DATA=../shared/data python bench/validate_steg.py [--home DIR] [--rounds 3] [--period 2005-01..2019-12]

The audit lands the period first, unless ``--home`` has it already. Then each side runs by turns, each time in a
process of its own, so that its peak of memory is its own: the audit from the lake's Parquet files to its table of
failing rows, and the SQL of tests/steg/plain from a Parquet file of the same rows, straightened, to such a table by one
INSERT a rule. Both sides have the same threads and the same memory. Importing Great Expectations is start-up, and told
apart. The best round of each side counts, because the machine may have other work.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SOURCE = ROOT / "sources" / "steg.yaml"
MEMORY, THREADS, GIB = "2GB", 2, 1 << 20
Clock = Callable[[], tuple[float, float]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--period", default="2005-01..2019-12")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--side", choices=["land", "audit", "plain"], help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.side:
        print(
            json.dumps({"land": land, "audit": audit, "plain": plain}[given.side](given.home, given.period))
        )
        return
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        landed = run("land", home, given.period)
        rounds = [
            (run("audit", home, given.period), run("plain", home, given.period)) for _ in range(given.rounds)
        ]
    report(landed, [r[0] for r in rounds], [r[1] for r in rounds])


def run(side: str, home: Path, period: str) -> dict[str, Any]:
    """One side in a process of its own."""
    command = [sys.executable, __file__, "--side", side, "--home", str(home), "--period", period]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def land(home: Path, text: str) -> dict[str, Any]:
    """The period in the lake, and its rows as one straightened Parquet file."""
    import duckdb
    from tests.steg.plain import straighten

    from wattledger import pipeline

    opened, clock = open_audit(home, text), stopwatch()
    if any(opened.lake.pin(name) is None for name in opened.source.datasets):
        for name in opened.source.datasets:
            pipeline.land(opened, name)
    wall, cpu = clock()
    file = home / "bench" / "invoice.parquet"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": str(file.parent)}
        ) as connection:
            connection.execute(straighten(Path(os.environ["WATTLEDGER_DATA"]) / "steg"))
            connection.execute(f"COPY invoice TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    return {"wall": wall, "cpu": cpu, "peak": peak()}


def audit(home: Path, text: str) -> dict[str, Any]:
    """All rules by the audit."""
    from wattledger.audit.validate import validate
    from wattledger.lake import open_session

    opened, clock = open_audit(home, text), stopwatch()
    from wattledger.audit import gx_runner  # noqa: F401 - the import is what is timed

    started, clock = clock(), stopwatch()
    pins = {name: opened.lake.pin(name) for name in opened.source.datasets}
    lookbacks = {name: opened.source.lookback(name) for name in opened.source.datasets}
    with open_session(
        opened.settings, opened.lake, opened.period, pins, opened.parameters, {}, lookbacks
    ) as session:
        verdicts = validate(session, opened.rules, opened.source.jurisdiction, lambda _: None)
    wall, cpu = clock()
    rules = {v.rule_id: [v.findings, v.seconds] for v in verdicts if v.verdict != "NOT_EVALUATED"}
    return {"start": started, "wall": wall, "cpu": cpu, "peak": peak(), "rules": rules}


def plain(home: Path, text: str) -> dict[str, Any]:
    """The same rules as plain SQL: one INSERT each."""
    import duckdb
    from tests.steg.plain import period, queries

    opened, clock = open_audit(home, text), stopwatch()
    first, last, rules = opened.period.start, opened.period.end, {}
    limits = {"memory_limit": MEMORY, "threads": THREADS, "temp_directory": str(home / "bench")}
    with duckdb.connect(config=limits) as connection:
        connection.execute(f"CREATE VIEW invoice AS FROM '{home}/bench/invoice.parquet'")
        data = Path(os.environ["WATTLEDGER_DATA"])
        connection.execute(f"CREATE VIEW client AS FROM '{data}/steg/client.parquet'")
        connection.execute(period(f"{first}", f"{last}", f"{date(first.year - 1, first.month, 1)}"))
        connection.execute("CREATE TABLE failing_row (rule_id VARCHAR, evidence VARCHAR, kwh DECIMAL(18,4))")
        for rule, query in queries().items():
            began = time.perf_counter()
            connection.execute(
                f"INSERT INTO failing_row SELECT '{rule}', to_json(r)::VARCHAR, r.kwh FROM ({query}) r"
            )
            found = connection.execute(
                "SELECT count(*) FROM failing_row WHERE rule_id = ?", [rule]
            ).fetchall()
            rules[rule] = [found[0][0], time.perf_counter() - began]
    wall, cpu = clock()
    return {"wall": wall, "cpu": cpu, "peak": peak(), "rules": rules}


def open_audit(home: Path, text: str) -> Any:
    from wattledger.context import Audit
    from wattledger.extract.source import load_source
    from wattledger.periods import Period
    from wattledger.settings import Settings

    settings = Settings(home=home, memory_limit=MEMORY, threads=THREADS)
    return Audit(settings, load_source(SOURCE), Period.parse(text))


def stopwatch() -> Clock:
    """A function that tells the seconds since now: on the clock, and of CPU over all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    return lambda: (time.perf_counter() - wall, time.process_time() - cpu)


def peak() -> float:
    """This process's peak of resident memory, GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB


def report(landed: dict[str, Any], audits: list[dict[str, Any]], plains: list[dict[str, Any]]) -> None:
    ours, theirs = (min(side, key=lambda r: r["wall"]) for side in (audits, plains))
    print(f"{'rule':8} {'findings':>9} {'audit s':>8} {'plain s':>8}")
    for rule, (findings, seconds) in ours["rules"].items():
        same = "" if theirs["rules"][rule][0] == findings else f"  plain finds {theirs['rules'][rule][0]}!"
        print(f"{rule:8} {findings:9,} {seconds:8.2f} {theirs['rules'][rule][1]:8.2f}{same}")
    for name, of in (("clock", "wall"), ("CPU", "cpu")):
        print(f"all, {name:13} {ours[of]:8.2f} {theirs[of]:8.2f}   {ours[of] / theirs[of]:.2f} times")
    print(f"peak, GiB {'':8} {ours['peak']:8.2f} {theirs['peak']:8.2f}")
    print(
        f"not in the above: start-up of Great Expectations {ours['start'][0]:.2f} s ({ours['start'][1]:.2f} s CPU)"
    )
    if landed["cpu"] > 1:
        told = f"{landed['wall']:.0f} s ({landed['cpu']:.0f} s CPU), peak {landed['peak']:.2f} GiB"
        print(f"not in the above: landing {told}")


if __name__ == "__main__":
    main()
