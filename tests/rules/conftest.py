"""A DuckDB session over the rows of a case file, with its jurisdiction's parameters and its own on top.

Where the jurisdiction has tariffs, or the case brings some (``catalogue``), its bills are rated as in an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import sessions
from tests.sessions import Rows
from wattledger.contracts import load_contracts
from wattledger.lake.session import Session
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.catalogue.files import load_catalogue, parse_catalogue_file
from wattledger.settings import Settings


def with_bad_rows(case: dict[str, Any]) -> dict[str, Rows]:
    """The bad rows of a case, with the good ones whose places they do not take."""
    contracts = load_contracts()
    rows = {name: list(given) for name, given in case["good"].items()}
    for name, given in case["bad"].items():
        key = contracts[name].key
        replaced = {tuple(str(row.get(k)) for k in key) for row in given}
        rows[name] = [
            row for row in rows.get(name, []) if tuple(str(row.get(k)) for k in key) not in replaced
        ] + given
    return rows


@pytest.fixture
def session_over(settings: Settings) -> Iterator[Callable[..., Session]]:
    opened: list[Session] = []

    def build(rows: dict[str, Rows], case: dict[str, Any], *, reconciled: bool = False) -> Session:
        jurisdiction, own = case.get("jurisdiction", "CN"), case.get("catalogue")
        given = tuple({"name": name, "value": value} for name, value in case.get("parameters", {}).items())
        known = load_parameters(settings.parameters, jurisdiction, given)
        catalogue = load_catalogue(
            settings.tariffs,
            jurisdiction,
            parameters=known,
            own=parse_catalogue_file(own, "the case's catalogue") if own else None,
        )
        landed = {name: listed for name, listed in rows.items() if listed}
        tariffs = catalogue if catalogue.tariffs else None
        period, history = Period.parse(case["period"]), case.get("history", {})
        opened.append(
            sessions.session_over(settings, period, landed, known, tariffs, history, reconciled=reconciled)
        )
        return opened[-1]

    yield build
    for session in opened:
        session.connection.close()
