"""Evidence: the columns of a failing row, as a reader wants to see them.

Belongs here: labels, types and words of the values that a rule kept as JSON. Masking is for ``masking``.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from wattledger.bulletin.model import Evidence, Text, Value
from wattledger.bulletin.terms import Terms

_JSON = json.JSONDecoder(parse_float=Decimal)
_RATED_BY = ("billed_value", "expected_value", "reason")


def read_evidence(text: str | None, terms: Terms, datasets: tuple[str, ...] = ()) -> tuple[Evidence, ...]:
    """A failing row's columns, labelled and worded as in ``datasets``; its place in the source comes last."""
    columns = _JSON.decode(text or "{}")
    if columns.get("_source") is not None and columns.get("_row") is not None:
        columns["_source"] = terms.place(columns["_source"], columns.pop("_row"))
    return tuple(
        Evidence(column, terms.column(column, datasets), _value(column, value, terms, datasets))
        for column, value in columns.items()
        if value is not None
    )


def _value(column: str, value: str | int | Decimal | Text, terms: Terms, datasets: tuple[str, ...]) -> Value:
    """A code in words, and a text as what it is, so that numbers and dates are written in the reader's way."""
    if not isinstance(value, str):
        return value
    standard = terms.standard(column, datasets)
    if standard and value in standard.codes:
        return Text(standard.codes[value], value.replace("_", " "))
    if column == "missing_field":
        return terms.column(value, datasets)
    if column == "cause":
        return terms.cause(value)
    if column == "components":
        parts = [terms.component(part) for part in value.split(", ")]
        return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
    if (column in _RATED_BY or value in ("true", "false")) and (text := terms.code(value)):
        return text
    return _typed(value, standard.type if standard else "", column)


def _typed(value: str, kind: str, column: str) -> Value:
    if kind.startswith("decimal") or column.endswith(("_kwh", "_amount")):
        try:
            return Decimal(value)
        except ArithmeticError:
            return value
    if kind == "date" and len(value) == len("2026-10-31"):
        return date.fromisoformat(value)
    return value
