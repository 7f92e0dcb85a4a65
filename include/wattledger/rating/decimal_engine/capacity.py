"""The basic charge by capacity: kVA by the days that each item ran, stood by or was suspended.

Belongs here: kVA-days and what they cost. By demand: ``demand``.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from wattledger.rating.cases.bill import BillCase, Capacity
from wattledger.rating.decimal_engine.days import period_days
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import ONE, SHOWN, ZERO, half_up, half_up_quotient, total
from wattledger.sheets.model import Clause, NotRatableError, Step, Value

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
    if not case.capacity:
        raise NotRatableError(
            "no_capacity", "the basic charge is by capacity, and no item of capacity is given"
        )
    not_twice(case)
    month, clause = month_days(rated)
    clauses = [clause]
    steps: list[Step] = []
    days: dict[tuple[str, Decimal, Decimal], int] = {}
    before: dict[tuple[str, Decimal, Decimal], int] = {}
    for item in case.capacity:
        within = days_within(case, item)
        if count := len(within):
            share = share_of(item, rated, steps, clauses)
            key = (item.item, item.kva, share)
            days[key] = days.get(key, 0) + count
            before[key] = before.get(key, 0) + days_before(rated, item)
            steps.append(
                Step(
                    "capacity_days",
                    {
                        "item": item.item,
                        "kva": item.kva,
                        "state": item.state,
                        "from_on": date.fromordinal(within[0]),
                        "to_on": date.fromordinal(within[-1]),
                        "days": count,
                        "share": share,
                        "kva_days": item.kva * share * count,
                    },
                )
            )
    kva_days = total(_counted(rated, key, (before[key], count), month, steps) for key, count in days.items())
    whole = rated.chooses("rating.capacity_rounding", "whole_kva")
    if whole is not None:
        return _whole_kva(kva_days, month, price, case.months_count, steps, [*clauses, whole])
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


def _whole_kva(
    kva_days: Decimal, month: int, price: Decimal, months: int, steps: list[Step], clauses: list[Clause]
) -> Charge:
    """The charge of kVA-months rounded to whole ones."""
    quantity = half_up_quotient(kva_days, Decimal(month), 0)
    values: dict[str, Value] = {"kva_days": kva_days, "month_days": month}
    values |= {"unrounded": half_up_quotient(kva_days, Decimal(month), SHOWN), "basic_quantity": quantity}
    steps.append(Step("capacity_whole", values))
    unrounded = price * quantity * months
    amount = half_up(unrounded, 2)
    of: dict[str, Value] = {"price": price, "quantity": quantity, "months": months}
    of |= {"unrounded": unrounded, "amount": amount}
    return Charge(quantity, "kva_month", amount, steps, Step("capacity_amount_whole", of), clauses)


def month_days(rated: RatedUse) -> tuple[int, Clause]:
    """Days of a whole month: 30, or those of the period, or of its month where the period is only a part of one."""
    text, clause = rated.text("rating.part_month")
    if text == "thirtieths":
        return 30, clause
    case = rated.of_bill
    end = case.period_end_on
    return (period_days(case) if is_whole(case) else monthrange(end.year, end.month)[1]), clause


def is_whole(case: BillCase) -> bool:
    """Whether the period is a whole month: not if it is short and the account began, or ended, in it."""
    there = [item for item in case.capacity if item.state != "removed" and days_within(case, item)]
    if period_days(case) >= SHORTEST_MONTH or not there:
        return True
    begins = all((item.from_on or date.min) >= case.period_start_on for item in there)
    return not begins and not all((item.to_on or date.max) <= case.period_end_on for item in there)


def not_twice(case: BillCase) -> None:
    """Raise NotRatableError (capacity_overlap) where an item is in two states on one day of the period."""
    last: dict[str, Capacity] = {}
    for item in sorted(case.capacity, key=lambda item: days_within(case, item).start):
        days, before = days_within(case, item), last.get(item.item)
        if days and before is not None and days[0] <= days_within(case, before)[-1]:
            raise NotRatableError(
                "capacity_overlap",
                f"{item.item} is both {before.state} and {item.state} on {date.fromordinal(days[0]).isoformat()}: "
                "give each of its states days of its own",
            )
        if days and (before is None or days[-1] > days_within(case, before)[-1]):
            last[item.item] = item


def as_counted(case: BillCase, days: int, month: int) -> int:
    """Days of the period as days of the month: the whole period is the whole month, and nothing is longer."""
    return month if is_whole(case) and days == period_days(case) else min(days, month)


def days_within(case: BillCase, item: Capacity) -> range:
    """Days of the period on which an item was in this state, as ordinals."""
    first = max(case.period_start_on, item.from_on or case.period_start_on)
    last = min(case.period_end_on, item.to_on or case.period_end_on)
    return range(first.toordinal(), last.toordinal() + 1)


def days_before(rated: RatedUse, item: Capacity) -> int:
    """Days of the bill before its segment on which an item was in this state; none where it has no segments."""
    if not rated.days_before:
        return 0
    last = rated.case.period_start_on - timedelta(days=1)
    return len(days_within(rated.of_bill.model_copy(update={"period_end_on": last}), item))


def _counted(
    rated: RatedUse,
    key: tuple[str, Decimal, Decimal],
    before_and_now: tuple[int, int],
    month: int,
    steps: list[Step],
) -> Decimal:
    """kVA-days of an item at one share: what its days add to those of the bill's segments before."""
    item, kva, share = key
    before, days = before_and_now
    counted = as_counted(rated.of_bill, before + days, month) - as_counted(rated.of_bill, before, month)
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
            values |= dict[str, Value](from_on=item.from_on, to_on=item.to_on)
            steps.append(Step("capacity_short_suspension", {**values, "min_days": shortest}))
            return ONE
    name = "rating.suspended_share_new_customer" if item.new_customer else "rating.suspended_share"
    share, clause = rated.number(name)
    _once(clauses, clause)
    return share


def _once(clauses: list[Clause], clause: Clause) -> None:
    if clause not in clauses:
        clauses.append(clause)
