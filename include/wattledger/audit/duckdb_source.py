"""A Great Expectations data source for one open DuckDB connection.

Belongs here: the few lines that GX lacks for DuckDB. Rules and verdicts do not.

GX's generic SQL source takes a pooled connection per query and reads results after it went back; an
in-memory DuckDB lives in one connection only. The engine here keeps the connection it was given.

And GX works out a rule's own query twice, once to count its rows and once to show 200 of them; writing
them down would be a third time. The engine here keeps them in a table the first time, and counts that.
Importing this module imports GX (about 5 s of CPU): import it where a suite is run, and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper
from great_expectations.data_context import EphemeralDataContext
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metrics import UnexpectedRowsQueryTable
from great_expectations.expectations.metrics.query_metrics.query_row_count.unexpected_rows_query_row_count import (
    UnexpectedRowsQueryRowCount,
)

KEPT = "kept"
"""The schema of the tables that hold the rows of the rules' own queries."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows of one query."""

    table: str
    rows: int
    seconds: float


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine, holding one connection for its whole life, and the rows that it was asked for."""

    _held: sa.Connection | None = None
    search_path = "main"
    """Where queries find their views."""

    @property
    def kept(self) -> dict[str, KeptRows]:
        """What was kept, by the query as its rule has it."""
        found: dict[str, KeptRows] = self.__dict__.setdefault("_kept", {})
        return found

    def keep(self, name: str, query: str) -> KeptRows:
        """Work ``query`` out into a table, and note it under ``name``."""
        began = time.perf_counter()
        table = f"{KEPT}.rows_{len(self.kept)}"
        with self.get_connection() as connection:
            connection.rollback()  # what GX left open: reads, or a query that failed and took its transaction along
            with connection.begin():
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {KEPT}")
                connection.exec_driver_sql(f"SET search_path = '{self.search_path}'")
                connection.exec_driver_sql(f"CREATE OR REPLACE TABLE {table} AS {query}")
                connection.exec_driver_sql("RESET search_path")
                rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]
        self.kept[name] = KeptRows(table, int(rows), time.perf_counter() - began)
        return self.kept[name]

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


class KeptRowCount(UnexpectedRowsQueryRowCount):
    """On DuckDB, the number of a query's rows is that of the rows kept."""

    @metric_value(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _keep(
        cls,  # noqa: N805 - GX turns metrics into class methods by itself
        execution_engine: DuckDBExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        batch, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="table")
        query = cls._get_query_from_metric_value_kwargs(metric_value_kwargs)
        filled = cls._get_substituted_batch_subquery_from_query_and_batch_selectable(
            query=query, batch_selectable=batch, execution_engine=execution_engine
        )
        return execution_engine.keep(query, filled).rows


class NoSampleRows(UnexpectedRowsQueryTable):
    """On DuckDB, GX shows no rows: all of them are kept."""

    @metric_value(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _none(cls, **_: Any) -> list[dict[str, Any]]:  # noqa: N805 - as above
        return []


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
