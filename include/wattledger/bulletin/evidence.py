"""Evidence: the columns of a failing row, as a reader wants to see them.

Belongs here: labels and types of the values that a rule kept as JSON. Masking is for ``masking``.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache

from wattledger.bulletin.model import Evidence, Value
from wattledger.bulletin.terms import Terms
from wattledger.contracts import load_contracts


def read_evidence(text: str | None, terms: Terms) -> tuple[Evidence, ...]:
    """A failing row's columns with their labels and types; its place in the source comes last."""
    return tuple(
        Evidence(column, terms.column(column), _value(column, value))
        for column, value in json.loads(text or "{}", parse_float=Decimal).items()
        if value is not None
    )


def _value(column: str, value: str | int | Decimal) -> Value:
    """The text of the evidence as what it is, so that numbers and dates are written in the reader's way."""
    if not isinstance(value, str):
        return value
    kind = _column_types().get(column, "")
    if kind.startswith("decimal") or column.endswith(("_kwh", "_amount")):
        try:
            return Decimal(value)
        except ArithmeticError:
            return value
    if kind == "date" and len(value) == len("2026-10-31"):
        return date.fromisoformat(value)
    return value


@cache
def _column_types() -> dict[str, str]:
    """The type of every standard column."""
    return {name: c.type for contract in load_contracts().values() for name, c in contract.columns.items()}
