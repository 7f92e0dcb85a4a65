"""Faults of a metering installation, and what share of the true energy each let the meter count.

Belongs here: from a fault to corrected kWh. A positive correction is energy not counted. Not here: what follows from it
(``metering``, ``theft``); a multiplier that is merely written down wrong (``multiplier``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from pydantic import Field, model_validator

from wattledger.errors import UsageError
from wattledger.rating.catalogue.model import Exact, Record
from wattledger.rating.corrections.arithmetic import kwh, shown, total
from wattledger.rating.corrections.base import Billed, OneOf, Ratio, SignedRatio, energy_line
from wattledger.rating.corrections.law import Law
from wattledger.sheets.model import Clause, Figure, SheetLine, Step, step

ELEMENTS = 3
"""Measuring elements of a three-phase four-wire meter."""


class Inaccurate(Record):
    """A meter outside its class: how far off, in percent of the true energy; slow is negative."""

    error_percent: Exact = Field(gt=-100)
    share_of_time: Exact | None = Field(None, gt=0, le=1)
    """Part of the time since the last test for which it is corrected; None: the law's half."""


class Wiring(Record):
    """Wrong wiring: true power over metered power, worked out from the vector diagram."""

    coefficient: Ratio


class Lost(Record):
    """Elements of a four-wire meter that lost voltage or current."""

    elements: int = Field(1, ge=1, le=ELEMENTS - 1)


class Fitted(Record):
    """Current transformers other than those on file: the true ratio, and those fitted, one for each element.

    One that is connected in reverse has a negative ratio, ``-200/5``: it takes off what it should add.
    """

    true_ratio: Ratio
    fitted: tuple[SignedRatio, ...] = Field(min_length=1, max_length=ELEMENTS)


class Failed(Record):
    """A meter that stopped: usual kWh over usual days, and the days without a meter."""

    usual_kwh: Exact | tuple[Exact, ...]
    """As one number, or a list by month, of which the ``last`` ones count."""
    last: int | None = Field(None, ge=1)
    """How many of the list; None: all."""
    usual_days: int = Field(ge=1)
    """Days that these kWh were used in, together."""
    days: int = Field(ge=1)

    @model_validator(mode="after")
    def _enough(self) -> Failed:
        listed = self.usual_kwh if isinstance(self.usual_kwh, tuple) else ()
        if self.last is not None and self.last > len(listed):
            raise ValueError(f"last: {self.last} of a list were asked for, and usual_kwh has {len(listed)}")
        if isinstance(self.usual_kwh, Decimal) and self.usual_kwh < 0:
            raise ValueError("usual_kwh must not be below 0")
        return self


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrected kWh of each period, the figures on the way, and what they rest on."""

    figures: tuple[Figure, ...]
    periods: tuple[tuple[Billed, Decimal], ...]
    clauses: tuple[Clause, ...] = ()

    def lines(self, component: str) -> list[SheetLine]:
        """A line for each period that has a price."""
        return [
            energy_line(
                energy,
                period.exact_price if period.price is None else period.price,
                component,
                span=period,
                clauses=self.clauses,
            )
            for period, energy in self.periods
            if period.exact_price is not None
        ]


class Fault(OneOf):
    """One fault."""

    one_of: ClassVar[tuple[str, ...]] = (
        "inaccurate",
        "wiring",
        "lost",
        "fitted",
        "ratio_errors_percent",
        "failed",
    )

    inaccurate: Inaccurate | None = None
    wiring: Wiring | None = None
    lost: Lost | None = None
    fitted: Fitted | None = None
    ratio_errors_percent: tuple[Exact, ...] | None = Field(None, min_length=1, max_length=ELEMENTS)
    """Errors of the current transformers, one for each element."""
    failed: Failed | None = None

    def corrections(self, periods: Iterable[Billed], law: Law) -> Corrections:
        """What is to be added to the kWh of each period (subtracted where negative)."""
        metered = tuple(periods)
        if self.inaccurate is not None:
            return _inaccurate(self.inaccurate, metered, law)
        if self.failed is not None:
            return _failed(self.failed, metered, law)
        rate, explained = self._rate()
        return by_rate(metered, rate, explained, clauses=law.rule("correction.by_rate"))

    def _rate(self) -> tuple[Fraction, Step]:
        """Correction per metered kWh."""
        if self.wiring is not None:
            coefficient = self.wiring.coefficient
            rate = coefficient - 1
            return rate, step("meter_rate_coefficient", coefficient=shown(coefficient), rate=shown(rate))
        if self.lost is not None:
            working = ELEMENTS - self.lost.elements
            rate = Fraction(ELEMENTS, working) - 1
            return rate, step("meter_rate_lost", elements=ELEMENTS, working=working, rate=shown(rate))
        if self.fitted is not None:
            true, fitted = self.fitted.true_ratio, self.fitted.fitted
            measured = total(true / ratio for ratio in fitted)
            rate = len(fitted) / _counting(measured) - 1
            return rate, step(
                "meter_rate_ratios",
                true_ratio=shown(true),
                fitted=", ".join(str(shown(ratio)) for ratio in fitted),
                elements=len(fitted),
                measured=shown(measured),
                rate=shown(rate),
            )
        errors = self.ratio_errors_percent or ()
        measured = total(1 + Fraction(error) / 100 for error in errors)
        rate = len(errors) / _counting(measured) - 1
        listed = ", ".join(f"{error:+}%" for error in errors)
        explained = step(
            "meter_rate_errors",
            errors=listed,
            elements=len(errors),
            measured=shown(measured),
            rate=shown(rate),
        )
        return rate, explained


def _counting(measured: Fraction) -> Fraction:
    """What a meter counted; raise UsageError where it counted nothing, since no rate says what it should have."""
    if not measured:
        raise UsageError(
            "fault: the elements together counted nothing, so that no correction rate can be worked out.",
            todo="Use failed: {usual_kwh, usual_days, days}.",
        )
    return measured


def by_rate(
    periods: tuple[Billed, ...], rate: Fraction, *explained: Step, clauses: tuple[Clause, ...] = ()
) -> Corrections:
    """Each period's kWh times a correction rate."""
    corrected = tuple((period, kwh(Fraction(period.kwh) * rate)) for period in periods)
    steps = tuple(
        step("meter_correction", kwh=period.kwh, rate=shown(rate), correction_kwh=energy)
        for period, energy in corrected
    )
    figures = (Figure("correction_rate", shown(rate), "", explained, clauses), *_sums(corrected, steps))
    return Corrections(figures, corrected, clauses)


