"""A session on rows that a test gives, with the views that an audit's session has. The one way to make it.

Belongs here: making it. Which rows there are is for the tests of rules, rating and reconciliation to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from wattledger.contracts import Contract, load_contracts
from wattledger.duckdb_connection import connect
from wattledger.lake.datasets import DatasetState, create_period_views
from wattledger.lake.landed import create_landed
from wattledger.lake.results import RATED, create_results, offer_results
from wattledger.lake.session import Session, create_basics, create_derived
from wattledger.parameters import Parameter
from wattledger.periods import Period
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.catalogue.tables import create_catalogue_tables
from wattledger.rating.step import rate_session
from wattledger.reconcile import reconcile
from wattledger.settings import Settings
from wattledger.sql import quoted

Rows = list[dict[str, Any]]


def session_over(
    settings: Settings,
    period: Period,
    landed: Mapping[str, Rows],
    parameters: Iterable[Parameter] = (),
    catalogue: Catalogue | None = None,
    history: Mapping[str, str] | None = None,
    *,
    reconciled: bool = False,
) -> Session:
    """An open session in which ``landed`` was landed, and no other dataset was.

    A dataset has the columns that its rows name, or all of its contract where there are none. With a ``catalogue``
    its bills are rated by it, as in an audit. ``history``: the days of a dataset that were landed, as a period;
    those of three years up to the period's end where it says nothing.
    ``reconciled``: the links have run, for rules that read their breaks.
    """
    connection = connect(settings)
    create_basics(connection, period, parameters)
    states = {
        name: _land(connection, contract, period, landed.get(name))
        for name, contract in load_contracts().items()
    }
    create_derived(connection)
    whole = Period(period.seen_from(36), period.end)
    spans = {name: [Period.parse(told)] for name, told in (history or {}).items()}
    create_landed(connection, {name: spans.get(name, [whole]) for name in landed})
    session = Session(connection, period, states)
    if catalogue is None:
        create_results(connection, {}, RATED)
    else:
        create_catalogue_tables(connection, catalogue)
        rate_session(session, progress=lambda _: None)
    if reconciled:
        reconcile(session)
    session.datasets |= offer_results(connection)
    return session


def _land(
    connection: duckdb.DuckDBPyConnection, contract: Contract, period: Period, rows: Rows | None
) -> DatasetState:
    name = contract.dataset
    _create_relation(connection, f"{name}_all" if contract.period_column else name, contract, rows or [])
    if contract.period_column:
        create_period_views(connection, contract, period)
    if rows is None:
        return DatasetState(
            name, None, 0, frozenset(), ("not_landed", f"{name} was not landed for {period}"), ()
        )
    named = frozenset(column for row in rows for column in row)
    return DatasetState(name, 1, len(rows), named or frozenset(contract.columns), None, ())


def _create_relation(
    connection: duckdb.DuckDBPyConnection, relation: str, contract: Contract, rows: Rows
) -> None:
    """The rows as a view of the contract's types; what a row leaves out is absent."""
    columns = ", ".join(f'"{name}" {column.sql_type}' for name, column in contract.columns.items())
    connection.execute(f"CREATE TABLE {relation}_given ({columns}, _source VARCHAR, _row BIGINT)")
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {contract.shown(contract.columns)} FROM {relation}_given"
    )
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = {
        name: pa.array([None if row.get(name) is None else str(row[name]) for row in rows], pa.string())
        for name in names
    }
    connection.register("given", pa.table(cells))
    casts = ", ".join(f'"{name}"::{contract.columns[name].sql_type}' for name in names)
    connection.execute(
        f"INSERT INTO {relation}_given ({quoted(names)}, _source, _row) "
        f"SELECT {casts}, 'given', row_number() OVER () FROM given"
    )
    connection.unregister("given")
