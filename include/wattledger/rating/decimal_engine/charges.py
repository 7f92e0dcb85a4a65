"""Lines by the kWh, fed-in kWh, bill, month and day (``docs/rating.md``, step 6).

Belongs here: which lines a tariff has. A line is in ``lines``; basic charge and percentages have modules of their own.
"""

from __future__ import annotations

from decimal import Decimal

from wattledger.rating.decimal_engine.by_days import kwh_by_days, standing_by_days
from wattledger.rating.decimal_engine.days import period_days
from wattledger.rating.decimal_engine.index import IndexedRate
from wattledger.rating.decimal_engine.lines import charged, kwh_of
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.sheets.model import SheetLine

NOT_HERE = ("capacity", "demand", "power_factor")
"""Components that have steps of their own, with a rate or without."""
_ELSEWHERE = ("kva_month", "kw_month", "percent")


def lines_of(rated: RatedUse, is_main: bool) -> list[SheetLine]:
    """The lines of a tariff that are charged by quantity, in the order of its components.

    Raises NotRatableError (no_rate) for a component without a rate on a day that it is needed for.
    """
    use, lines = rated.use, list[SheetLine]()
    for component in use.tariff.components:
        if component in NOT_HERE:
            continue
        indexed = rated.rate(component)
        if indexed is None:
            known = rated.index.rates.get((use.code, component), [])
            if not known or any(found.rate.per not in _ELSEWHERE for found in known):
                raise rated.no_rate(component)
        elif indexed.rate.per == "kwh":
            lines += _kwh(rated, indexed)
        elif indexed.rate.per == "feed_in_kwh":
            priced = rated.price(indexed)
            lines += charged(use, indexed, priced, use.feed_in, "kwh", use.feed_in_steps)
        elif is_main and indexed.rate.per not in _ELSEWHERE:
            lines += _standing(rated, indexed)
    return lines


def _by_days(rated: RatedUse) -> bool:
    """Whether each rate holds for its own days of the period."""
    return rated.case.priced_on is None and rated.use.tariff.priced_by == "days"


def _kwh(rated: RatedUse, indexed: IndexedRate) -> list[SheetLine]:
    """Lines of a component by the kWh."""
    if _by_days(rated):
        return kwh_by_days(rated, indexed.rate.component)
    lines: list[SheetLine] = []
    for priced in rated.prices(indexed):
        quantity, steps = kwh_of(rated.use, priced)
        lines += charged(rated.use, indexed, priced, quantity, "kwh", steps)
    return lines


def _standing(rated: RatedUse, indexed: IndexedRate) -> list[SheetLine]:
    """Lines of a component that is charged once for the bill, its months or its days."""
    per = indexed.rate.per
    if per != "day" and _by_days(rated):
        return standing_by_days(rated, indexed.rate.component)
    count = {"bill": 1, "month": rated.case.months_count, "day": period_days(rated.case)}[per]
    priced = rated.price(indexed)
    return charged(rated.use, indexed, priced, Decimal(count), per)
