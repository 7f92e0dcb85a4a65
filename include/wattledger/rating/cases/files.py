"""Case files: one bill, or one calculation after a bill, as a person writes it down.

    kind: bill | late_payment | theft | default_use | metering_error | multiplier_correction | estimate_settlement
    about: anything worth noting of the case          expect: what it should come to (``expectation``)

Belongs here: reading a case and choosing its catalogue. ``decimal_engine`` and ``corrections`` work
out what it comes to.
Wrong input is a UsageError that names the file, and the field by the words in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from wattledger.audit.rules import load_rules
from wattledger.audit.rules.check import check_parameters
from wattledger.company import Company
from wattledger.errors import ConfigurationError, UsageError
from wattledger.law import load_register
from wattledger.parameters import load_parameters, read_parameters
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.cases.expectation import Expectation
from wattledger.rating.cases.intervals import with_registers
from wattledger.rating.cases.plausible import refuse_implausible
from wattledger.rating.cases.solve import solved
from wattledger.rating.catalogue.files import Layers, load_catalogue
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.corrections import AfterCase, calculate
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings
from wattledger.sheets.model import NotRatableError, Sheet
from wattledger.yaml_files import read_yaml, wrong_fields

Case = BillCase | AfterCase

AFTER = (
    "late_payment",
    "theft",
    "default_use",
    "metering_error",
    "multiplier_correction",
    "estimate_settlement",
)
_TODO = "Correct the file; docs/rating-cases.md has an example of each kind."
_NOTES = ("about", "expect")
_AFTER: TypeAdapter[Any] = TypeAdapter(AfterCase)


def read_case(path: Path) -> tuple[Case, Expectation]:
    """The case in a file and what it should come to; raise UsageError naming each wrong field."""
    content = read_yaml(path, error=UsageError)
    if not isinstance(content, Mapping):
        return parse_case(content, str(path)), Expectation()
    stated = content.get("expect", {})
    try:
        expected = Expectation.model_validate(stated)
    except ValidationError as error:
        raise _wrong_case(
            [f"expect.{line}" for line in wrong_fields(error, Expectation)], str(path)
        ) from error
    case = parse_case({name: value for name, value in content.items() if name not in _NOTES}, str(path))
    return _placed(case, path), expected


def _placed(case: Case, path: Path) -> Case:
    """The case called after its file if it has no id, its interval files looked for beside it."""
    if not isinstance(case, BillCase):
        return case
    points = tuple(
        p.model_copy(update={"intervals_file": str(path.parent / p.intervals_file)})
        if p.intervals_file
        else p
        for p in case.points
    )
    bill_id = case.bill_id if "bill_id" in case.model_fields_set else path.stem
    return case.model_copy(update={"points": points, "bill_id": bill_id})


def parse_case(content: object, place: str) -> Case:
    """The content of a case file as a case; ``place`` is what messages call the file."""
    if not isinstance(content, Mapping):
        raise UsageError(
            "The file holds no case: expected fields, first of them kind.", where=place, todo=_TODO
        )
    kind = content.get("kind", "bill")
    if kind != "bill" and kind not in AFTER:
        raise UsageError(
            f"kind: {kind!r} was given, expected bill, {', '.join(AFTER[:-1])} or {AFTER[-1]}.",
            where=place,
            todo=_TODO,
        )
    form = BillCase if kind == "bill" else None
    try:
        return form.model_validate(content) if form else _AFTER.validate_python(content)
    except ValidationError as error:
        raise _wrong_case(wrong_fields(error, form, Path(place), unwritten=[kind]), place) from error


@dataclass(frozen=True, slots=True)
class Ground:
    """What a company's cases are worked out by beside what the product has: between that and the case's own."""

    company: Company
    parameters: tuple[dict[str, Any], ...]
    tariffs: Layers


NO_GROUND: Final = Ground(Company(), (), {})


def case_catalogue(case: Case, settings: Settings, ground: Ground = NO_GROUND) -> Catalogue:
    """The catalogue that a case is worked out by: its jurisdiction's, with its own tariffs and parameters on top.

    Raises:
        ConfigurationError: they break the form, or the case gives a parameter that nothing looks up.
    """
    of, company = case.jurisdiction, ground.company
    law = load_register(settings.law, company.part("law"))
    below = load_parameters(settings.parameters, of, ground.parameters, law, company.files("parameters"))
    given = read_parameters(case.parameters, len(of.split("-")) + 1, "the case", of, law)
    if given:
        check_parameters(given, load_rules(settings.expectations, law, company), settings.parameters)
    own = case.catalogue if isinstance(case, BillCase) else None
    return load_catalogue(
        settings.tariffs, of, parameters=(*below, *given), own=own, law=law, company=ground.tariffs
    )


def sheet_of(case: Case, settings: Settings, place: str, ground: Ground = NO_GROUND) -> Sheet:
    """The calculation sheet of a case.

    Raises:
        UsageError: the case's own tariffs or parameters are wrong, or it cannot be rated; the message says why.
    """
    try:
        if isinstance(case, BillCase) and case.solve is not None:
            return solved(case, case.solve, lambda at_price: _sheet(at_price, settings, ground))
        return _sheet(case, settings, ground)
    except NotRatableError as error:
        raise UsageError(f"The bill cannot be rated ({error.code}): {error}", where=place) from error
    except (UsageError, ConfigurationError) as error:
        where = f"{place}; {error.where}" if error.where else place
        raise UsageError(error.what, where=where, todo=error.todo) from error


def _sheet(case: Case, settings: Settings, ground: Ground) -> Sheet:
    catalogue = case_catalogue(case, settings, ground)
    refuse_implausible(case, catalogue)
    if isinstance(case, BillCase):
        return rate(with_registers(case, catalogue), catalogue)
    return calculate(case, catalogue)


def _wrong_case(lines: list[str], place: str) -> UsageError:
    listed = "\n".join(f"  {line}" for line in lines)
    return UsageError(f"The case is wrong:\n{listed}", where=place, todo=_TODO)
