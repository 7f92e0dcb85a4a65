"""What all cases of this package share: their subject, their jurisdiction, parameters of their own.

Belongs here: the base record and the small records that several calculations take. Not here: calculations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact, Record
from wattledger.rating.corrections.arithmetic import fen, shown
from wattledger.sheets.model import Clause, Fact, Figure, Sheet, SheetLine, Step, step

_NUMBER = r"(\d+(?:\.\d+)?)"
_RATIO = re.compile(rf"(-?){_NUMBER}(?:\s*/\s*{_NUMBER})?")


def _any_ratio(value: object) -> Fraction:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value:
        return Fraction(str(value))
    found = _RATIO.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or (found[3] and not float(found[3])) or not float(found[2]):
        raise ValueError("expected a ratio as 200/5 or 40, or -200/5 of a transformer connected in reverse")
    ratio = Fraction(found[2]) / Fraction(found[3] or 1)
    return -ratio if found[1] else ratio


def _ratio(value: object) -> Fraction:
    try:
        ratio = _any_ratio(value)
    except ValueError:
        ratio = Fraction(0)
    if ratio <= 0:
        raise ValueError("expected a ratio above 0, as 200/5 or 40")
    return ratio


Ratio = Annotated[Fraction, BeforeValidator(_ratio), PlainSerializer(str)]
"""A transformer's ratio as on its nameplate, ``200/5``, or as a number, ``40``."""
SignedRatio = Annotated[Fraction, BeforeValidator(_any_ratio), PlainSerializer(str)]
"""The same, ``-200/5`` where the transformer is connected in reverse."""


class After(Record):
    """A case of something that came after a bill."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    kind: str
    subject: str = ""
    """What it is about, as it stands on the sheet: an account, a case number."""
    jurisdiction: str = "CN"
    parameters: tuple[dict[str, object], ...] = ()
    """Parameters of the case's own, as in a source file."""

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """The calculation sheet."""
        raise NotImplementedError

    def sheet(self, lines: Iterable[SheetLine], figures: Iterable[Figure] = ()) -> Sheet:
        """A sheet of this case."""
        found_on = getattr(self, "found_on", None)
        facts = [Fact("found_on", found_on)] if isinstance(found_on, date) else []
        facts.append(Fact("jurisdiction", self.jurisdiction))
        return Sheet(self.kind, self.subject, tuple(lines), tuple(figures), tuple(facts))


class Billed(Record):
    """kWh as they were metered and billed over some days, at one price."""

    kwh: Exact
    price: Exact | None = None
    """Yuan per kWh; None: only the energy is worked out."""
    amount: Exact | None = None
    """What was billed of them, where the price is not known: it is their quotient."""
    from_on: date | None = None
    to_on: date | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Billed:
        if self.amount is not None and (self.price is not None or not self.kwh):
            raise ValueError("give price, or the amount of kWh other than 0, not both")
        return self

    @property
    def exact_price(self) -> Fraction | None:
        """Yuan per kWh, as stated or as the amount has it; None where neither is known."""
        if self.amount is not None:
            return Fraction(self.amount) / Fraction(self.kwh)
        return None if self.price is None else Fraction(self.price)

    @property
    def solved(self) -> tuple[Step, ...]:
        """How the price follows from the amount, if it does."""
        if self.amount is None or self.exact_price is None:
            return ()
        return (step("price_solved", amount=self.amount, kwh=self.kwh, price=shown(self.exact_price)),)


class OneOf(Record):
    """A record of which exactly one of some fields is given."""

    one_of: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _exactly_one(self) -> OneOf:
        given = [name for name in self.one_of if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(self.one_of)}; there are {len(given)}")
        return self


class Span(Record):
    """Days of use, both ends included; without them the period is unknown."""

    from_on: date | None = None
    to_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if (self.from_on is None) != (self.to_on is None):
            raise ValueError("give from_on and to_on, or neither where the period is unknown")
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise ValueError("to_on is before from_on")
        return self

    @property
    def days(self) -> int | None:
        """How many; None where the period is unknown."""
        return (self.to_on - self.from_on).days + 1 if self.from_on and self.to_on else None


class Appliance(Record):
    """Something that used electricity: by its power and hours, or by kWh where they are known."""

    name: str = ""
    kw: Exact | None = Field(None, gt=0)
    use: str = Field("power", pattern="^(power|lighting|residential)$")
    """Decides the hours a day, where ``hours_per_day`` is not given."""
    hours_per_day: Exact | None = Field(None, gt=0, le=24)
    kwh: Exact | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _has_energy(self) -> Appliance:
        if (self.kw is None) == (self.kwh is None):
            raise ValueError("give kw, or kwh where the energy is known, not both")
        return self


def energy_line(
    quantity: Decimal,
    price: Decimal | Fraction,
    component: str,
    *,
    span: Billed | None = None,
    clauses: tuple[Clause, ...] = (),
) -> SheetLine:
    """Energy times a price, rounded to the fen."""
    exact = Fraction(quantity) * Fraction(price)
    listed = price if isinstance(price, Decimal) else shown(price)
    return SheetLine(
        component,
        fen(exact),
        quantity=quantity,
        measure="kwh",
        price=listed,
        from_on=span.from_on if span else None,
        to_on=span.to_on if span else None,
        steps=(
            *(span.solved if span else ()),
            step("energy_amount", kwh=quantity, price=listed, unrounded=shown(exact), amount=fen(exact)),
        ),
        clauses=clauses,
    )
