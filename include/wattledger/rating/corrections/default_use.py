"""Use against the contract: a cheaper tariff class than due, more capacity than agreed, sealed equipment in use.

Belongs here: the three acts that have a calculation. Each pays what it saved, and damages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact
from wattledger.rating.corrections.arithmetic import fen, kwh, shown, total
from wattledger.rating.corrections.base import After, Appliance, OneOf, Span
from wattledger.rating.corrections.damages import damages, used
from wattledger.rating.corrections.law import Law, unique
from wattledger.sheets.model import Clause, Figure, Sheet, SheetLine, Step, step


class Misused(Appliance):
    """An appliance on the wrong tariff, with the price that was due."""

    price: Exact = Field(ge=0)


class WrongClass(Span):
    """Use under a cheaper class; without ``from_on`` the period is unknown."""

    price_paid: Exact = Field(ge=0)
    appliances: tuple[Misused, ...] = Field(min_length=1)


class Capacity(Span):
    """Capacity in use that should not have been: beyond the contract, or sealed, or suspended."""

    kva: Exact = Field(gt=0)
    price: Exact | None = Field(None, gt=0)
    """The basic charge in yuan per kVA-month of a two-part tariff; None: the tariff has none."""
    months: Exact | None = Field(None, gt=0)
    """Months of use, where the days are not given."""
    times: int = Field(1, ge=1)
    """How many times it was found, where each time costs (single-part tariff, sealed equipment)."""

    @model_validator(mode="after")
    def _has_time(self) -> Capacity:
        if self.price is not None and (self.months is None) == (self.days is None):
            raise ValueError("give from_on and to_on, or months; not both")
        return self


class DefaultUse(After, OneOf):
    """One act of default use."""

    one_of: ClassVar[tuple[str, ...]] = ("wrong_class", "over_capacity", "sealed")

    kind: Literal["default_use"]
    found_on: date
    """The day whose parameters hold."""
    wrong_class: WrongClass | None = None
    over_capacity: Capacity | None = None
    sealed: Capacity | None = None
    damages_multiple: Exact | None = Field(None, ge=0)
    """The contract's, at most the law's; None: the law's."""

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """Lines: what was saved, and the damages; figures: kWh or months."""
        law = Law(catalogue, self.found_on)
        if self.wrong_class is not None:
            return self._class(self.wrong_class, law)
        if self.over_capacity is not None:
            return self._capacity("over_capacity", self.over_capacity, law)
        assert self.sealed is not None  # noqa: S101 - one of the three is there, as validated
        return self._capacity("sealed", self.sealed, law)

    def _class(self, act: WrongClass, law: Law) -> Sheet:
        days, explained, clauses = _days(act, law)
        figures, lines, parts = [], [], []
        for item in act.appliances:
            energy, power, hours = used(item, days, law)
            known = unique([*(clauses if item.kw else []), *hours])
            figures.append(Figure("appliance_kwh", energy, "kwh", (*explained, power), known))
            exact = Fraction(energy) * Fraction(item.price - act.price_paid)
            parts.append(exact)
            lines.append(_difference(item, energy, act.price_paid, exact))
        multiple = law.agreed("default_use.class_multiple", self.damages_multiple, "damages_multiple")
        rounding = law.text("default_use.round_fee_first")
        billed = total(line.amount for line in lines)
        lines.append(damages("class_damages", total(parts), fen(billed), multiple, rounding))
        figures.append(Figure("use_kwh", kwh(total(f.value for f in figures)), "kwh"))
        return self.sheet(lines, figures)

    def _capacity(self, act: str, found: Capacity, law: Law) -> Sheet:
        if found.price is None:
            number = law.number(f"default_use.{act}_yuan_per_kva")
            times = found.times if act == "sealed" else 1
            amount = fen(Fraction(found.kva) * number.value * times)
            explained = step(
                "capacity_per_kva", kva=found.kva, price=number.decimal, times=times, amount=amount
            )
            return self.sheet(
                [
                    SheetLine(
                        f"{act}_damages",
                        amount,
                        found.kva * times,
                        "kva",
                        number.decimal,
                        steps=(explained,),
                        clauses=(number.clause,),
                    )
                ]
            )
        months, figure = _months(found, law)
        exact = Fraction(found.kva) * Fraction(found.price) * months
        charge = SheetLine(
            f"{act}_charge",
            fen(exact),
            quantity=shown(Fraction(found.kva) * months),
            measure="kva_month",
            price=found.price,
            from_on=found.from_on,
            to_on=found.to_on,
            steps=(
                step(
                    "capacity_charge",
                    kva=found.kva,
                    price=found.price,
                    months=shown(months),
                    unrounded=shown(exact),
                    amount=fen(exact),
                ),
            ),
            clauses=figure.clauses,
        )
        multiple = law.agreed(f"default_use.{act}_multiple", self.damages_multiple, "damages_multiple")
        rounding = law.text("default_use.round_fee_first")
        return self.sheet(
            [charge, damages(f"{act}_damages", exact, charge.amount, multiple, rounding)], [figure]
        )


def _days(act: Span, law: Law) -> tuple[int, list[Step], list[Clause]]:
    if act.days is not None and act.from_on and act.to_on:
        return act.days, [step("days_known", days=act.days, from_on=act.from_on, to_on=act.to_on)], []
    months, per_month = law.number("default_use.unknown_months"), law.number("default_use.days_per_month")
    days = int(months.value * per_month.value)
    explained = step(
        "days_unknown_months", months=months.decimal, days_per_month=per_month.decimal, days=days
    )
    return days, [explained], [months.clause, per_month.clause]


def _difference(item: Misused, energy: Decimal, paid: Decimal, exact: Fraction) -> SheetLine:
    explained = step(
        "class_difference",
        name=item.name,
        kwh=energy,
        price_due=item.price,
        price_paid=paid,
        unrounded=shown(exact),
        amount=fen(exact),
    )
    return SheetLine("class_difference", fen(exact), energy, "kwh", item.price - paid, steps=(explained,))


def _months(found: Capacity, law: Law) -> tuple[Fraction, Figure]:
    if found.months is not None:
        months = Fraction(found.months)
        return months, Figure(
            "months", shown(months), "month", (step("capacity_months", months=found.months),)
        )
    return _counted(list(_spans(found, law)))


def _spans(found: Capacity, law: Law) -> Iterator[tuple[Fraction, Step, Clause]]:
    assert found.from_on and found.to_on  # noqa: S101,PT018 - as validated
    for part in law.months(found.from_on, found.to_on):
        explained = step("capacity_month", month=part.month, days=part.days, of_days=part.of_days)
        yield part.share, explained, part.clause


def _counted(parts: list[tuple[Fraction, Step, Clause]]) -> tuple[Fraction, Figure]:
    months = total(share for share, _, _ in parts)
    steps = tuple(explained for _, explained, _ in parts)
    return months, Figure("months", shown(months), "month", steps, unique([clause for _, _, clause in parts]))
