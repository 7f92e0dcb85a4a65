"""A parameter's record, the files that it is read from, and what holds on a day: the value of the highest rank.

Belongs here: all that is done with parameters in Python. The values themselves stand in ``parameters/``, with what
they rest on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from wattledger.errors import ConfigurationError
from wattledger.law import Citation, Reference, Register, load_register, resolve
from wattledger.measures import in_words, measures
from wattledger.periods import Period
from wattledger.report_texts import Language
from wattledger.settings import Settings
from wattledger.yaml_files import read_records, wrong_fields

SOURCE_FILE: Final = "the source file"
"""What messages call the place of a company's records that stand in no file of its own."""
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
    basis: Citation = Citation(kind="company")
    """What the value rests on: a document of the register of law, or what it is where it is no law."""
    zh: str = ""
    en: str = ""
    rank: int = 0
    """Where two hold on a day, the higher wins: the country's, the province's, the company's own. No file says it."""
    reference: Reference = Reference("", "", "", "", "")
    """``basis`` resolved and in words. No file says it."""
    place: str = Field("", exclude=True)
    """The file that says it, as messages call it. No file says that."""

    def holds(self, day: date) -> bool:
        """Whether the value holds on ``day``."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def shown(self, language: Language) -> str:
        """The value as it is to be read, with its measure."""
        return in_words(self.value, self.text, self.measure, language)

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        if measure and measure not in measures():
            raise ValueError(f"there is no measure {measure!r}; there are: {', '.join(measures())}")
        return measure

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


_DERIVED: Final = ("text", "rank", "reference", "place")
_FIELDS: Final = [name for name in Parameter.model_fields if name not in _DERIVED]
"""Those that a file may say."""


def load_parameters(
    folder: Path,
    jurisdiction: str,
    own: Iterable[Mapping[str, Any]] = (),
    law: Register | None = None,
    files: Iterable[Path] = (),
) -> tuple[Parameter, ...]:
    """The parameters of a jurisdiction: ``CN-33`` stands on ``CN``; the company's ``own`` stand on both.

    Args:
        folder: ``parameters/``.
        jurisdiction: as the source file has it.
        own: records of the company's own.
        law: the register that they cite; the installation's unless told.
        files: more records of the company's own, in the files of its folder.

    Raises:
        ConfigurationError: a record breaks the form, cites what the register has not, or two of one rank and name
            overlap; or one of ``files`` takes the place of a value without saying why.
    """
    register = law or load_register(Settings().law)
    parts = jurisdiction.split("-")
    found: list[Parameter] = []
    for rank in range(len(parts)):
        layer = "-".join(parts[: rank + 1])
        path = folder / f"{layer}.yaml"
        if path.is_file():
            found += _read(read_records(path, "table of parameters"), rank, path.name, layer, register)
    companys = _read(own, len(parts), SOURCE_FILE, jurisdiction, register)
    for path in files:
        records, place = read_records(path, "table of parameters"), f"company/parameters/{path.name}"
        given = _read(records, len(parts), place, jurisdiction, register)
        _check_reasons(given, found)
        companys += given
    _check_overlaps(companys)
    return (*found, *companys)


def read_parameters(
    records: Iterable[Any], rank: int, place: str, jurisdiction: str, law: Register
) -> tuple[Parameter, ...]:
    """Records as parameters of one rank, ``place`` being what messages call where they stand; raise as above."""
    return tuple(_read(records, rank, place, jurisdiction, law))


def in_place_of(parameters: Iterable[Parameter], own: Parameter, day: date) -> Parameter | None:
    """What would hold on ``day`` but for a value of the company's ``own``; None where nothing would."""
    return value_on((p for p in parameters if p.rank < own.rank), own.name, day)


def _check_reasons(own: Iterable[Parameter], below: Iterable[Parameter]) -> None:
    product = {p.name for p in below}
    for parameter in own:
        if parameter.name in product and not (parameter.basis.zh and parameter.basis.en):
            raise ConfigurationError(
                f"{parameter.place}: {parameter.name} takes the place of the product's value, and does not say why.",
                todo="Write the reason, which bulletins name: basis: {kind: company, zh: ..., en: ...}",
            )


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


def _read(records: Iterable[Any], rank: int, place: str, jurisdiction: str, law: Register) -> list[Parameter]:
    found = []
    for number, record in enumerate(records, start=1):
        if derived := [n for n in _DERIVED if isinstance(record, Mapping) and n in record]:
            raise ConfigurationError(
                f"{place}: the parameter {record.get('name')} says {', '.join(derived)}, which no file says.",
                todo=f"Take it out; the fields of a parameter are: {', '.join(_FIELDS)}.",
            )
        try:
            parameter = Parameter.model_validate(record)
        except ValidationError as error:
            named = record.get("name") if isinstance(record, Mapping) else None
            problems = "; ".join(wrong_fields(error, Parameter))
            raise ConfigurationError(
                f"{place}: the parameter {named or f'number {number}'} is wrong: {problems}",
                todo=f"Correct it under `parameters`; the fields of one are: {', '.join(_FIELDS)}.",
            ) from error
        reference = _refer(parameter, place, jurisdiction, law)
        found.append(parameter.model_copy(update={"rank": rank, "reference": reference, "place": place}))
    _check_overlaps(found)
    return found


def _check_overlaps(parameters: Iterable[Parameter]) -> None:
    for later, places in _overlaps(parameters):
        raise ConfigurationError(
            f"{places}: {later.name} has two values on {later.valid_from or 'the same days'}.",
            todo="Leave one, or end the one (valid_to) before the other begins (valid_from).",
        )


def _refer(parameter: Parameter, place: str, jurisdiction: str, law: Register) -> Reference:
    where = f"{place}: the parameter {parameter.name} from {parameter.valid_from or 'the beginning'}"
    reference = resolve(parameter.basis, law, where, jurisdiction)
    document = law.documents.get(reference.law)
    if document and reference.status == "confirmed" and document.ended_before(parameter.valid_to):
        raise ConfigurationError(
            f"{where} cites {document.id}, which ended on {document.valid_to}, as confirmed.",
            todo="End it on that day, and let another follow it; or say `status: unverified` and why.",
        )
    return reference


def _overlaps(parameters: Iterable[Parameter]) -> Iterator[tuple[Parameter, str]]:
    ordered = sorted(parameters, key=lambda p: (p.name, p.valid_from or date.min))
    for earlier, later in pairwise(ordered):
        if earlier.name == later.name and (earlier.valid_to or date.max) >= (later.valid_from or date.min):
            yield later, " and ".join(dict.fromkeys([earlier.place, later.place]))
