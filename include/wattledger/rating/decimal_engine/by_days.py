"""Lines of tariffs each of whose rates holds for its own days of the period (``docs/rating.md``, step 6, ``days``).

Belongs here: dividing kWh and standing charges over the days. Lines at the rates of one day are in ``charges``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import cast

from wattledger.rating.decimal_engine.days import TariffUse, period_days
from wattledger.rating.decimal_engine.index import IndexedRate, in_order
from wattledger.rating.decimal_engine.lines import charged, kwh_of, line
from wattledger.rating.decimal_engine.prices import Priced
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import SHOWN, half_up_quotient, whole_quotient
from wattledger.sheets.model import Clause, SheetLine, Step, Value

DIVISION = "rating.days_division"
PLACES = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A rate and the days of a period on which it holds, counted from 1, both included."""

    indexed: IndexedRate
    first: int
    last: int
    period: int
    from_on: date
    to_on: date


def kwh_by_days(rated: RatedUse, component: str) -> list[SheetLine]:
    """Lines of a component by the kWh, in the order of times, tiers and days."""
    found = rated.parameter(DIVISION)
    whole_kwh = found is not None and found[0].text == "whole_kwh"
    clauses = (found[1],) if found is not None else ()
    lines: list[SheetLine] = []
    for run in _runs(rated, component):
        for priced in rated.prices(run.indexed, run.from_on):
            lines += _kwh(rated.use, run, priced, whole_kwh, clauses)
    return sorted(lines, key=lambda line: (in_order(line.tou), line.tier or 0, line.from_on))


def _kwh(
    use: TariffUse, run: Run, priced: Priced, whole_kwh: bool, clauses: tuple[Clause, ...]
) -> list[SheetLine]:
    """The line of a rate's share of the kWh."""
    whole, steps = kwh_of(use, priced)
    up_to_last = _up_to(whole, run.last, run.period, whole_kwh)
    before_first = _up_to(whole, run.first - 1, run.period, whole_kwh)
    quantity = up_to_last - before_first
    values: dict[str, Value] = {"whole_quantity": whole, **_days(run)}
    values |= {"up_to_last": up_to_last, "before_first": before_first, "quantity": quantity}
    steps = [*steps, Step("quantity_of_days", values)]
    return charged(use, run.indexed, priced, quantity, "kwh", steps, (run.from_on, run.to_on), clauses)


def _up_to(whole: Decimal, day: int, period: int, whole_kwh: bool) -> Decimal:
    """The kWh of the period's first days: to 4 decimals, or whole ones until the last day."""
    if not whole_kwh:
        return half_up_quotient(whole * day, Decimal(period), PLACES)
    return whole if day == period else whole_quotient(whole * day, Decimal(period))


def standing_by_days(rated: RatedUse, component: str) -> list[SheetLine]:
    """Lines of a component by the bill or the month (each of its rates as it says), by the days of each rate."""
    lines: list[SheetLine] = []
    counts = {"bill": 1, "month": rated.case.months_count}
    for run in _runs(rated, component):
        measure = run.indexed.rate.per
        if measure not in counts:
            raise rated.no_rate(component, run.from_on)
        count = counts[measure]
        priced = rated.price(run.indexed, run.from_on)
        if not priced.price:
            continue
        days = run.last - run.first + 1
        period = Decimal(run.period)
        amount = half_up_quotient(count * priced.price * days, period, 2)
        values: dict[str, Value] = {"quantity": count, "price": priced.price, "days": days, **_days(run)}
        values |= {
            "unrounded": half_up_quotient(count * priced.price * days, period, SHOWN),
            "amount": amount,
        }
        quantity = half_up_quotient(Decimal(count * days), period, PLACES)
        steps = [priced.step, Step("amount_of_days", values)]
        lines.append(
            line(rated.use, run.indexed, priced, quantity, measure, amount, steps, (run.from_on, run.to_on))
        )
    return lines


def _days(run: Run) -> dict[str, Value]:
    """The days of a run, as steps name them."""
    return {
        "from_on": run.from_on,
        "to_on": run.to_on,
        "first_day": run.first,
        "last_day": run.last,
        "period_days": run.period,
    }


def _runs(rated: RatedUse, component: str) -> list[Run]:
    """The rates of a component over the period, in order; raise NotRatableError (no_rate) for a day without one."""
    case, memory = rated.case, rated.index.memory
    key = ("runs", rated.use.code, component, case.voltage, case.period_start_on, case.period_end_on)
    known = memory.get(key)
    if known is None:
        known = memory[key] = _find_runs(rated, component)
    return cast("list[Run]", known)


def _find_runs(rated: RatedUse, component: str) -> list[Run]:
    case = rated.case
    days = [case.period_start_on + timedelta(days=passed) for passed in range(period_days(case))]
    rates: list[tuple[int, IndexedRate]] = []
    for number, day in enumerate(days, start=1):
        indexed = rated.rate(component, day)
        if indexed is None:
            raise rated.no_rate(component, day)
        rates.append((number, indexed))
    runs: list[Run] = []
    for _, group in groupby(rates, key=lambda found: id(found[1])):
        first, *others = group
        last = others[-1] if others else first
        runs.append(Run(first[1], first[0], last[0], len(days), days[first[0] - 1], days[last[0] - 1]))
    return runs
