"""Checks of times of use, tiers and power-factor tables.

Belongs here: what such a scheme must be by itself, and that it holds as long as the tariffs that use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from wattledger.rating.catalogue.days import flaws, span_of
from wattledger.rating.catalogue.model import (
    Catalogue,
    Dated,
    PowerFactorTable,
    TierLimits,
    TierScheme,
    TouScheme,
)
from wattledger.rating.catalogue.places import Places
from wattledger.rating.catalogue.power_factor import KnotError, percents
from wattledger.rating.catalogue.windows import DAY_KINDS, WindowError, day_minutes

MAX_TIERS: Final = 5


def scheme_problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """All that is wrong with the schemes, as texts."""
    for tou in catalogue.tou.values():
        yield from _tou_problems(tou, places)
    for tiers in catalogue.tiers.values():
        yield from _tier_problems(tiers, places)
    for tariff in catalogue.tariffs:
        if tariff.tiers:
            for flaw in flaws(catalogue.tiers[tariff.tiers].limits, span_of(tariff)):
                if flaw.kind == "gap":
                    yield f"{places.of(tariff)}: the tiers {tariff.tiers} have no limits {flaw.days}"
    standards = dict.fromkeys(t.standard for t in catalogue.power_factor)
    for standard in standards:
        yield from _power_factor_problems(
            [t for t in catalogue.power_factor if t.standard == standard], places
        )


def _tou_problems(scheme: TouScheme, places: Places) -> Iterator[str]:
    name = f"times of use {scheme.id}"
    if len(set(scheme.periods)) != len(scheme.periods):
        yield f"{name}: a time stands twice among its periods"
    if scheme.balance_to not in scheme.periods:
        yield f"{name}: balance_to is {scheme.balance_to}, which is none of its periods"
    for ratio in scheme.ratios:
        if wrong := set(scheme.periods) ^ set(ratio.ratio):
            yield (
                f"{places.of(ratio)}: ratios must be given for {', '.join(scheme.periods)}, and for no others; "
                f"wrong: {', '.join(sorted(wrong))}"
            )
    yield from _span_problems(scheme.ratios, f"ratios of the {name}", places)
    for window in scheme.windows:
        if unknown := sorted(set(window.windows) - set(scheme.periods)):
            yield f"{places.of(window)}: {', '.join(unknown)} is none of its periods ({', '.join(scheme.periods)})"
        try:
            day_minutes(window)
        except WindowError as error:
            yield f"{places.of(window)}: {error}"
    yield from _window_span_problems(scheme, places)


def _window_span_problems(scheme: TouScheme, places: Places) -> Iterator[str]:
    """Windows of a kind of day go before those of all days, so both may hold, but no two of the same kind."""
    if not scheme.windows:
        return
    within = min(span_of(w)[0] for w in scheme.windows), max(span_of(w)[1] for w in scheme.windows)
    file = places.file(scheme.windows[0])
    for kind in ("all", *DAY_KINDS):
        same = [w for w in scheme.windows if w.days == kind]
        for flaw in flaws(same, within):
            if flaw.kind == "overlap":
                yield f"{file}: {len(flaw.records)} windows ({kind}) of the times of use {scheme.id} {flaw.days}"
    for kind in DAY_KINDS:
        either = [w for w in scheme.windows if w.days in (kind, "all")]
        for flaw in flaws(either, within):
            if flaw.kind == "gap":
                yield f"{file}: no windows for a {kind} of the times of use {scheme.id} {flaw.days}"


def _tier_problems(scheme: TierScheme, places: Places) -> Iterator[str]:
    for limit in scheme.limits:
        yield from (f"{places.of(limit)}: {text}" for text in _limit_problems(limit))
    yield from _span_problems(scheme.limits, f"limits of the tiers {scheme.id}", places)


def _limit_problems(limit: TierLimits) -> Iterator[str]:
    ends = limit.up_to_kwh
    if any(later <= earlier for earlier, later in pairwise((Decimal(0), *ends))):
        yield f"up_to_kwh must rise from above 0, and is {', '.join(map(str, ends))}"
    if len(ends) + 1 > MAX_TIERS:
        yield f"{len(ends) + 1} tiers, and there can be no more than {MAX_TIERS}"
    if limit.cycle == "season" and not limit.months:
        yield "the cycle is a season, but months does not say which"
    persons = [h.persons for h in limit.larger_household]
    if len(set(persons)) != len(persons):
        yield "two larger_household records have the same number of persons"


def _power_factor_problems(tables: Sequence[PowerFactorTable], places: Places) -> Iterator[str]:
    for table in tables:
        if not 0 < table.standard <= 1 or table.standard != round(table.standard, 2):
            yield f"{places.of(table)}: the standard is a power factor with two decimals, not {table.standard}"
        try:
            percents(table)
        except KnotError as error:
            yield f"{places.of(table)}: {error}"
    yield from _span_problems(tables, f"tables of the power factor against {tables[0].standard:.2f}", places)


def _span_problems(records: Sequence[Dated], name: str, places: Places) -> Iterator[str]:
    """Holes and overlaps between the first and the last day of some records."""
    if not records:
        return
    within: tuple[date, date] = min(span_of(r)[0] for r in records), max(span_of(r)[1] for r in records)
    for flaw in flaws(records, within):
        if flaw.kind == "gap":
            yield f"{places.file(records[0])}: no {name} {flaw.days}"
        else:
            files = ", ".join(dict.fromkeys(places.file(r) for r in flaw.records))
            yield f"{files}: {len(flaw.records)} {name} {flaw.days}"
