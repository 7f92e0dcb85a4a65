"""Lines by the kWh, fed-in kWh, bill, month and day (``docs/rating.md``, step 6).

Belongs here: quantities and amounts. Prices are in ``prices``; basic charge and percentages have modules of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import cast

from wattledger.rating.case import BillCase
from wattledger.rating.exact.days import TariffUse, period_days
from wattledger.rating.exact.index import Index, IndexedRate, in_order
from wattledger.rating.exact.prices import Priced, prices_of, single_price
from wattledger.rating.exact.rounding import half_up, half_up_quotient
from wattledger.rating.exact.tiers import of_tier_and_tou
from wattledger.rating.sheet import NotRatableError, SheetLine, Step, Value

BASIC = ("capacity", "demand")
NOT_HERE = (*BASIC, "power_factor")
"""Components that have steps of their own, with a rate or without."""
_ELSEWHERE = ("kva_month", "kw_month", "percent")
PLACES = 4


def lines_of(case: BillCase, index: Index, use: TariffUse, is_main: bool) -> list[SheetLine]:
    """The lines of a tariff that are charged by quantity, in the order of its components.

    Raises NotRatableError (no_rate) for a component without a rate on a day that it is needed for.
    """
    by_days = case.priced_on is None and use.tariff.priced_by == "days"
    lines: list[SheetLine] = []
    for component in use.tariff.components:
        if component in NOT_HERE:
            continue
        indexed = index.rate_on(use.code, component, use.day, case.voltage)
        if indexed is None:
            known = index.rates.get((use.code, component), [])
            if not known or any(found.rate.per not in _ELSEWHERE for found in known):
                raise no_rate(use.code, component, use.day, case.voltage)
        elif indexed.rate.per == "kwh":
            lines += _by_days(case, index, use, component) if by_days else _by_kwh(case, index, use, indexed)
        elif indexed.rate.per == "feed_in_kwh":
            price = single_price(index, indexed, use.day, case.voltage, case.surcharged)
            lines += charged(use, indexed, price, use.feed_in, "kwh", use.feed_in_steps)
        elif indexed.rate.per not in _ELSEWHERE and is_main:
            count = {"bill": 1, "month": case.months_count, "day": period_days(case)}[indexed.rate.per]
            price = single_price(index, indexed, use.day, case.voltage, case.surcharged)
            lines += charged(use, indexed, price, Decimal(count), indexed.rate.per)
    return lines


def no_rate(tariff_code: str, component: str, day: date, voltage: str) -> NotRatableError:
    """The reason that a component has no rate."""
    return NotRatableError(
        "no_rate", f"tariff {tariff_code}: {component} has no rate on {day.isoformat()} for voltage {voltage}"
    )


def charged(
    use: TariffUse,
    indexed: IndexedRate,
    priced: Priced,
    quantity: Decimal,
    unit: str,
    steps: Iterable[Step] = (),
    days: tuple[date, date] | None = None,
) -> list[SheetLine]:
    """The line of a quantity at a price; none where one of them is 0."""
    if not quantity or not priced.price:
        return []
    unrounded = quantity * priced.price
    amount = half_up(unrounded, 2)
    values = {"quantity": quantity, "price": priced.price, "unrounded": unrounded, "amount": amount}
    arithmetic = [*steps, priced.step, Step("amount", values)]
    if indexed.rate.credit:
        amount = -amount if amount else amount
        arithmetic.append(Step("credit", {"amount": amount}))
    from_on, to_on = days or (None, None)
    return [
        SheetLine(
            indexed.rate.component,
            amount,
            quantity,
            unit,
            priced.price,
            priced.tou,
            priced.tier,
            use.code,
            from_on,
            to_on,
            tuple(arithmetic),
            priced.clauses,
        )
    ]


def _by_kwh(case: BillCase, index: Index, use: TariffUse, indexed: IndexedRate) -> list[SheetLine]:
    """Lines of a component whose price is that of one day."""
    lines: list[SheetLine] = []
    for priced in _prices(case, index, use, indexed, use.day):
        quantity, steps = _quantity(use, priced)
        lines += charged(use, indexed, priced, quantity, "kwh", steps)
    return lines


def _by_days(case: BillCase, index: Index, use: TariffUse, component: str) -> list[SheetLine]:
    """Lines of a component each of whose rates holds for its own days of the period."""
    n = period_days(case)
    lines: list[SheetLine] = []
    for indexed, first, last in _runs(case, index, use, component):
        from_on = case.period_start_on + timedelta(days=first - 1)
        to_on = case.period_start_on + timedelta(days=last - 1)
        for priced in _prices(case, index, use, indexed, from_on):
            whole, steps = _quantity(use, priced)
            up_to_last = half_up_quotient(whole * last, Decimal(n), PLACES)
            before_first = half_up_quotient(whole * (first - 1), Decimal(n), PLACES)
            quantity = up_to_last - before_first
            values: dict[str, Value] = {
                "whole_quantity": whole,
                "from_on": from_on,
                "to_on": to_on,
                "first_day": first,
            }
            values |= {
                "last_day": last,
                "period_days": n,
                "up_to_last": up_to_last,
                "before_first": before_first,
            }
            share = Step("quantity_of_days", {**values, "quantity": quantity})
            lines += charged(use, indexed, priced, quantity, "kwh", [*steps, share], (from_on, to_on))
    return sorted(lines, key=lambda line: (in_order(line.tou), line.tier or 0, line.from_on))


def _runs(case: BillCase, index: Index, use: TariffUse, component: str) -> list[tuple[IndexedRate, int, int]]:
    """The rates of a component over the period, each with its first and last day, counted from 1."""
    key = ("runs", use.code, component, case.voltage, case.period_start_on, case.period_end_on)
    known = index.memory.get(key)
    if known is None:
        rates: list[tuple[int, IndexedRate]] = []
        for number in range(1, period_days(case) + 1):
            day = case.period_start_on + timedelta(days=number - 1)
            indexed = index.rate_on(use.code, component, day, case.voltage)
            if indexed is None:
                raise no_rate(use.code, component, day, case.voltage)
            rates.append((number, indexed))
        grouped = [list(group) for _, group in groupby(rates, key=lambda found: id(found[1]))]
        known = index.memory[key] = [(group[0][1], group[0][0], group[-1][0]) for group in grouped]
    return cast("list[tuple[IndexedRate, int, int]]", known)


def _prices(
    case: BillCase, index: Index, use: TariffUse, indexed: IndexedRate, day: date
) -> tuple[Priced, ...]:
    return prices_of(index, indexed, day, case.voltage, case.surcharged, use.scheme, len(use.tier_kwh))


def _quantity(use: TariffUse, priced: Priced) -> tuple[Decimal, list[Step]]:
    """The kWh that a price is for, with their arithmetic where they are not a figure of the bill already."""
    tou = priced.tou
    if tou is None:
        return (use.kwh if priced.tier is None else use.tier_kwh[priced.tier - 1]), []
    if priced.tier is None:
        return use.by_tou[tou], []
    quantity, step = of_tier_and_tou(use, priced.tier, tou)
    return quantity, [step]
