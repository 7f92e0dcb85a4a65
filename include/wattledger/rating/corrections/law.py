"""Numbers of law: dated parameters, each with the clause it rests on.

Belongs here: looking one up on a day, part-months, and ceilings. The numbers stand in ``parameters/``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from wattledger.errors import ConfigurationError, UsageError
from wattledger.parameters import Parameter
from wattledger.rating.catalogue.model import PARAMETER_WORDS, Catalogue
from wattledger.rating.decimal_engine.clauses import parameter_clause
from wattledger.sheets.model import Clause


@dataclass(frozen=True, slots=True)
class Number:
    """A number of law on a day."""

    value: Fraction
    clause: Clause

    @property
    def decimal(self) -> Decimal:
        """The value as it is written."""
        return Decimal(self.value.numerator) / Decimal(self.value.denominator)


@dataclass(frozen=True, slots=True)
class PartMonth:
    """Days used of a calendar month, counted as ``share`` of a monthly charge."""

    month: date
    days: int
    of_days: int
    clause: Clause

    @property
    def share(self) -> Fraction:
        """At most one month."""
        return Fraction(self.days, self.of_days)


@dataclass(frozen=True, slots=True)
class Law:
    """The parameters of a catalogue as they hold on a day."""

    catalogue: Catalogue
    day: date

    def number(self, name: str) -> Number:
        """A parameter that is a number."""
        found = self._parameter(name, self.day)
        if found.value is None:
            raise ConfigurationError(f"The parameter {name} is {found.text!r}, and a number was expected.")
        return Number(Fraction(found.value), parameter_clause(found))

    def text(self, name: str) -> tuple[str, Clause]:
        """A parameter that is one of a few words."""
        found, allowed = self._parameter(name, self.day), PARAMETER_WORDS[name]
        if found.text not in allowed:
            value = found.text if found.value is None else found.value
            raise ConfigurationError(f"The parameter {name} is {value!r}, expected {' or '.join(allowed)}.")
        return found.text, parameter_clause(found)

    def rule(self, name: str) -> tuple[Clause, ...]:
        """What a calculation without a number of law rests on: a rule by its word. Nothing where there is none."""
        return (self.text(name)[1],) if self.catalogue.parameter(name, self.day) else ()

    def agreed(self, name: str, contract: Decimal | None, field: str) -> Number:
        """The law's ceiling, or what the contract says below it; raise UsageError above it."""
        ceiling = self.number(name)
        if contract is None:
            return ceiling
        if Fraction(contract) > ceiling.value:
            raise UsageError(
                f"{field}: {contract} was given, expected at most {ceiling.decimal} ({name} on {self.day})."
            )
        return Number(Fraction(contract), ceiling.clause)

    def months(self, from_on: date, to_on: date) -> list[PartMonth]:
        """The calendar months from a day to a day (both included), each by the rule of its time for part-months.

        By thirtieths a month has 30 days: a whole one counts as one, and no part of one as more.
        """
        return list(self._months(from_on, to_on))

    def _months(self, from_on: date, to_on: date) -> Iterator[PartMonth]:
        first = from_on
        while first <= to_on:
            of_days = calendar.monthrange(first.year, first.month)[1]
            last = min(to_on, first.replace(day=of_days))
            rule, clause = Law(self.catalogue, last).text("rating.part_month")
            days = (last - first).days + 1
            if rule == "thirtieths":
                days = 30 if days == of_days else min(days, 30)
                of_days = 30
            yield PartMonth(first.replace(day=1), days, of_days, clause)
            first = last + timedelta(days=1)

    def _parameter(self, name: str, day: date) -> Parameter:
        found = self.catalogue.parameter(name, day)
        if found is None:
            raise ConfigurationError(
                f"The parameter {name} has no value on {day}.",
                where=f"parameters of {self.catalogue.jurisdiction}",
                todo="Add it to parameters/, or to the case's own `parameters:`.",
            )
        return found


def unique(clauses: Iterator[Clause] | list[Clause]) -> tuple[Clause, ...]:
    """Each clause once, in the order of first use."""
    return tuple(dict.fromkeys(clauses))
