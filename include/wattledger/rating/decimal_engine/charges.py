"""Lines by the kWh, fed-in kWh, bill, month and day (``docs/rating.md``, step 6).

Belongs here: which lines a tariff has. A line is in ``lines``; basic charge and percentages have modules of their own.
"""

from __future__ import annotations

from decimal import Decimal

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.decimal_engine.by_days import kwh_by_days, standing_by_days
from wattledger.rating.decimal_engine.days import TariffUse, period_days
from wattledger.rating.decimal_engine.index import Index, IndexedRate
from wattledger.rating.decimal_engine.lines import charged, kwh_of, no_rate, prices_for
from wattledger.rating.decimal_engine.prices import single_price
from wattledger.sheets.model import SheetLine

NOT_HERE = ("capacity", "demand", "power_factor")
"""Components that have steps of their own, with a rate or without."""
_ELSEWHERE = ("kva_month", "kw_month", "percent")


def lines_of(case: BillCase, index: Index, use: TariffUse, is_main: bool) -> list[SheetLine]:
    """The lines of a tariff that are charged by quantity, in the order of its components.

    Raises NotRatableError (no_rate) for a component without a rate on a day that it is needed for.
    """
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
            lines += _kwh(case, index, use, indexed)
        elif indexed.rate.per == "feed_in_kwh":
            priced = single_price(index, indexed, use.day, case.voltage, case.surcharged)
            lines += charged(use, indexed, priced, use.feed_in, "kwh", use.feed_in_steps)
        elif is_main and indexed.rate.per not in _ELSEWHERE:
            lines += _standing(case, index, use, indexed)
    return lines


def _by_days(case: BillCase, use: TariffUse) -> bool:
    """Whether each rate holds for its own days of the period."""
    return case.priced_on is None and use.tariff.priced_by == "days"


def _kwh(case: BillCase, index: Index, use: TariffUse, indexed: IndexedRate) -> list[SheetLine]:
    """Lines of a component by the kWh."""
    if _by_days(case, use):
        return kwh_by_days(case, index, use, indexed.rate.component)
    lines: list[SheetLine] = []
    for priced in prices_for(case, index, use, indexed, use.day):
        quantity, steps = kwh_of(use, priced)
        lines += charged(use, indexed, priced, quantity, "kwh", steps)
    return lines


def _standing(case: BillCase, index: Index, use: TariffUse, indexed: IndexedRate) -> list[SheetLine]:
    """Lines of a component that is charged once for the bill, its months or its days."""
    per = indexed.rate.per
    if per != "day" and _by_days(case, use):
        return standing_by_days(case, index, use, indexed.rate.component)
    count = {"bill": 1, "month": case.months_count, "day": period_days(case)}[per]
    priced = single_price(index, indexed, use.day, case.voltage, case.surcharged)
    return charged(use, indexed, priced, Decimal(count), per)
