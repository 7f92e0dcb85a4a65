"""DuckDB, as every step uses it: one in-memory connection per task, and its scratch folder.

Belongs here: opening connections, and where their tables are made. Text of SQL is in ``sql``, views over the lake are
in ``lake.session``.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from wattledger.settings import Settings


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that spills to ``home/tmp``, in UTC, within the installation's limits."""
    # a folder of its own: processes that share one would write each other's spill files
    spill = scratch_folder(settings) / f"duckdb-{uuid.uuid4().hex}"
    connection = duckdb.connect(config={"memory_limit": settings.memory_limit, "temp_directory": str(spill)})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    if settings.threads:
        connection.execute(f"SET threads = {settings.threads}")
    return connection


def scratch_folder(settings: Settings) -> Path:
    """The folder for files that do not outlive a task."""
    folder = settings.home / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep_scratch(settings: Settings, older_than_days: float = 2) -> None:
    """Remove what killed tasks left behind: nothing that is still in use is that old."""
    # the one look at the clock that no result depends on
    oldest = time.time() - older_than_days * 86_400
    for path in scratch_folder(settings).iterdir():
        with suppress(OSError):  # another task may be sweeping too
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def schema_for(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """A schema where tables without one are made, and looked for first; dropped whole at the end."""
    before = scalar(connection, "SELECT current_setting('search_path')")
    connection.execute(f"CREATE SCHEMA {name}")
    connection.execute(f"SET search_path = '{name},{before or 'main'}'")
    try:
        yield
    finally:
        connection.execute(f"SET search_path = '{before}'" if before else "RESET search_path")
        connection.execute(f"DROP SCHEMA {name} CASCADE")


def scalar(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> Any:
    """The single value of a query. The whole result is fetched, which frees the connection."""
    rows = connection.execute(query, values or []).fetchall()
    return rows[0][0] if rows else None
