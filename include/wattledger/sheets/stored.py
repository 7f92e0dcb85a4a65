"""Calculation sheets as rows of the lake: in no language, every number exact.

Belongs here: the way there and back. What people read of a sheet, JSON included, is made elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from wattledger.errors import DataError
from wattledger.sheets.model import BilledLine, BillSheet, Clause, Fact, Figure, Sheet, SheetLine, Step

_NUMBER, _DAY = "decimal", "date"
_NAMED = ("rule_id", "business_key", "bill_id", "account_id")


def sheet_row(made: BillSheet) -> dict[str, Any]:
    """A finding's sheet as a row: ``sheet`` and ``billed`` are JSON, a number in it ``{"decimal": "12.50"}``."""
    named = {name: getattr(made, name) for name in _NAMED}
    return {**named, "sheet": _to_text(made.sheet), "billed": _to_text(made.billed)}


def read_sheets(rows: Iterable[dict[str, Any]]) -> dict[str | None, tuple[BillSheet, ...]]:
    """The sheets of each audience by its ``org_id``, in the order of ``position``."""
    found: dict[str | None, tuple[BillSheet, ...]] = {}
    for row in sorted(rows, key=lambda row: int(row["position"])):
        found[row["org_id"]] = (*found.get(row["org_id"], ()), _bill_sheet(row))
    return found


def _bill_sheet(row: dict[str, Any]) -> BillSheet:
    try:
        return _read(row)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The calculation sheet of bill {row['bill_id']} was published by another version: {error}.",
            todo="Run the step work_out_sheets again (in Airflow: clear it with what follows).",
        ) from error


def _read(row: dict[str, Any]) -> BillSheet:
    content = _from_text(row["sheet"])
    lines = tuple(SheetLine(**_part(line)) for line in content["lines"])
    figures = tuple(Figure(**_part(figure)) for figure in content["figures"])
    return BillSheet(
        **{name: row[name] for name in _NAMED},
        sheet=Sheet(
            content["kind"],
            content["subject"],
            lines,
            figures,
            tuple(Fact(**fact) for fact in content.get("facts", ())),
            tuple(Step(**note) for note in content.get("notes", ())),
        ),
        billed=tuple(BilledLine(**line) for line in _from_text(row["billed"])),
    )


def _part(content: dict[str, Any]) -> dict[str, Any]:
    """A line or a figure with its steps and clauses."""
    steps = tuple(Step(**step) for step in content["steps"])
    return {**content, "steps": steps, "clauses": tuple(Clause(**clause) for clause in content["clauses"])}


def _to_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, default=_tagged)


def _tagged(value: object) -> dict[str, Any]:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Decimal):
        return {_NUMBER: str(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError(f"a sheet holds no {type(value).__name__}: {value!r}")


def _from_text(text: str) -> Any:
    return json.loads(text, object_hook=_value)


def _value(content: dict[str, Any]) -> Any:
    if content.keys() == {_NUMBER}:
        return Decimal(content[_NUMBER])
    return date.fromisoformat(content[_DAY]) if content.keys() == {_DAY} else content
