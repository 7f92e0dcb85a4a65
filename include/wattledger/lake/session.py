"""A DuckDB session over the lake: one view per dataset for a period, with its history and parameters.

Belongs here: the views that rules and reconciliation read. What they look for stands in the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb

from wattledger.contracts import Contract, load_contracts, load_published
from wattledger.duckdb_connection import connect, scalar
from wattledger.lake.results import RESULTS, create_costs, create_results, result_states
from wattledger.lake.store import Lake, LandingRecord, chosen_snapshot, covering
from wattledger.parameters import Parameter, create_parameters
from wattledger.periods import Period
from wattledger.settings import Settings
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


@dataclass(slots=True)
class Session:
    """An open DuckDB connection and what its views stand on."""

    connection: duckdb.DuckDBPyConnection
    period: Period
    datasets: dict[str, DatasetState]

    def obstacles(self, needs: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
        """Why what needs these datasets and columns cannot be evaluated: codes and sentences; empty if it can."""
        found = []
        for dataset, columns in needs.items():
            state = self.datasets[dataset]
            if state.problem:
                found.append(state.problem)
            elif unmapped := [name for name in columns if name not in state.columns]:
                found.append(("missing_column", f"{dataset} is delivered without {', '.join(unmapped)}"))
        return found

    def history(self, months: int) -> str:
        """Make a schema in which every dataset's history sees so many months before the period; return its name.

        It is for the head of a search path: whatever it does not have is found in the main schema.
        """
        schema = f"history_{months}"
        if scalar(self.connection, "SELECT count(*) FROM duckdb_schemas() WHERE schema_name = ?", [schema]):
            return schema
        self.connection.execute(f"CREATE SCHEMA {schema}")
        found = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        there = {row[0] for row in self.connection.execute(found).fetchall()}
        for name, contract in load_contracts().items():
            if f"{name}_all" in there:
                create_history(self.connection, contract, self.period, months, f"{schema}.{name}_history")
        return schema

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def open_session(
    settings: Settings,
    lake: Lake,
    period: Period,
    pins: Mapping[str, int | None],
    parameters: Iterable[Parameter],
    results: Mapping[str, list[str]] | None = None,
    lookbacks: Mapping[str, int] | None = None,
) -> Session:
    """Open a session on exactly the landings that a run is pinned to.

    Args:
        settings: memory limit, threads and folders.
        lake: the source's lake.
        period: the audited period.
        pins: ``Lake.pin`` by dataset; a dataset that is not named, or None, is an empty view.
        parameters: as ``load_parameters`` returns them.
        results: files of what rating published for the period, by name (``RESULTS``); None: it has not been yet.
        lookbacks: months before the period that a dataset's history shows, where not those of its contract.
    """
    connection = connect(settings)
    create_basics(connection, period, parameters)
    states = {
        name: _create_dataset(
            connection,
            lake,
            contract,
            period,
            pins.get(name),
            (lookbacks or {}).get(name, contract.lookback_months),
        )
        for name, contract in load_contracts().items()
    }
    create_derived(connection)
    create_results(connection, results or {})
    states |= rating_states(connection)
    return Session(connection, period, states)


def rating_states(connection: duckdb.DuckDBPyConnection) -> dict[str, DatasetState]:
    """What rules may expect of rating's results, as the connection has them."""
    rows, problem = result_states(connection)
    return {
        name: DatasetState(name, None, rows[name], frozenset(load_published()[name].columns), problem, ())
        for name in RESULTS
    }


def create_basics(
    connection: duckdb.DuckDBPyConnection, period: Period, parameters: Iterable[Parameter]
) -> None:
    """Make ``audit_period``, ``parameter`` and the macros over it."""
    connection.execute("CREATE TABLE audit_period (period_start DATE, period_end DATE)")
    connection.execute("INSERT INTO audit_period VALUES (?, ?)", [period.start, period.end])
    create_parameters(connection, parameters, period)


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


def create_derived(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views that stand on the datasets' own."""
    connection.execute(
        "CREATE VIEW account_price AS SELECT account_id, "
        "(sum(bill_amount) / sum(usage_kwh))::DECIMAL(18,8) AS price FROM bill "
        "WHERE usage_kwh > 0 AND bill_amount IS NOT NULL GROUP BY account_id"
    )
    create_results(connection, {})
    create_costs(connection)


def _create_dataset(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    contract: Contract,
    period: Period,
    pin: int | None,
    lookback: int,
) -> DatasetState:
    records = lake.landings(contract.dataset, pin) if pin is not None else []
    if contract.kind == "snapshot":
        return _create_snapshot(connection, lake, contract, period, records)
    if not records:
        return _not_landed(connection, contract, period)
    version = max(record.version for record in records)
    _view(connection, f"{contract.dataset}_all", contract, lake.files(contract.dataset, version))
    create_period_views(connection, contract, period, lookback)
    relevant = covering(records, period)
    return _state(connection, contract, version, relevant, period)


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
    return DatasetState(contract.dataset, version, rows, columns, problem, tuple(records))


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
