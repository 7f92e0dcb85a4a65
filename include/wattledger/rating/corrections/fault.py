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

from pydantic import Field

from wattledger.rating.catalogue.model import Exact, Record
from wattledger.rating.corrections.arithmetic import kwh, shown, total
from wattledger.rating.corrections.base import Billed, OneOf, Ratio, energy_line
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
    """Current transformers other than those on file: the true ratio, and those fitted, one for each element."""

    true_ratio: Ratio
    fitted: tuple[Ratio, ...] = Field(min_length=1, max_length=ELEMENTS)


class Failed(Record):
    """A meter that stopped: usual kWh over usual days, and the days without a meter."""

    usual_kwh: Exact = Field(ge=0)
    usual_days: int = Field(ge=1)
    days: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrected kWh of each period, the figures on the way, and what they rest on."""

    figures: tuple[Figure, ...]
    periods: tuple[tuple[Billed, Decimal], ...]
    clauses: tuple[Clause, ...] = ()

    def lines(self, component: str) -> list[SheetLine]:
        """A line for each period that has a price."""
        return [
            energy_line(energy, period.price, component, span=period, clauses=self.clauses)
            for period, energy in self.periods
            if period.price is not None
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
            return _failed(self.failed, metered)
        rate, explained = self._rate()
        return by_rate(metered, rate, explained)

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
            rate = len(fitted) / measured - 1
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
        rate = len(errors) / measured - 1
        listed = ", ".join(f"{error:+}%" for error in errors)
        explained = step(
            "meter_rate_errors",
            errors=listed,
            elements=len(errors),
            measured=shown(measured),
            rate=shown(rate),
        )
        return rate, explained


def by_rate(periods: tuple[Billed, ...], rate: Fraction, *explained: Step) -> Corrections:
    """Each period's kWh times a correction rate."""
    corrected = tuple((period, kwh(Fraction(period.kwh) * rate)) for period in periods)
    steps = tuple(
        step("meter_correction", kwh=period.kwh, rate=shown(rate), correction_kwh=energy)
        for period, energy in corrected
    )
    figures = (Figure("correction_rate", shown(rate), "", explained), *_sums(corrected, steps))
    return Corrections(figures, corrected)


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


def _failed(fault: Failed, periods: tuple[Billed, ...]) -> Corrections:
    """The usual energy of as many days, less what was billed nevertheless; the first period has the price."""
    true = kwh(Fraction(fault.usual_kwh) * fault.days / fault.usual_days)
    counted = kwh(total(period.kwh for period in periods))
    usual = step(
        "meter_usual",
        usual_kwh=fault.usual_kwh,
        usual_days=fault.usual_days,
        days=fault.days,
        true_kwh=true,
    )
    missing = step("meter_missing", true_kwh=true, kwh=counted, correction_kwh=true - counted)
    figures = (
        Figure("true_kwh", true, "kwh", (usual,)),
        Figure("correction_kwh", true - counted, "kwh", (missing,)),
    )
    return Corrections(figures, ((periods[0], true - counted),))


def _sums(corrected: tuple[tuple[Billed, Decimal], ...], steps: tuple[Step, ...]) -> tuple[Figure, ...]:
    correction = kwh(total(energy for _, energy in corrected))
    metered = kwh(total(period.kwh for period, _ in corrected))
    return (
        Figure("correction_kwh", correction, "kwh", steps),
        Figure("true_kwh", kwh(metered + correction), "kwh"),
    )
