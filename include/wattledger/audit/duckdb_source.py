"""A Great Expectations data source for one open DuckDB connection.

Belongs here: the few lines that GX lacks for DuckDB. Rules and verdicts do not.

GX's generic SQL source takes a pooled connection per query and reads results after it went back; an
in-memory DuckDB lives in one connection only. The engine here keeps the connection it was given.
Importing this module imports GX (about 5 s of CPU): import it where a suite is run, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from great_expectations.data_context import EphemeralDataContext
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine, holding one connection for its whole life."""

    _held: sa.Connection | None = None

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """Yield the one connection, opened at the first call."""
        if self._held is None:
            self._held = self.engine.connect()
        yield self._held

    def release(self) -> None:
        """Close the connection."""
        if self._held is not None:
            self._held.close()
            self._held = None
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A SQL data source whose engine keeps its connection; GX registers it as ``add_duckdb``."""

    type: Literal["duckdb"] = "duckdb"

    @property
    def execution_engine_type(self) -> Any:
        """The engine that keeps its connection."""
        return DuckDBExecutionEngine

    def release(self) -> None:
        """Give back what GX opened; the database it worked on stays open."""
        self.get_execution_engine().release()
        self.get_engine().dispose()


def add_source(context: EphemeralDataContext, connection: duckdb.DuckDBPyConnection) -> DuckDBDatasource:
    """Register the database of the open ``connection`` with ``context``, as the source ``lake``.

    GX works on cursors of its own, so it sees the tables, views and macros of ``connection`` that are
    not temporary, and closing what it opened leaves ``connection`` open.
    """
    engine_options = {
        "creator": lambda: ConnectionWrapper(connection.cursor()),
        "poolclass": sa.pool.StaticPool,
    }
    source: DuckDBDatasource = context.data_sources.add_duckdb(
        "lake", connection_string="duckdb:///", kwargs=engine_options
    )
    return source
