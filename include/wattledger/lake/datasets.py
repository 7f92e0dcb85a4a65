"""The views of a dataset: what the lake holds of it for a period, and what rules may expect of it.

Belongs here: the way from landings to views, of snapshots and of events. All of a session is opened in ``session``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb

from wattledger.contracts import Contract
from wattledger.duckdb_connection import scalar
from wattledger.lake.landed import landed_spans
from wattledger.lake.store import Lake, LandingRecord, chosen_snapshot, covering
from wattledger.periods import Period
from wattledger.sql import file_literal

SNAPSHOT_MAX_AGE_DAYS = 62


@dataclass(frozen=True, slots=True)
class DatasetState:
    """What the lake holds of a dataset for a period."""

    dataset: str
    version: int | None
    rows: int
    columns: frozenset[str]
    """Standard columns that the source maps; the others are NULL in the view."""
    problem: tuple[str, str] | None
    """Why rules cannot use it: a code (``not_landed``, ``stale``, ``below_floor``) and a sentence; None if they can."""
    landings: tuple[LandingRecord, ...]
    derived: frozenset[str] = frozenset()
    """Columns that the source file works out of others."""
    landed: tuple[Period, ...] = ()
    """Of an event: the days that were landed, those before the period included (``lake.landed``)."""


def create_dataset(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    contract: Contract,
    period: Period,
    pin: int | None,
    lookback: int,
) -> DatasetState:
    """Make the views of a dataset, its history seeing ``lookback`` months before the period; return its state."""
    records = lake.landings(contract.dataset, pin) if pin is not None else []
    if contract.kind == "snapshot":
        return _create_snapshot(connection, lake, contract, period, records)
    if not records:
        return _not_landed(connection, contract, period)
    version = max(record.version for record in records)
    _view(connection, f"{contract.dataset}_all", contract, lake.files(contract.dataset, version))
    create_period_views(connection, contract, period, lookback)
    relevant = covering(records, period)
    landed = landed_spans(contract, records, lake.partitions(contract.dataset, version))
    return replace(_state(connection, contract, version, relevant, period), landed=landed)


def create_period_views(
    connection: duckdb.DuckDBPyConnection, contract: Contract, period: Period, lookback: int | None = None
) -> None:
    """Make an event dataset's views of the period and of its history, over the relation ``<dataset>_all``."""
    months = contract.lookback_months if lookback is None else lookback
    create_history(connection, contract, period, months, f"{contract.dataset}_history")
    create_history(connection, contract, period, 0, contract.dataset)


def create_history(
    connection: duckdb.DuckDBPyConnection, contract: Contract, period: Period, months: int, view: str
) -> None:
    """Make a view of an event dataset that sees so many months before the period's, and the period.

    The bounds are constants, so that DuckDB skips the files and row groups that lie outside of them.
    """
    column = f'"{contract.period_column}"'
    connection.execute(
        f"CREATE VIEW {view} AS FROM main.{contract.dataset}_all WHERE {column} >= DATE '{period.seen_from(months)}' "
        f"AND {column} < DATE '{period.end + timedelta(days=1)}'"
    )


def _create_snapshot(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    contract: Contract,
    period: Period,
    records: list[LandingRecord],
) -> DatasetState:
    name = contract.dataset
    chosen = chosen_snapshot(records, period)
    if chosen is None:
        return _not_landed(connection, contract, period)
    _view(connection, name, contract, lake.files(name, chosen.version, chosen.period))
    state = _state(connection, contract, chosen.version, [chosen], period)
    if (period.end - chosen.span.end).days > SNAPSHOT_MAX_AGE_DAYS and state.problem is None:
        return replace(state, problem=("stale", f"the newest snapshot of {name} is of {chosen.period}"))
    return state


def _not_landed(connection: duckdb.DuckDBPyConnection, contract: Contract, period: Period) -> DatasetState:
    _empty_view(connection, contract)
    return DatasetState(contract.dataset, None, 0, frozenset(), _problem(contract, period), ())


def _problem(contract: Contract, period: Period) -> tuple[str, str]:
    return "not_landed", f"{contract.dataset} was not landed for {period}"


def _state(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    version: int,
    records: list[LandingRecord],
    period: Period,
) -> DatasetState:
    if not records:
        return DatasetState(contract.dataset, version, 0, frozenset(), _problem(contract, period), ())
    rows = int(scalar(connection, f"SELECT count(*) FROM {contract.dataset}"))
    columns = frozenset.intersection(*(frozenset(r.columns) for r in records))
    problem = None
    if rows < contract.row_floor:
        told = f"{contract.dataset} has {rows} rows, at least {contract.row_floor} are expected"
        problem = ("below_floor", told)
    derived = frozenset(name for r in records for name in r.derived)
    return DatasetState(contract.dataset, version, rows, columns, problem, tuple(records), derived)


def _view(connection: duckdb.DuckDBPyConnection, view: str, contract: Contract, files: list[str]) -> None:
    if not files:
        _empty_view(connection, contract, view)
        return
    listed = ", ".join(file_literal(file) for file in files)
    scan = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    stored = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    connection.execute(f"CREATE VIEW {view} AS SELECT {contract.shown(stored)} FROM {scan}")


def _empty_view(connection: duckdb.DuckDBPyConnection, contract: Contract, view: str = "") -> None:
    columns = ", ".join(f'NULL::{column.sql_type} AS "{name}"' for name, column in contract.columns.items())
    names = (
        [view]
        if view
        else [contract.dataset, *([f"{contract.dataset}_history"] if contract.period_column else [])]
    )
    for name in names:
        connection.execute(
            f"CREATE VIEW {name} AS SELECT {columns}, NULL::VARCHAR AS _source, NULL::BIGINT AS _row WHERE false"
        )
