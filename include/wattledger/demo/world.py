"""The consistent utility, in memory, in the standard datasets' own columns.

Belongs here: running the SQL of ``sql/`` in order. What goes wrong is planted between the steps (``faults``), and the
extracts are written from the result (``extracts``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from wattledger.demo import names, tariffs

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

STEPS: Final = (
    "01_ground",
    "02_accounts",
    "03_usage",
    "04_readings",
    "05_billed",
    "06_bills",
    "07_due",
    "08_money",
    "09_extracts",
)


def build_world(
    customers: int,
    seed: int,
    month: date,
    spill: Path,
    after: Callable[[str, DuckDBPyConnection], None] = lambda step, con: None,
) -> DuckDBPyConnection:
    """A connection with a table per standard dataset, every fen of it consistent.

    Beyond the contracts' tables there are the generator's own (``acct``, ``route``, ``county`` ...), from which fault
    planting chooses.

    Args:
        customers: number of accounts.
        seed: another seed, another utility.
        month: the first day of the audited month.
        spill: folder for what does not fit in memory.
        after: called after each step, with its name.
    """
    import duckdb

    con = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(spill)})
    con.execute("SET enable_progress_bar = false")
    variables = {"tier_1": tariffs.TIER_1_UP_TO, "tier_2": tariffs.TIER_2_UP_TO}
    for name, value in {"seed": seed, "customers": customers, "month": month, **variables}.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    _load_tariffs(con)
    for step in STEPS:
        con.execute(files(__package__).joinpath("sql", f"{step}.sql").read_text(encoding="utf-8"))
        if step == "01_ground":
            names.load_names(con, seed)
        after(step, con)
    return con


def _load_tariffs(con: DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE tariff_price (tariff_code TEXT, component TEXT, price DECIMAL(9, 4))")
    con.executemany("INSERT INTO tariff_price VALUES (?, ?, ?)", [(*k, v) for k, v in tariffs.PRICES.items()])
    con.execute(
        "CREATE TABLE power_factor (standard DECIMAL(3, 2), factor DECIMAL(3, 2), percent DECIMAL(5, 2))"
    )
    con.executemany("INSERT INTO power_factor VALUES (?, ?, ?)", tariffs.power_factor_table())
