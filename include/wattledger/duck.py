"""DuckDB, as every step uses it: one in-memory connection per task, and a few words of SQL.

Belongs here: opening connections and quoting. Views over the lake are in ``lake.session``.
"""

from __future__ import annotations

from typing import Any

import duckdb

from wattledger.settings import Settings


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that spills to ``home/tmp``, in UTC, within the installation's limits."""
    spill = settings.home / "tmp"
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": settings.memory_limit, "temp_directory": str(spill)})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    if settings.threads:
        connection.execute(f"SET threads = {settings.threads}")
    return connection


def scalar(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Any:
    """The one value of a query; all of its result is fetched, so that the connection is free again."""
    rows = connection.execute(query, values or []).fetchall()
    return rows[0][0] if rows else None


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(names: Any) -> str:
    """A comma-separated list of quoted identifiers."""
    return ", ".join('"' + str(name).replace('"', '""') + '"' for name in names)
