"""Parameters in SQL: the table ``parameter``, and the macros that look a value up in it.

Belongs here: making them. What they look like is in ``sql/parameters.sql``.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from wattledger.parameters.model import Parameter
from wattledger.periods import Period
from wattledger.sql import sql_text


def create_parameters(
    connection: duckdb.DuckDBPyConnection, parameters: Iterable[Parameter], period: Period | None = None
) -> None:
    """Make the table ``parameter``, and the macros ``param_on(name, day)`` and ``param_text_on(name, day)``.

    With ``period`` also ``param(name)``, the value of its last day: a constant for the whole statement, which DuckDB
    can push down into a scan.
    """
    connection.execute(sql_text(__package__, "parameters"))
    rows = [[p.name, p.value, p.text, p.valid_from, p.valid_to, p.rank] for p in parameters]
    if rows:
        connection.executemany("INSERT INTO parameter VALUES (?, ?, ?, ?, ?, ?)", rows)
    if period:
        connection.execute(f"CREATE MACRO param(wanted) AS param_on(wanted, DATE '{period.end}')")
