"""What the tests of the reconciliation stand on: a company of four units and six accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.sessions import Rows, session_over
from wattledger.contracts import load_contracts
from wattledger.lake.session import Session
from wattledger.parameters import Parameter
from wattledger.periods import Period
from wattledger.settings import Settings

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
    """A session in which ``tables`` are landed and nothing else is; units and accounts are there unless given.

    Each is delivered with all its columns, those empty that a row leaves out.
    """
    contracts = load_contracts()
    landed = {
        name: [{**dict.fromkeys(contracts[name].columns), **row} for row in rows]
        for name, rows in {"organisation_unit": UNITS, "customer_account": ACCOUNTS, **tables}.items()
    }
    records = [Parameter(name=name, value=value) for name, value in (parameters or {}).items()]
    with session_over(Settings(home=home), Period.parse(period), landed, records) as session:
        yield session
