"""The consistent utility, in memory, in the standard datasets' own columns.

Belongs here: the order of the files of ``sql/``, and running them. What the bills come to is worked out in ``billing``.
What goes wrong is planted between the steps (``faults``), and the extracts are written from the result (``extracts``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

from wattledger.demo import billing, names

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

STEPS: Final = (
    "ground",
    "accounts",
    "pools",
    "points",
    "usage",
    "readings",
    "billed",
    "bills",
    "due",
    "money",
    "extracts",
)
"""The files of ``sql/``, in the order in which they run: each builds on those before it."""


def build_world(
    customers: int,
    seed: int,
    month: date,
    spill: Path,
    after: Callable[[str, DuckDBPyConnection], None] = lambda step, con: None,
) -> DuckDBPyConnection:
    """A connection with a table per standard dataset, every fen of it consistent.

    Besides the contracts' tables it holds the generator's own (``acct``, ``route``, ``kept`` ...), from which victims
    are chosen, and what the billing system took in and made of it (``billing_rating_*``, ``billing_expected_*``).

    Args:
        customers: number of accounts.
        seed: another seed, another utility.
        month: the first day of the audited month.
        spill: folder for what does not fit in memory.
        after: called after each step, with its name.
    """
    import duckdb

    from wattledger.sql import sql_text

    con = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(spill)})
    con.execute("SET enable_progress_bar = false")
    for name, value in {"seed": seed, "customers": customers, "month": month}.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    billing.load_tariffs(con)
    for step in STEPS:
        if step == "bills":
            billing.rate(con, "billing_")
        con.execute(sql_text(__package__, step))
        if step == "ground":
            names.load_names(con, seed)
        if step == "billed":
            billing.take_up(con)
        after(step, con)
    return con
