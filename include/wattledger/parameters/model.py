"""A parameter's record, the files that it is read from, and what holds on a day: the value of the highest rank.

Belongs here: all that is done with parameters in Python. The values themselves stand in ``parameters/``, with their
source and status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from wattledger.errors import ConfigurationError
from wattledger.periods import Period
from wattledger.yaml_text import load_yaml

Status = Literal["confirmed", "unverified", "company_parameter"]
_USE: Final = re.compile(r"\b(param|param_on|param_text_on)\(\s*'([^']+)'")


class Parameter(BaseModel):
    """One value of a parameter, for a span of days (both ends included)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: Decimal | None = None
    text: str | None = None
    """The value where it is a word; in a file it stands under ``value`` like a number."""
    measure: str = ""
    """What ``value`` counts: kWh, yuan, days ..."""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    status: Status = "company_parameter"
    zh: str = ""
    en: str = ""
    rank: int = 0
    """Where two hold on a day, the higher wins: the country's, the province's, the company's own. No file says it."""

    def holds(self, day: date) -> bool:
        """Whether the value holds on ``day``."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    @property
    def shown(self) -> str:
        """The value as it is to be read, with its measure."""
        value = self.text if self.value is None else f"{self.value.normalize():f}"
        return f"{value} {self.measure}".strip()

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, content: Any) -> Any:
        """``value`` may be a number or a word in the file."""
        if not isinstance(content, Mapping):
            return content
        if "unit" in content:
            raise ValueError("`unit` is called `measure`: a unit is a part of the company")
        value = content.get("value")
        if isinstance(value, str):
            return {**content, "text": value, "value": None}
        return {**content, "value": Decimal(str(value))} if isinstance(value, float) else content


def load_parameters(
    folder: Path, jurisdiction: str, own: Iterable[Mapping[str, Any]] = ()
) -> tuple[Parameter, ...]:
    """The parameters of a jurisdiction: ``CN-33`` stands on ``CN``; the company's ``own`` stand on both.

    Raises:
        ConfigurationError: a record breaks the form, or two of one rank and name overlap.
    """
    parts = jurisdiction.split("-")
    found: list[Parameter] = []
    for rank in range(len(parts)):
        path = folder / f"{'-'.join(parts[: rank + 1])}.yaml"
        if path.is_file():
            found += _read(load_yaml(path.read_text(encoding="utf-8")) or [], rank, path.name)
    return (*found, *_read(own, len(parts), "the source file"))


def value_on(parameters: Iterable[Parameter], name: str, day: date) -> Parameter | None:
    """What holds of a parameter on a day; None where nothing does."""
    holding = (p for p in parameters if p.name == name and p.holds(day))
    return max(holding, key=lambda p: p.rank, default=None)


def values_over(parameters: Iterable[Parameter], name: str, period: Period) -> list[tuple[Period, Parameter]]:
    """What holds of a parameter in a period, each value with its days; days without a value are left out."""
    named = [p for p in parameters if p.name == name]
    begins = {p.valid_from for p in named} | {p.valid_to + timedelta(days=1) for p in named if p.valid_to}
    starts = sorted({period.start} | {day for day in begins if day and period.start < day <= period.end})
    ends = [day - timedelta(days=1) for day in starts[1:]] + [period.end]
    spans = [
        (value_on(named, name, start), Period(start, end)) for start, end in zip(starts, ends, strict=True)
    ]
    return [
        (Period(days[0].start, days[-1].end), value)
        for value, group in groupby(spans, key=lambda span: span[0])
        if value and (days := [span for _, span in group])
    ]


def applied(
    parameters: Iterable[Parameter], name: str, period: Period, sql: str
) -> list[tuple[Period, Parameter]]:
    """The values of a parameter that a statement applies to a period, each with the days that it is for.

    ``param`` takes the value of the period's last day for all of them, and so does whoever looks it up elsewhere;
    ``param_on`` takes each day's own.
    """
    if any(used == name and macro != "param" for macro, used in used_in(sql)):
        return values_over(parameters, name, period)
    value = value_on(parameters, name, period.end)
    return [(period, value)] if value else []


def used_in(sql: str) -> list[tuple[str, str]]:
    """The look-ups in a statement, in their order: the macro, and the name of the parameter."""
    return _USE.findall(sql)


def _read(records: Iterable[Any], rank: int, place: str) -> list[Parameter]:
    found = []
    for record in records:
        try:
            found.append(Parameter.model_validate(record).model_copy(update={"rank": rank}))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise ConfigurationError(f"{place}: the parameter {record!r} is wrong: {problems}") from error
    for name, first_day in _overlaps(found):
        raise ConfigurationError(f"{place}: {name} has two values on {first_day or 'the same days'}.")
    return found


def _overlaps(parameters: Iterable[Parameter]) -> Iterator[tuple[str, date | None]]:
    ordered = sorted(parameters, key=lambda p: (p.name, p.valid_from or date.min))
    for earlier, later in pairwise(ordered):
        if earlier.name == later.name and (earlier.valid_to or date.max) >= (later.valid_from or date.min):
            yield later.name, later.valid_from
