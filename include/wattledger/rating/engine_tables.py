"""The tables between the catalogue, the inputs and the SQL engine, as ``sql/tables.sql`` has them.

Belongs here: making them, empty. Who fills them is named there.
"""

from __future__ import annotations

import re

import duckdb

from wattledger.sql import sql_text

_TABLE = re.compile(r"CREATE TABLE (\w+) (\(.*?\));", re.DOTALL)


def columns_of() -> dict[str, str]:
    """The columns, as SQL has them, of each table."""
    return dict(_TABLE.findall(sql_text(__package__, "tables")))


def create_rating_tables(connection: duckdb.DuckDBPyConnection, prefix: str = "") -> None:
    """Make those of the empty tables ``{prefix}rating_*`` that are not there."""
    for name, columns in columns_of().items():
        if name.startswith("rating_"):
            connection.execute(f'CREATE TABLE IF NOT EXISTS "{prefix}{name}" {columns}')


def create_expected_tables(connection: duckdb.DuckDBPyConnection, prefix: str = "") -> None:
    """Make the tables ``{prefix}expected_*`` anew."""
    for name, columns in columns_of().items():
        if name.startswith("expected_"):
            connection.execute(f'CREATE OR REPLACE TABLE "{prefix}{name}" {columns}')
