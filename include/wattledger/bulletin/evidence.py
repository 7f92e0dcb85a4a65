"""Evidence: the columns of a failing row, as a reader wants to see them.

Belongs here: labels, types and words of the values that a rule kept as JSON. Masking is for ``masking``.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache

from wattledger.bulletin.model import Evidence, Text, Value
from wattledger.bulletin.terms import Terms
from wattledger.contracts import load_contracts

_CODED = ("billed_value", "expected_value", "reason")


def read_evidence(text: str | None, terms: Terms) -> tuple[Evidence, ...]:
    """A failing row's columns with their labels and types; its place in the source comes last."""
    return tuple(
        Evidence(column, terms.column(column), _worded(column, value, terms))
        for column, value in json.loads(text or "{}", parse_float=Decimal).items()
        if value is not None
    )


def _worded(column: str, value: str | int | Decimal, terms: Terms) -> Value:
    """A code in words, where the column holds codes of the audit's own; else the value as what it is."""
    if isinstance(value, str):
        if column == "cause":
            return terms.cause(value)
        if column == "components":
            parts = [terms.component(part) for part in value.split(", ")]
            return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
        if column in _CODED and (text := terms.code(value)):
            return text
    return _value(column, value)


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
