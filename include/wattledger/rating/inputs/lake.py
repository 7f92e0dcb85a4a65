"""The lake's bills as rows of the ``rating_*`` tables: from the contracts' views to what the engine takes.

Belongs here: which bills are rated, and what their energy is taken from; the SQL is in ``sql/``. Contracts' columns
may all be missing or empty: a bill that lacks too much to be rated is set apart in ``rating_refused`` with the reason.

The result is the tables ``rating_*`` of ``rating/sql/tables.sql``. The relations ``lake_*`` are steps on the way, which
nobody else reads.
"""

from __future__ import annotations

import duckdb

from wattledger.lake.session import Session
from wattledger.rating.engine_tables import create_rating_tables, drop_rating_tables
from wattledger.sql import sql_text

_STEPS = ("points", "kwh_before", "rest")


def create_rating_inputs(session: Session) -> None:
    """Make the ``rating_*`` tables for the audited period's bills that stand.

    The catalogue's tables must be there: they say which months share a tier. Where neither the customers' nor
    the points' file names tariffs, or there are no readings, bills are rated on the kWh and the tariff that they name.
    """
    connection = session.connection
    drop_rating_tables(connection)
    create_rating_tables(connection)
    mapped = "months_count" in session.datasets["bill"].columns
    metered, months = str(_metered(session)).lower(), "NULL" if mapped else "1"
    connection.execute(sql_text(__package__, "bills", metered=metered, months=months))
    first, after = _months_read(connection)
    connection.execute(sql_text(__package__, "registers", first=first, after=after))
    for step in _STEPS:
        connection.execute(sql_text(__package__, step))


def _metered(session: Session) -> bool:
    """Whether bills can be rated from their readings, by tariffs that the files name."""
    known = any(
        "tariff_code" in session.datasets[dataset].columns for dataset in ("usage_point", "customer_account")
    )
    return known and session.datasets["meter_reading"].problem is None


def _months_read(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """The first day of the first month that has bills, and the day after the last, so that only these are scanned."""
    query = "SELECT min(month), (max(month) + INTERVAL 1 MONTH)::DATE FROM lake_bill WHERE energy_from <> 'billed'"
    first, after = connection.execute(query).fetchall()[0]
    return str(first or "0001-01-01"), str(after or "0001-01-01")
