"""The basic charge by capacity: kVA by the days that each item ran, stood by or was suspended.

Belongs here: kVA-days and what they cost. By demand: ``demand``.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase, Capacity
from wattledger.rating.decimal_engine.days import period_days
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import ONE, SHOWN, ZERO, half_up_quotient, total
from wattledger.sheets.model import Clause, Step, Value

PLACES = 4
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Charge:
    """A basic charge: kVA-months or kW-months, amount, and their arithmetic."""

    quantity: Decimal
    measure: str
    amount: Decimal
    quantity_steps: list[Step]
    amount_step: Step
    clauses: list[Clause]


def capacity_charge(rated: RatedUse, price: Decimal) -> Charge:
    """kVA-months by the days of each item's states."""
    case = rated.case
    month, clause = month_days(rated)
    clauses = [clause]
    steps: list[Step] = []
    days: dict[tuple[str, Decimal, Decimal], int] = {}
    for item in case.capacity:
        count = len(days_within(case, item))
        if count:
            share = share_of(item, rated, steps, clauses)
            key = (item.item, item.kva, share)
            days[key] = days.get(key, 0) + count
            steps.append(
                Step(
                    "capacity_days",
                    {
                        "item": item.item,
                        "kva": item.kva,
                        "state": item.state,
                        "days": count,
                        "share": share,
                        "kva_days": item.kva * share * count,
                    },
                )
            )
    kva_days = total(_counted(case, key, count, month, steps) for key, count in days.items())
    quantity = half_up_quotient(kva_days, Decimal(month), PLACES)
    steps.append(
        Step("capacity_quantity", {"kva_days": kva_days, "month_days": month, "basic_quantity": quantity})
    )
    dividend = price * kva_days * case.months_count
    amount = half_up_quotient(dividend, Decimal(month), 2)
    values: dict[str, Value] = {"price": price, "kva_days": kva_days, "months": case.months_count}
    values |= {
        "month_days": month,
        "unrounded": half_up_quotient(dividend, Decimal(month), SHOWN),
        "amount": amount,
    }
    return Charge(quantity, "kva_month", amount, steps, Step("capacity_amount", values), clauses)


def month_days(rated: RatedUse) -> tuple[int, Clause]:
    """Days of a whole month: 30, or those of the period, or of its month where the period is only a part of one."""
    text, clause = rated.text("rating.part_month")
    if text == "thirtieths":
        return 30, clause
    case = rated.case
    end = case.period_end_on
    return (period_days(case) if is_whole(case) else monthrange(end.year, end.month)[1]), clause


def is_whole(case: BillCase) -> bool:
    """Whether the period is a whole month: not if it is short and the account began, or ended, in it."""
    there = [item for item in case.capacity if item.state != "removed" and days_within(case, item)]
    if period_days(case) >= SHORTEST_MONTH or not there:
        return True
    begins = all((item.from_on or date.min) >= case.period_start_on for item in there)
    return not begins and not all((item.to_on or date.max) <= case.period_end_on for item in there)


def as_counted(case: BillCase, days: int, month: int) -> int:
    """Days of the period as days of the month: the whole period is the whole month, and nothing is longer."""
    return month if is_whole(case) and days == period_days(case) else min(days, month)


def days_within(case: BillCase, item: Capacity) -> range:
    """Days of the period on which an item was in this state, as ordinals."""
    first = max(case.period_start_on, item.from_on or case.period_start_on)
    last = min(case.period_end_on, item.to_on or case.period_end_on)
    return range(first.toordinal(), last.toordinal() + 1)


def _counted(
    case: BillCase, key: tuple[str, Decimal, Decimal], days: int, month: int, steps: list[Step]
) -> Decimal:
    """kVA-days of an item at one share."""
    item, kva, share = key
    counted = as_counted(case, days, month)
    kva_days = kva * share * counted
    if counted != days and share:
        values: dict[str, Value] = {"item": item, "kva": kva, "share": share, "days": days}
        steps.append(Step("capacity_capped", {**values, "counted_days": counted, "kva_days": kva_days}))
    return kva_days


def share_of(item: Capacity, rated: RatedUse, steps: list[Step], clauses: list[Clause]) -> Decimal:
    """How much of an item's kVA is billed in its state."""
    if item.state != "suspended":
        return ONE if item.state in ("running", "hot_standby") else ZERO
    if item.from_on is not None and item.to_on is not None:
        length = (item.to_on - item.from_on).days + 1
        shortest, clause = rated.number("rating.suspension_min_days")
        _once(clauses, clause)
        if length < shortest:
            values: dict[str, Value] = {"item": item.item, "kva": item.kva, "suspension_days": length}
            steps.append(Step("capacity_short_suspension", {**values, "min_days": shortest}))
            return ONE
    name = "rating.suspended_share_new_customer" if item.new_customer else "rating.suspended_share"
    share, clause = rated.number(name)
    _once(clauses, clause)
    return share


def _once(clauses: list[Clause], clause: Clause) -> None:
    if clause not in clauses:
        clauses.append(clause)
