"""A session on rows given by a test, as ``open_session`` would make it of a lake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from wattledger.contracts import load_contracts
from wattledger.lake import Lake, open_session
from wattledger.lake.datasets import DatasetState, create_period_views
from wattledger.lake.session import Session
from wattledger.parameters import Parameter
from wattledger.periods import Period
from wattledger.settings import Settings

Rows = list[dict[str, Any]]

UNITS: Rows = [
    {"org_id": "P", "parent_org_id": None, "org_name": "Province", "org_type": "province"},
    {"org_id": "B", "parent_org_id": "P", "org_name": "Bureau", "org_type": "bureau"},
    {"org_id": "C1", "parent_org_id": "B", "org_name": "County 1", "org_type": "county"},
    {"org_id": "C2", "parent_org_id": "B", "org_name": "County 2", "org_type": "county"},
]
ACCOUNTS: Rows = [{"account_id": f"A{n}", "org_id": f"C{1 + n % 2}"} for n in range(6)]
"""Even accounts are the first county's, odd ones the second's; ``A9`` is nobody's."""


@contextmanager
def session_on(
    home: Path, tables: dict[str, Rows], period: str = "2026-10", parameters: dict[str, Any] | None = None
) -> Iterator[Session]:
    """A session in which ``tables`` are landed and nothing else is; units and accounts are there unless given."""
    records = [Parameter(name=name, value=value) for name, value in (parameters or {}).items()]
    span = Period.parse(period)
    with open_session(Settings(home=home), Lake(home / "lake"), span, {}, records) as session:
        landed = {"organisation_unit": UNITS, "customer_account": ACCOUNTS, **tables}
        for dataset, rows in landed.items():
            _land(session, dataset, rows)
        yield session


def _land(session: Session, dataset: str, rows: Rows) -> None:
    contract, run = load_contracts()[dataset], session.connection.execute
    views = [dataset, f"{dataset}_history"] if contract.period_column else [dataset]
    for view in views:
        run(f"DROP VIEW {view}")
    texts = {
        name: pa.array([None if row.get(name) is None else str(row[name]) for row in rows], pa.string())
        for name in contract.columns
    }
    given = session.connection.from_arrow(pa.table(texts))
    given.create_view("given")
    typed = ", ".join(f'"{name}"::{column.sql_type} AS "{name}"' for name, column in contract.columns.items())
    run(f"CREATE TABLE {dataset}_all AS SELECT {typed} FROM given")
    run("DROP VIEW given")
    if contract.kind == "event":
        create_period_views(session.connection, contract, session.period)
    else:
        run(f"ALTER TABLE {dataset}_all RENAME TO {dataset}")
    session.datasets[dataset] = DatasetState(dataset, 0, len(rows), frozenset(contract.columns), None, ())
