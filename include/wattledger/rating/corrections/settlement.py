"""Settling an estimate: provisional bills against the reading that followed them.

Belongs here: the difference of kWh and its price. Bills with tiers or times of use are settled by rating the whole span
again (``decimal_engine``).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact
from wattledger.rating.corrections.arithmetic import kwh, total
from wattledger.rating.corrections.base import After, Billed, energy_line
from wattledger.rating.corrections.law import Law
from wattledger.sheets.model import Figure, Sheet, step


class EstimateSettlement(After):
    """Two actual readings, and what was billed by estimate between them."""

    kind: Literal["estimate_settlement"]
    found_on: date | None = None
    """The day whose rules hold; None: those in force last."""
    previous_reading: Exact
    """The last actual reading before the estimates."""
    reading: Exact
    dial_digits: int | None = Field(None, ge=1, le=12)
    """With them a reading below the previous one has passed zero."""
    multiplier: Exact = Field(1, gt=0, validate_default=True)
    estimated: tuple[Billed, ...] = Field(min_length=1)
    price: Exact | None = None
    """Yuan per kWh of the difference; None: only the energy is worked out."""

    @model_validator(mode="after")
    def _forwards(self) -> EstimateSettlement:
        if self.reading < self.previous_reading and self.dial_digits is None:
            raise ValueError(
                "reading: it is below previous_reading; give dial_digits if the register passed zero"
            )
        return self

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """Figures: actual, estimated, difference; a line where there is a price (negative: a refund)."""
        rests_on = Law(catalogue, self.found_on or date.max).rule("correction.estimate")
        turn = self.reading - self.previous_reading
        if turn < 0 and self.dial_digits is not None:
            turn += 10**self.dial_digits
        actual = kwh(Fraction(turn) * Fraction(self.multiplier))
        estimated = kwh(total(period.kwh for period in self.estimated))
        read = step(
            "settlement_actual",
            previous_reading=self.previous_reading,
            reading=self.reading,
            multiplier=self.multiplier,
            kwh=actual,
        )
        settled = step(
            "settlement_difference", actual_kwh=actual, estimated_kwh=estimated, kwh=actual - estimated
        )
        figures = [
            Figure("actual_kwh", actual, "kwh", (read,)),
            Figure("estimated_kwh", estimated, "kwh"),
            Figure("settled_kwh", actual - estimated, "kwh", (settled,), rests_on),
        ]
        lines = []
        if self.price is not None:
            lines = [energy_line(actual - estimated, self.price, "settlement", clauses=rests_on)]
        return self.sheet(lines, figures)
