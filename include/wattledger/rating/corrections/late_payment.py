"""Late-payment damages, day by day, each day by the year in which it falls.

Belongs here: the calculation for debts and their receipts. The audit of what was collected is rule BIL-04a, which does
the same in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from wattledger.rating.catalogue.model import Catalogue, Exact, Record
from wattledger.rating.corrections.arithmetic import fen, shown, total
from wattledger.rating.corrections.base import After
from wattledger.rating.corrections.law import Law, Number, unique
from wattledger.sheets.model import Sheet, SheetLine, Step, step


class Receipt(Record):
    """A part of the debt that was paid."""

    received_on: date
    amount: Exact = Field(gt=0)


class Debt(Record):
    """A bill that was paid late, or is still owed."""

    debt_id: str
    amount: Exact = Field(gt=0)
    due_on: date | None = None
    """The last day on which it could be paid without damages."""
    late_from_on: date | None = None
    """The first day with damages, where that is known instead."""
    receipts: tuple[Receipt, ...] = ()
    until: date | None = None
    """The day on which the rest was paid, or up to which damages are counted."""

    @model_validator(mode="after")
    def _can_be_counted(self) -> Debt:
        if (self.due_on is None) == (self.late_from_on is None):
            raise ValueError(
                "give due_on (the last day in time) or late_from_on (the first day late), not both"
            )
        if self.rest < 0:
            raise ValueError(f"receipts: they come to {self.amount - self.rest}, more than the amount")
        if self.rest > 0 and self.until is None:
            raise ValueError("until: missing, and the receipts do not come to the amount")
        if self.until and any(receipt.received_on > self.until for receipt in self.receipts):
            raise ValueError("until: it is before a receipt")
        return self

    @property
    def rest(self) -> Decimal:
        """What the receipts leave."""
        return self.amount - sum((receipt.amount for receipt in self.receipts), Decimal(0))

    @property
    def first_day(self) -> date:
        """The first day with damages."""
        if self.late_from_on is not None:
            return self.late_from_on
        assert self.due_on is not None  # noqa: S101 - one of the two is there, as validated
        return self.due_on + timedelta(days=1)

    @property
    def payments(self) -> list[Receipt]:
        """The receipts, and the rest on its day."""
        paid = list(self.receipts)
        if self.rest > 0 and self.until is not None:
            paid.append(Receipt(received_on=self.until, amount=self.rest))
        return paid


class LatePayment(After):
    """Debts of one account."""

    kind: Literal["late_payment"]
    residential: bool = False
    debts: tuple[Debt, ...] = Field(min_length=1)

    def work_out(self, catalogue: Catalogue) -> Sheet:
        """A line for each debt."""
        return self.sheet([self._line(debt, Law(catalogue, debt.first_day)) for debt in self.debts])

    def _line(self, debt: Debt, law: Law) -> SheetLine:
        minimum = law.number("BIL-04.minimum_yuan")
        parts = [part for payment in debt.payments for part in self._parts(debt, payment, law)]
        exact = total(part.amount for part in parts)
        steps = [part.step for part in parts]
        amount = fen(exact)
        if len(parts) > 1:
            steps.append(step("late_sum", sum=shown(exact), amount=amount))
        clauses = [part.rate.clause for part in parts]
        if 0 < amount < minimum.value:
            amount = fen(minimum.value)
            steps.append(step("late_minimum", minimum=minimum.decimal, amount=amount))
            clauses.append(minimum.clause)
        if not parts:
            steps.append(step("late_in_time", late_from_on=debt.first_day))
        return SheetLine(
            "late_payment_damages",
            amount,
            quantity=debt.amount,
            measure="yuan",
            tariff_code=debt.debt_id,
            from_on=debt.first_day,
            to_on=max(payment.received_on for payment in debt.payments),
            steps=tuple(steps),
            clauses=unique(clauses),
        )

    def _parts(self, debt: Debt, payment: Receipt, law: Law) -> Iterator[_Part]:
        """The days late of one payment: those of the first year, and those of later ones."""
        next_year = date(debt.first_day.year + 1, 1, 1)
        spans = [
            ("same_year", debt.first_day, min(payment.received_on, next_year - timedelta(days=1))),
            ("later_year", next_year, payment.received_on),
        ]
        if self.residential:
            spans = [("residential", debt.first_day, payment.received_on)]
        for rate, from_on, to_on in spans:
            days = (to_on - from_on).days + 1
            if days > 0:
                yield _Part(payment.amount, days, from_on, to_on, law.number(f"BIL-04.rate_{rate}"))


class _Part:
    """An amount owed over some days at one rate."""

    def __init__(self, owed: Decimal, days: int, from_on: date, to_on: date, rate: Number) -> None:
        self.rate = rate
        self.amount: Fraction = Fraction(owed) * days * rate.value
        self.step: Step = step(
            "late_days",
            owed=owed,
            days=days,
            from_on=from_on,
            to_on=to_on,
            rate=rate.decimal,
            unrounded=shown(self.amount),
        )
