"""Energy from power and hours, and damages as a multiple of what was not paid.

Belongs here: what theft and default use have in common. Not here: which act has which multiple.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from wattledger.rating.corrections.arithmetic import fen, kwh, shown
from wattledger.rating.corrections.base import Appliance
from wattledger.rating.corrections.law import Law, Number, unique
from wattledger.sheets.model import Clause, SheetLine, Step, step


def used(appliance: Appliance, days: int, law: Law) -> tuple[Decimal, Step, list[Clause]]:
    """The kWh of an appliance over some days, with its arithmetic and what the hours rest on."""
    if appliance.kwh is not None:
        return appliance.kwh, step("use_known", name=appliance.name, kwh=appliance.kwh), []
    assert appliance.kw is not None  # noqa: S101 - kw or kwh is there, as validated
    clauses: list[Clause] = []
    hours = appliance.hours_per_day
    if hours is None:
        power = appliance.use == "power"
        number = law.number("theft.hours_power" if power else "theft.hours_lighting")
        hours, clauses = number.decimal, [number.clause]
    energy = kwh(Fraction(appliance.kw) * days * Fraction(hours))
    explained = step("use_power", name=appliance.name, kw=appliance.kw, days=days, hours=hours, kwh=energy)
    return energy, explained, clauses


def damages(
    component: str, exact: Fraction, billed: Decimal, multiple: Number, rounding: tuple[str, Clause]
) -> SheetLine:
    """A multiple of a fee: of the fee as billed, or of the unrounded one, as the parameter says."""
    first, clause = rounding
    base = Fraction(billed) if first == "yes" else exact
    amount = fen(base * multiple.value)
    return SheetLine(
        component,
        amount,
        quantity=shown(base),
        measure="yuan",
        price=multiple.decimal,
        steps=(
            step("damages_rounded_first" if first == "yes" else "damages_unrounded"),
            step(
                "damages_multiple",
                base=shown(base),
                multiple=multiple.decimal,
                unrounded=shown(base * multiple.value),
                amount=amount,
            ),
        ),
        clauses=unique([multiple.clause, clause]),
    )


def fixed(component: str, number: Number, clauses: Iterable[Clause] = ()) -> SheetLine:
    """A fixed amount."""
    amount = fen(number.value)
    return SheetLine(
        component,
        amount,
        quantity=Decimal(1),
        measure="bill",
        price=amount,
        steps=(step("damages_fixed", amount=amount),),
        clauses=unique([number.clause, *clauses]),
    )
