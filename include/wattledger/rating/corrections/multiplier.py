"""A wrong multiplier: the whole period is put right by the correct one, from the readings.

Belongs here: wrong nameplates, ratios and multipliers on file. Transformers other than those on file are a fault of the
installation (``fault``).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact, Record
from wattledger.rating.corrections.arithmetic import kwh, shown
from wattledger.rating.corrections.base import After, Billed, Ratio
from wattledger.rating.corrections.fault import by_rate
from wattledger.rating.corrections.law import Law
from wattledger.sheets.model import Sheet, Step, step


class Multiplier(Record):
    """A multiplier: from its transformers, or as it is written."""

    ct: Ratio | None = None
    """Current transformers, ``200/5``."""
    pt: Ratio | None = None
    """Voltage transformers, ``10000/100``; None: none."""
    multiplier: Exact | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_way(self) -> Multiplier:
        if (self.multiplier is None) == (self.ct is None and self.pt is None):
            raise ValueError("give ct and pt, or multiplier")
        return self

    @property
    def value(self) -> Fraction:
        """The multiplier."""
        if self.multiplier is not None:
            return Fraction(self.multiplier)
        return (self.ct or Fraction(1)) * (self.pt or Fraction(1))

    def explained(self, which: str) -> list[Step]:
        """How it follows from the transformers."""
        if self.multiplier is not None:
            return []
        ct, pt = shown(self.ct or Fraction(1)), shown(self.pt or Fraction(1))
        return [step("multiplier_of", which=which, ct=ct, pt=pt, multiplier=shown(self.value))]


class Wrong(Record):
    """A period billed by the wrong multiplier: its kWh as billed, or the readings."""

    kwh: Exact | None = None
    previous_reading: Exact | None = None
    reading: Exact | None = None
    price: Exact | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Wrong:
        by_readings = self.previous_reading is not None and self.reading is not None
        if (self.kwh is not None) == by_readings:
            raise ValueError("give kwh as billed, or previous_reading and reading")
        return self


class MultiplierCorrection(After):
    """What a wrong multiplier billed too little (positive) or too much."""

    kind: Literal["multiplier_correction"]
    found_on: date | None = None
    """The day whose rules hold; None: those in force last."""
    right: Multiplier
    billed: Multiplier
    periods: tuple[Wrong, ...] = ()
    """Without any, only the correction rate is worked out."""

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """Figures: the rate and the kWh; a line for each period that has a price."""
        rests_on = Law(catalogue, self.found_on or date.max).rule("correction.multiplier")
        rate = self.right.value / self.billed.value - 1
        explained = [*self.right.explained("right"), *self.billed.explained("billed")]
        periods = []
        for period in self.periods:
            energy, steps = self._billed(period)
            explained += steps
            periods.append(Billed(kwh=energy, price=period.price))
        explained.append(
            step(
                "multiplier_rate",
                right=shown(self.right.value),
                billed=shown(self.billed.value),
                rate=shown(rate),
            )
        )
        found = by_rate(tuple(periods), rate, *explained, clauses=rests_on)
        return self.sheet(found.lines("correction"), found.figures if periods else found.figures[:1])

    def _billed(self, period: Wrong) -> tuple[Decimal, list[Step]]:
        if period.kwh is not None:
            return period.kwh, []
        assert period.reading is not None and period.previous_reading is not None  # noqa: S101,PT018 - as validated
        energy = kwh(Fraction(period.reading - period.previous_reading) * self.billed.value)
        turn = step(
            "multiplier_turn",
            previous_reading=period.previous_reading,
            reading=period.reading,
            multiplier=shown(self.billed.value),
            kwh=energy,
        )
        return energy, [turn]
