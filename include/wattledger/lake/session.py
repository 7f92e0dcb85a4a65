"""A DuckDB session over the lake: one view per dataset for a period, with its history and parameters.

Belongs here: opening one, in one walk down: parameters, datasets, what follows from them, results of rating. What
rules and reconciliation look for in the views stands with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from wattledger.contracts import Contract, load_contracts
from wattledger.duckdb_connection import connect, scalar
from wattledger.lake.datasets import DatasetState, create_dataset, create_history
from wattledger.lake.landed import create_landed
from wattledger.lake.results import create_results, offer_results
from wattledger.lake.store import Lake
from wattledger.parameters import Parameter, create_parameters
from wattledger.periods import Period
from wattledger.settings import Settings
from wattledger.sql import literal


@dataclass(slots=True)
class Session:
    """An open DuckDB connection and what its views stand on."""

    connection: duckdb.DuckDBPyConnection
    period: Period
    datasets: dict[str, DatasetState]
    lookbacks: Mapping[str, int] = field(default_factory=dict)
    """Months before the period that a dataset's own history shows, where not those of its contract."""
    lake: Path | None = None
    """The folder of the lake that the views read, where there is one."""
    contracts: Mapping[str, Contract] = field(default_factory=load_contracts)

    def shut(self) -> None:
        """Let whatever is run from now on read the lake and no other file, and change no setting: for good."""
        if scalar(self.connection, "SELECT current_setting('lock_configuration')"):
            return
        if self.lake is not None:
            self.connection.execute(f"SET allowed_directories = [{literal(str(self.lake.resolve()))}]")
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

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
        """Make a schema in which every dataset's history sees at least so many months back; return its name.

        A dataset of a longer look-back of its own keeps it: a company that bills every four months says so in its
        source file. The schema is for the head of a search path: what it does not have is found in the main one.
        """
        schema = f"history_{months}"
        if scalar(self.connection, "SELECT count(*) FROM duckdb_schemas() WHERE schema_name = ?", [schema]):
            return schema
        self.connection.execute(f"CREATE SCHEMA {schema}")
        found = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        there = {row[0] for row in self.connection.execute(found).fetchall()}
        for name, contract in self.contracts.items():
            if f"{name}_all" in there:
                seen = max(months, self.lookbacks.get(name, contract.lookback_months))
                create_history(self.connection, contract, self.period, seen, f"{schema}.{name}_history")
        return schema

    @contextmanager
    def seeing(self, schema: str) -> Iterator[None]:
        """Look for views in ``schema`` first, one that ``history`` made; with '' in the main one alone, as ever."""
        self.connection.execute(f"SET search_path = {literal(f'{schema},main' if schema else 'main')}")
        try:
            yield
        finally:
            self.connection.execute("RESET search_path")

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
    contracts: Mapping[str, Contract] | None = None,
) -> Session:
    """Open a session on exactly the landings that a run is pinned to.

    Args:
        settings: memory limit, threads and folders.
        lake: the source's lake.
        period: the audited period.
        pins: ``Lake.pin`` by dataset; a dataset that is not named, or None, is an empty view.
        parameters: as ``load_parameters`` returns them.
        results: files of what was published for the period and rules read, by name (``RESULTS``); None: without them.
        lookbacks: months before the period that a dataset's history shows, where not those of its contract.
        contracts: those of the source; the product's unless told.
    """
    known = contracts or load_contracts()
    connection = connect(settings)
    create_basics(connection, period, parameters)
    states = {
        name: create_dataset(
            connection,
            lake,
            contract,
            period,
            pins.get(name),
            (lookbacks or {}).get(name, contract.lookback_months),
        )
        for name, contract in known.items()
    }
    create_derived(connection)
    create_landed(connection, {name: state.landed for name, state in states.items()})
    if results is not None:
        create_results(connection, results)
        states |= offer_results(connection)
    return Session(connection, period, states, lookbacks or {}, lake.root, known)


def create_basics(
    connection: duckdb.DuckDBPyConnection, period: Period, parameters: Iterable[Parameter]
) -> None:
    """Make ``audit_period``, ``parameter`` and the macros over it."""
    connection.execute("CREATE TABLE audit_period (period_start DATE, period_end DATE)")
    connection.execute("INSERT INTO audit_period VALUES (?, ?)", [period.start, period.end])
    create_parameters(connection, parameters, period)


def create_derived(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views that stand on the datasets' own: what an account's kWh cost on average, which bill repeats which.

    A bill repeats another where account, meter, tariff, usage and dates (without any: the month) are the same, and
    neither was reversed. Of a bill of no usage nothing can be said: an account may have several.
    """
    connection.execute(
        "CREATE VIEW account_price AS SELECT account_id, "
        "(sum(bill_amount) / sum(usage_kwh))::DECIMAL(18,8) AS price FROM bill "
        "WHERE usage_kwh > 0 AND bill_amount IS NOT NULL GROUP BY account_id"
    )
    connection.execute(
        "CREATE VIEW bill_repeat AS SELECT unnest(bills[2:]) AS bill_id, bills[1] AS first_bill_id FROM ("
        "SELECT list(b.bill_id ORDER BY b.issued_on NULLS FIRST, b.billing_month, b.bill_id) AS bills "
        "FROM bill_history b ANTI JOIN bill_history v ON v.reissue_of = b.bill_id AND v.bill_kind = 'reversal' "
        "WHERE b.bill_kind IN ('normal', 'reissue') AND b.usage_kwh > 0 "
        "GROUP BY b.account_id, b.commodity, b.meter_id, b.tariff_code, b.usage_kwh, b.period_start_on, "
        "b.period_end_on, CASE WHEN b.period_start_on IS NULL THEN date_trunc('month', b.billing_month) END "
        "HAVING count(*) > 1)"
    )
