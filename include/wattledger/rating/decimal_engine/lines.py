"""A charge line: the kWh that a price is for, and their amount (``docs/rating.md``, step 6).

Belongs here: one line. Which lines a tariff has is in ``charges``, how they are divided over the days in ``by_days``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from wattledger.rating.decimal_engine.days import TariffUse
from wattledger.rating.decimal_engine.index import IndexedRate
from wattledger.rating.decimal_engine.prices import Priced
from wattledger.rating.decimal_engine.tiers import of_tier_and_tou
from wattledger.rating.rounding import ZERO, half_up
from wattledger.sheets.model import Clause, SheetLine, Step


def kwh_of(use: TariffUse, priced: Priced) -> tuple[Decimal, list[Step]]:
    """The kWh that a price is for, with their arithmetic where they are not a figure of the bill already."""
    tou = priced.tou
    if tou is None:
        return (use.kwh if priced.tier is None else use.tier_kwh[priced.tier - 1]), []
    if priced.tier is None:
        return use.by_tou.get(tou, ZERO), []
    quantity, step = of_tier_and_tou(use, priced.tier, tou)
    return quantity, [step]


def charged(
    use: TariffUse,
    indexed: IndexedRate,
    priced: Priced,
    quantity: Decimal,
    measure: str,
    steps: Iterable[Step] = (),
    days: tuple[date, date] | None = None,
    clauses: tuple[Clause, ...] = (),
) -> list[SheetLine]:
    """The line of a quantity at a price; none where one of them is 0."""
    if not quantity or not priced.price:
        return []
    unrounded = quantity * priced.price
    amount = half_up(unrounded, 2)
    values = {"quantity": quantity, "price": priced.price, "unrounded": unrounded, "amount": amount}
    steps = [*steps, priced.step, Step("amount", values)]
    return [line(use, indexed, priced, quantity, measure, amount, steps, days, clauses)]


def line(
    use: TariffUse,
    indexed: IndexedRate,
    priced: Priced,
    quantity: Decimal,
    measure: str,
    amount: Decimal,
    steps: list[Step],
    days: tuple[date, date] | None = None,
    clauses: tuple[Clause, ...] = (),
) -> SheetLine:
    """A line of a rate, its amount negated where it is a credit; ``clauses`` are what it rests on besides its price."""
    if indexed.rate.credit:
        amount = -amount if amount else amount
        steps = [*steps, Step("credit", {"amount": amount})]
    from_on, to_on = days or (None, None)
    return SheetLine(
        indexed.rate.component,
        amount,
        quantity,
        measure,
        priced.price,
        priced.tou,
        priced.tier,
        use.code,
        from_on,
        to_on,
        tuple(steps),
        (*priced.clauses, *clauses),
    )
