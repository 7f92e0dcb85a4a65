"""A DuckDB session over the rows of a case file, with its jurisdiction's parameters and its own on top.

Where the jurisdiction has tariffs, or the case brings some (``catalogue``), its bills are rated as in an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from wattledger.contracts import Contract, load_contracts
from wattledger.duckdb_connection import connect
from wattledger.lake.datasets import DatasetState, create_period_views
from wattledger.lake.results import create_results, offer_results
from wattledger.lake.session import Session, create_basics, create_derived
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.rating.catalogue.tables import create_catalogue_tables
from wattledger.rating.step import rate_session
from wattledger.settings import Settings
from wattledger.sql import quoted

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def session_over(settings: Settings) -> Iterator[Callable[..., Session]]:
    opened: list[Session] = []

    def build(rows: Rows, case: dict[str, Any]) -> Session:
        connection = connect(settings)
        span = Period.parse(case["period"])
        given = tuple({"name": name, "value": value} for name, value in case.get("parameters", {}).items())
        known = load_parameters(settings.parameters, case.get("jurisdiction", "CN"), given)
        create_basics(connection, span, known)
        states = {}
        for name, contract in load_contracts().items():
            landed = rows.get(name, [])
            relation = f"{name}_all" if contract.period_column else name
            create_table(connection, relation, contract, landed)
            if contract.period_column:
                create_period_views(connection, contract, span)
            columns = frozenset().union(*(frozenset(row) for row in landed))
            problem = None if landed else ("not_landed", f"{name} was not landed")
            states[name] = DatasetState(name, 1, len(landed), columns, problem, ())
        create_derived(connection)
        opened.append(Session(connection, span, states))
        own = case.get("catalogue")
        catalogue = load_catalogue(
            settings.tariffs,
            case.get("jurisdiction", "CN"),
            parameters=known,
            own=parse_catalogue_file(own, "the case's catalogue") if own else None,
        )
        if catalogue.tariffs:
            create_catalogue_tables(connection, catalogue)
            rate_session(opened[-1], progress=lambda _: None)
        else:
            create_results(connection, {})
        states |= offer_results(connection)
        return opened[-1]

    yield build
    for session in opened:
        session.connection.close()


def create_table(connection: Any, relation: str, contract: Contract, rows: list[dict[str, Any]]) -> None:
    """The rows of a case as a view of the contract's types; what a case leaves out is absent."""
    columns = ", ".join(f'"{name}" {column.sql_type}' for name, column in contract.columns.items())
    connection.execute(f"CREATE TABLE {relation}_given ({columns}, _source VARCHAR, _row BIGINT)")
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {contract.shown(contract.columns)} FROM {relation}_given"
    )
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row))
        cells = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
        connection.register("given", pa.table(cells))
        casts = ", ".join(f'"{name}"::{contract.columns[name].sql_type}' for name in names)
        connection.execute(
            f"INSERT INTO {relation}_given ({quoted(names)}, _source, _row) "
            f"SELECT {casts}, 'case', row_number() OVER () FROM given"
        )
        connection.unregister("given")