def _inaccurate(fault: Inaccurate, periods: tuple[Billed, ...], law: Law) -> Corrections:
    """Against a meter without error, over a share of the time since its last test."""
    factor = 1 + Fraction(fault.error_percent) / 100
    half = law.number("correction.inaccurate_time_share")
    share = half.value if fault.share_of_time is None else Fraction(fault.share_of_time)
    clauses = (half.clause,) if fault.share_of_time is None else ()
    corrected, explained, shares = [], [], []
    for period in periods:
        true = Fraction(period.kwh) / factor
        energy = kwh((true - Fraction(period.kwh)) * share)
        corrected.append((period, energy))
        explained.append(
            step("meter_inaccurate", kwh=period.kwh, error_percent=fault.error_percent, true_kwh=kwh(true))
        )
        missing = kwh(true - Fraction(period.kwh))
        shares.append(step("meter_time_share", kwh=missing, share=shown(share), correction_kwh=energy))
    true_kwh = kwh(total(Fraction(period.kwh) for period in periods) / factor)
    figures = (
        Figure("true_kwh", true_kwh, "kwh", tuple(explained)),
        Figure("correction_kwh", kwh(total(e for _, e in corrected)), "kwh", tuple(shares), clauses),
    )
    return Corrections(figures, tuple(corrected), clauses)


def _failed(fault: Failed, periods: tuple[Billed, ...], law: Law) -> Corrections:
    """The usual energy of as many days, less what was billed nevertheless; the first period has the price."""
    usual_kwh, listed = _usual(fault)
    clauses = law.rule("correction.usual")
    true = kwh(usual_kwh * fault.days / fault.usual_days)
    counted = kwh(total(period.kwh for period in periods))
    usual = step(
        "meter_usual",
        usual_kwh=shown(usual_kwh),
        usual_days=fault.usual_days,
        days=fault.days,
        true_kwh=true,
    )
    missing = step("meter_missing", true_kwh=true, kwh=counted, correction_kwh=true - counted)
    figures = (
        Figure("true_kwh", true, "kwh", (*listed, usual), clauses),
        Figure("correction_kwh", true - counted, "kwh", (missing,)),
    )
    return Corrections(figures, ((periods[0], true - counted),), clauses)


def _usual(fault: Failed) -> tuple[Fraction, tuple[Step, ...]]:
    """The usual kWh: as given, or the sum of the last of a list."""
    if isinstance(fault.usual_kwh, Decimal):
        return Fraction(fault.usual_kwh), ()
    chosen = fault.usual_kwh[-(fault.last or len(fault.usual_kwh)) :]
    summed = total(chosen)
    listed = " + ".join(f"{number:f}" for number in chosen)
    return summed, (step("last_of_list", last=len(chosen), listed=listed, kwh=shown(summed)),)


def _sums(corrected: tuple[tuple[Billed, Decimal], ...], steps: tuple[Step, ...]) -> tuple[Figure, ...]:
    correction = kwh(total(energy for _, energy in corrected))
    metered = kwh(total(period.kwh for period, _ in corrected))
    return (
        Figure("correction_kwh", correction, "kwh", steps),
        Figure("true_kwh", kwh(metered + correction), "kwh"),
    )
