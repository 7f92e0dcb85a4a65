"""Dated parameters: thresholds, rates and clocks by jurisdiction, with the company's own on top.

Belongs here: reading ``parameters/``. The numbers themselves stand there, with their source and status.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from wattledger.errors import ConfigurationError
from wattledger.yaml_text import load_yaml


class Parameter(BaseModel):
    """One value of a parameter, for a span of days (both ends included)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Decimal | None = None
    text_value: str | None = None
    unit: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    status: str = "company_parameter"
    zh: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _text_apart(cls, content: Any) -> Any:
        """``value`` may be a number or a text in the file."""
        if isinstance(content, dict) and isinstance(content.get("value"), str):
            return {**content, "text_value": content["value"], "value": None}
        if isinstance(content, dict) and isinstance(content.get("value"), float):
            return {**content, "value": Decimal(str(content["value"]))}
        return content


def load_parameters(
    folder: Path, jurisdiction: str, own: tuple[dict[str, Any], ...] = ()
) -> list[dict[str, Any]]:
    """The parameters of a jurisdiction as records with a ``rank``: where two hold on a day, the higher wins.

    ``CN-33`` stands on ``CN``; the company's ``own`` stand on both.

    Raises:
        ConfigurationError: a record breaks the form, or two of one rank and name overlap.
    """
    parts = jurisdiction.split("-")
    found: list[dict[str, Any]] = []
    for rank in range(len(parts)):
        path = folder / f"{'-'.join(parts[: rank + 1])}.yaml"
        if path.is_file():
            found += _read(load_yaml(path.read_text(encoding="utf-8")) or [], rank, path.name)
    return found + _read(list(own), len(parts), "the source file")


def _read(records: list[Any], rank: int, place: str) -> list[dict[str, Any]]:
    parameters = []
    for record in records:
        try:
            parameters.append(Parameter.model_validate(record))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ConfigurationError(f"{place}: the parameter {record!r} is wrong: {problems}") from error
    _check_overlaps(parameters, place)
    return [{**p.model_dump(), "rank": rank} for p in parameters]


def _check_overlaps(parameters: list[Parameter], place: str) -> None:
    by_name: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        by_name.setdefault(parameter.name, []).append(parameter)
    for name, values in by_name.items():
        ordered = sorted(values, key=lambda p: p.valid_from or date.min)
        for earlier, later in pairwise(ordered):
            if (earlier.valid_to or date.max) >= (later.valid_from or date.min):
                raise ConfigurationError(
                    f"{place}: {name} has two values on {later.valid_from or 'the same days'}."
                )
