"""The SQL engine: bills by the million, in SQL on DuckDB.

Belongs here: the order of the steps, and the batches. What each step does stands in ``sql/``, a file for each, in the
words of ``docs/rating.md``. Names there: b is a bill, p a point, k what is priced alike (tariff, day, voltage,
surcharge), r a price; each a small number, so that bills are joined to few prices and never to dates. One bill with
its arithmetic in words is the other engine's, ``decimal_engine``.

Numbers: a register's usage and a point's loss of up to 10^11 kWh, ``kwh_before`` too, are rated; a bill beyond is
``not_rated``, reason ``out_of_range``. So is one without a reading (``no_reading``), with a point whose parent is none
(``wrong_parent``), or whose day has no value of a parameter that it needs (``no_parameter``). Amounts may reach 10^16
yuan; DuckDB stops with an error rather than overflow.
"""

from __future__ import annotations

from typing import Final

import duckdb

from wattledger.duckdb_connection import scalar
from wattledger.rating.engine_tables import create_expected_tables, create_rating_tables
from wattledger.sql import literal, sql_text

BATCH_BILLS: Final = 500_000
"""Bills rated at a time: the tables on the way take about 1.5 KB for each."""

_STEPS: Final = (
    "days",
    "registers",
    "points",
    "children",
    "tiers",
    "prices",
    "lines",
    "basic_charge",
    "power_factor",
)
_OPTIONAL: Final = ("rating_basic_rule",)
"""Inputs that may be missing: an empty table is made of each."""
_SAMPLE: Final = 100_000


def rate_bills(
    connection: duckdb.DuckDBPyConnection, prefix: str = "", batch_bills: int = BATCH_BILLS
) -> None:
    """Rate all bills of ``{prefix}rating_bill``: ``{prefix}expected_line`` and ``{prefix}expected_bill`` anew.

    Reads the other ``{prefix}rating_*`` relations, the catalogue's tables and ``parameter``. Each relation is read once
    for a batch, by a range of ``bill_id``: it may be a view, but a table that is sorted by ``bill_id`` is quicker.
    ``bill_id`` must be unique in ``rating_bill``, ``point_id`` within a bill.

    Args:
        connection: has the tables; temporary tables ``scratch_*`` and views ``batch_*`` come and go, and a few
            temporary macros stay.
        prefix: of the names of the bills' relations and of the results.
        batch_bills: about how many bills are rated at a time.
    """
    create_rating_tables(connection, prefix, _OPTIONAL)
    create_expected_tables(connection, prefix)
    _run(connection, "macros")
    for within in _ranges(connection, prefix, batch_bills):
        _run(connection, "batch", prefix=prefix, within=within)
        for step in _STEPS:
            _run(connection, step)
        _add_percents(connection)
        _run(connection, "results", prefix=prefix)
    _drop_scratch(connection)


def _add_percents(connection: duckdb.DuckDBPyConnection) -> None:
    """Percentages in the order of the tariff: a later one may be of an earlier one."""
    last = scalar(connection, "SELECT max(rank) FROM scratch_percent") or 0
    for rank in range(1, last + 1):
        _run(connection, "percents", rank=rank)


def _ranges(connection: duckdb.DuckDBPyConnection, prefix: str, batch_bills: int) -> list[str]:
    """Conditions on ``bill_id`` that part the bills into batches of about ``batch_bills``, and leave none out."""
    table = f'"{prefix}rating_bill"'
    batches = -(-scalar(connection, f"SELECT count(*) FROM {table}") // batch_bills)
    if batches <= 1:
        return ["bill_id IS NOT NULL"] * batches
    # a sample is enough: batches need not be of one size
    rows = connection.execute(
        f"SELECT bill_id FROM {table} USING SAMPLE reservoir({_SAMPLE} ROWS) REPEATABLE (1) ORDER BY bill_id"
    ).fetchall()
    ids = [bill_id for (bill_id,) in rows]
    ends = sorted({literal(ids[len(ids) * n // batches]) for n in range(1, batches)})
    low = [f"bill_id >= {end}" for end in ends]
    high = [f"bill_id < {end}" for end in ends]
    pairs = zip([None, *low], [*high, None], strict=True)
    return [" AND ".join(part for part in pair if part) for pair in pairs]


def _run(connection: duckdb.DuckDBPyConnection, name: str, **values: object) -> None:
    connection.execute(sql_text(__package__, name, **values))


def _drop_scratch(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'scratch_') "
        "UNION ALL "
        "SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND starts_with(view_name, 'batch_')"
    ).fetchall()
    for kind, name in rows:
        connection.execute(f"DROP {kind} temp.{name}")
