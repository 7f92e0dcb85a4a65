"""The tables between the catalogue, the inputs and the SQL engine: ``sql/tables.sql``, and what rating publishes.

Belongs here: making them, empty. That file says what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import duckdb

from wattledger.contracts import load_published
from wattledger.sql import sql_text

_TABLE = re.compile(r"CREATE TABLE (\w+) (\(.*?\));", re.DOTALL)


def columns_of() -> dict[str, str]:
    """The columns, as SQL has them, of each table."""
    return dict(_TABLE.findall(sql_text(__package__, "tables")))


def create_rating_tables(
    connection: duckdb.DuckDBPyConnection, prefix: str = "", names: Collection[str] = ()
) -> None:
    """Make those of the empty tables ``{prefix}rating_*`` (of ``names``, if any are given) that are not there."""
    for name, columns in columns_of().items():
        if name.startswith("rating_") and (not names or name in names):
            connection.execute(f'CREATE TABLE IF NOT EXISTS "{prefix}{name}" {columns}')


def drop_rating_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove what there is of the tables and views ``rating_*``."""
    kinds = connection.execute(
        "SELECT table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END FROM information_schema.tables "
        "WHERE starts_with(table_name, 'rating_') AND table_schema = current_schema()"
    ).fetchall()
    for name, kind in kinds:
        connection.execute(f'DROP {kind} "{name}"')


def create_expected_tables(connection: duckdb.DuckDBPyConnection, prefix: str = "") -> None:
    """Make the tables ``{prefix}expected_*`` anew."""
    for name in ("expected_line", "expected_bill"):
        create_published(connection, name, prefix)


def create_published(connection: duckdb.DuckDBPyConnection, name: str, prefix: str = "") -> None:
    """Make the empty table ``{prefix}{name}`` anew, in the form in which it is published."""
    connection.execute(f'CREATE OR REPLACE TABLE "{prefix}{name}" {load_published()[name].definition}')
