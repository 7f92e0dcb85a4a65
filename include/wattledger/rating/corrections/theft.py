"""Theft of electricity: the energy taken, its price, damages, and a fixed amount for tampering with the meter.

Belongs here: the calculation. How a tampered meter's energy follows from its fault is in ``metering``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact
from wattledger.rating.corrections.arithmetic import fen, kwh, total
from wattledger.rating.corrections.base import After, Appliance, Billed, Span, energy_line
from wattledger.rating.corrections.damages import damages, fixed, used
from wattledger.rating.corrections.fault import Fault
from wattledger.rating.corrections.law import Law, unique
from wattledger.sheets.model import Clause, Figure, Sheet, SheetLine, Step, step


class Theft(After, Span):
    """Electricity taken past the meter, or through a tampered one; without ``from_on`` the period is unknown."""

    kind: Literal["theft"]
    found_on: date
    """The day whose parameters hold."""
    appliances: tuple[Appliance, ...] = ()
    """What ran on the stolen electricity ..."""
    metered: tuple[Billed, ...] = ()
    """... or what a tampered meter counted, with its ``fault``."""
    fault: Fault | None = None
    price: Exact | None = Field(None, ge=0)
    """Yuan per kWh; with ``metered``, each has its own."""
    damages_multiple: Exact | None = Field(None, ge=0)
    """The contract's, at most the law's; None: the law's."""
    tampering: Literal["none", "residential", "other"] = "none"

    @model_validator(mode="after")
    def _one_way(self) -> Theft:
        if bool(self.appliances) == bool(self.metered):
            raise ValueError("give appliances, or metered with its fault, not both")
        if bool(self.metered) != (self.fault is not None):
            raise ValueError("fault: metered and fault go together")
        if self.appliances and self.price is None and any(a.kw or a.kwh for a in self.appliances):
            raise ValueError("price: missing, in yuan per kWh")
        if any(period.price is None for period in self.metered):
            raise ValueError("metered: each needs its price, in yuan per kWh")
        return self

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """Lines: the fee (one for each price), the damages, the fixed amount; figures: the kWh with their origin."""
        law = Law(catalogue, self.found_on)
        if self.fault is not None:
            found = self.fault.corrections(self.metered, law)
            figures, fees = list(found.figures), found.lines("theft_fee")
        else:
            figure = self._energy(law)
            assert self.price is not None  # noqa: S101 - as validated
            figures, fees = [figure], [energy_line(figure.value, self.price, "theft_fee")]
        return self.sheet([*fees, *self._after(fees, law)], figures)

    def _energy(self, law: Law) -> Figure:
        steps: list[Step] = []
        clauses: list[Clause] = []
        energy = Decimal(0)
        days = self.days
        if days is None:
            unknown = law.number("theft.unknown_days")
            days = int(unknown.value)
            if any(a.kw for a in self.appliances):
                steps.append(step("days_unknown", days=days))
                clauses.append(unknown.clause)
        elif self.from_on and self.to_on:
            steps.append(step("days_known", days=days, from_on=self.from_on, to_on=self.to_on))
        for appliance in self.appliances:
            taken, explained, hours = used(appliance, days, law)
            energy += taken
            steps.append(explained)
            clauses += hours
        if len(self.appliances) > 1:
            steps.append(step("use_sum", kwh=energy))
        return Figure("stolen_kwh", kwh(energy), "kwh", tuple(steps), unique(clauses))

    def _after(self, fees: list[SheetLine], law: Law) -> list[SheetLine]:
        exact = total(Fraction(line.quantity or 0) * Fraction(line.price or 0) for line in fees)
        multiple = law.agreed("theft.damages_multiple", self.damages_multiple, "damages_multiple")
        rounding = law.text("theft.round_fee_first")
        lines = [damages("theft_damages", exact, fen(total(f.amount for f in fees)), multiple, rounding)]
        if self.tampering != "none":
            name = (
                "theft.tampering_residential_yuan"
                if self.tampering == "residential"
                else "theft.tampering_yuan"
            )
            lines.append(fixed("tampering_damages", law.number(name)))
        return lines
