"""Checks of rates: each price well formed, and each component with one price on every day of its tariff.

Belongs here: what a rate must be for its tariffs. Texts name file, component, tariff and days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from wattledger.rating.catalogue.days import Span, common, days_text, flaws, months_within, span_of
from wattledger.rating.catalogue.model import TOU, Catalogue, Rate, Tariff
from wattledger.rating.catalogue.places import Places
from wattledger.rating.catalogue.prices import Cell, PriceShapeError, cells

MAX_DECIMALS: Final = 8
"""Decimal places of a price that both engines keep."""

_BASIC: Final = {"capacity": "kva_month", "demand": "kw_month"}
"""The components of the basic charge, and what each is priced by."""


def rate_problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """All that is wrong with the rates, as texts."""
    bands = tuple(dict.fromkeys(catalogue.voltage_bands.values()))
    shapes: dict[int, list[Cell]] = {}
    for number, rate in enumerate(catalogue.rates):
        problems = list(_form_problems(rate))
        try:
            shapes[number] = cells(rate.price, bands)
            problems += _cell_problems(rate, shapes[number])
        except PriceShapeError as error:
            problems.append(str(error))
        problems += _name_problems(rate, catalogue)
        yield from (f"{places.of(rate)}: {text}" for text in problems)
    if len(shapes) < len(catalogue.rates):
        return
    by_pair: dict[tuple[str, str], list[int]] = {}
    for number, rate in enumerate(catalogue.rates):
        for code in rate.tariffs:
            by_pair.setdefault((code, rate.component), []).append(number)
    for tariff in catalogue.tariffs:
        of_tariff = {c: by_pair.get((tariff.code, c), []) for c in tariff.components if c != "power_factor"}
        for component, numbers in of_tariff.items():
            yield from _day_problems(tariff, component, [catalogue.rates[n] for n in numbers], places)
        named = [(catalogue.rates[n], shapes[n]) for numbers in of_tariff.values() for n in numbers]
        yield from _key_problems(tariff, named, catalogue, places)


def _form_problems(rate: Rate) -> Iterator[str]:
    """What is wrong with a rate by itself."""
    if rate.component == "power_factor":
        yield "power_factor has no rate: its percentages stand under power_factor"
    elif rate.component in _BASIC and rate.per != _BASIC[rate.component]:
        yield f"{rate.component} is priced per {_BASIC[rate.component]}, not per {rate.per}"
    elif rate.per in _BASIC.values() and rate.component not in _BASIC:
        yield f"only {' and '.join(_BASIC)} are priced per {rate.per}"
    if rate.per == "percent" and not rate.of:
        yield "per percent needs of: the components that it is a percentage of"
    if rate.of and rate.per != "percent":
        yield f"of belongs to per: percent, not to per: {rate.per}"
    if rate.floats and rate.per != "kwh":
        yield f"only a price per kwh floats with the time of use, not one per {rate.per}"


def _cell_problems(rate: Rate, known: Sequence[Cell]) -> Iterator[str]:
    if rate.per != "kwh" and any(c.tou or c.tier for c in known):
        yield f"only a price per kwh depends on time of use or tier, not one per {rate.per}"
    if deep := [c.price for c in known if -int(c.price.as_tuple().exponent) > MAX_DECIMALS]:
        yield f"the price {deep[0]} has more than {MAX_DECIMALS} decimals"


def _name_problems(rate: Rate, catalogue: Catalogue) -> Iterator[str]:
    """Tariffs and components that a rate names and nothing defines."""
    for code in rate.tariffs:
        versions = [t for t in catalogue.tariffs if t.code == code]
        components = {c for t in versions for c in t.components}
        if not versions:
            yield f"there is no tariff {code!r}"
            continue
        if rate.component not in components:
            yield f"tariff {code} has no component {rate.component!r}; it has: {', '.join(sorted(components))}"
        if unknown := [c for c in rate.of if c not in components]:
            yield f"of names {', '.join(unknown)}, which tariff {code} does not have"
    if len(set(rate.tariffs)) != len(rate.tariffs):
        yield "a tariff stands twice among its tariffs"


def _day_problems(tariff: Tariff, component: str, rates: Sequence[Rate], places: Places) -> Iterator[str]:
    """Days of the tariff on which a component has no price, or two."""
    for flaw in flaws(rates, span_of(tariff)):
        if flaw.kind == "gap":
            yield f"{places.file(tariff)}: tariff {tariff.code} has no price of {component} {flaw.days}"
        else:
            files = ", ".join(dict.fromkeys(places.file(r) for r in flaw.records))
            yield f"{files}: tariff {tariff.code} has {len(flaw.records)} prices of {component} {flaw.days}"


def _key_problems(
    tariff: Tariff, named: Sequence[tuple[Rate, list[Cell]]], catalogue: Catalogue, places: Places
) -> Iterator[str]:
    """Voltage bands, times of use and tiers that a price of the tariff lacks, or that the tariff does not know."""
    # most tariffs have the same bands everywhere, and years of monthly rates need not be compared one by one
    by_band = [(rate, known) for rate, known in named if any(c.voltage for c in known)]
    differ = len({frozenset(c.voltage for c in known) for _, known in by_band}) > 1
    for rate, known in named:
        days = common(span_of(rate), span_of(tariff))
        if days is None:
            continue
        texts = [
            *(_band_problems(known, rate, days, by_band) if differ else ()),
            *_tou_problems(known, rate, days, tariff, catalogue),
            *_tier_problems(known, days, tariff, catalogue),
        ]
        yield from (f"{places.of(rate)}: tariff {tariff.code}: {text}" for text in texts)


def _band_problems(
    known: Sequence[Cell], rate: Rate, days: Span, named: Sequence[tuple[Rate, list[Cell]]]
) -> Iterator[str]:
    """A tariff that has a price for a voltage band has every price for it that depends on the band."""
    here = {c.voltage for c in known if c.voltage}
    if not here:
        return
    for other, cells_of_other in named:
        both = common(span_of(other), days)
        if both is None or not set(_months(rate)) & set(_months(other)):
            continue
        if missing := {c.voltage for c in cells_of_other if c.voltage} - here:
            yield (
                f"no price for {', '.join(sorted(m for m in missing if m))}, for which {other.component} has one "
                f"{days_text(both)}"
            )


def _tou_problems(
    known: Sequence[Cell], rate: Rate, days: Span, tariff: Tariff, catalogue: Catalogue
) -> Iterator[str]:
    keyed = {c.tou for c in known if c.tou}
    if not keyed and not rate.floats:
        return
    if not tariff.tou:
        # beside tariffs with times of use, one without pays a floating rate as listed; a rate for such alone is a slip
        if not keyed and any(t.tou for t in catalogue.tariffs if t.code in rate.tariffs):
            return
        yield "the price depends on the time of use, but the tariff has no times of use (tou)"
        return
    scheme = catalogue.tou[tariff.tou]
    if unknown := [t for t in TOU if t in keyed and t not in scheme.periods]:
        yield f"{', '.join(unknown)} is none of the times of use {scheme.id} ({', '.join(scheme.periods)})"
    for branch in _branches(known, "tou"):
        if keyed and (missing := [t for t in scheme.periods if t not in {c.tou for c in branch}]):
            yield f"no price for {', '.join(missing)}{_place(branch[0], 'tou')}"
    if rate.floats:
        for flaw in flaws(scheme.ratios, days):
            months = set(flaw.months or months_within(flaw.span)) & set(_months(rate))
            if flaw.kind == "gap" and months:
                at = days_text(flaw.span, tuple(sorted(months)) if flaw.months or rate.months else ())
                yield f"the price floats, but the times of use {scheme.id} have no ratios {at}"


def _tier_problems(known: Sequence[Cell], days: Span, tariff: Tariff, catalogue: Catalogue) -> Iterator[str]:
    keyed = {c.tier for c in known if c.tier is not None}
    if not keyed:
        return
    if not tariff.tiers:
        yield "the price depends on the tier, but the tariff has no tiers"
        return
    scheme = catalogue.tiers[tariff.tiers]
    everywhere = max(len(limit.up_to_kwh) + 1 for limit in scheme.limits)
    here = [len(x.up_to_kwh) + 1 for x in scheme.limits if common(span_of(x), days)]
    if unknown := sorted(keyed - set(range(1, everywhere + 1))):
        yield f"there is no tier {', '.join(map(str, unknown))}: {scheme.id} has {everywhere}"
    for branch in _branches(known, "tier"):
        if missing := sorted(set(range(1, max(here, default=1) + 1)) - {c.tier for c in branch if c.tier}):
            yield f"no price for tier {', '.join(map(str, missing))}{_place(branch[0], 'tier')}"


def _branches(known: Sequence[Cell], last: str) -> Iterable[list[Cell]]:
    """The cells that differ in one thing only, ``tou`` or ``tier`` (of ``tou``: with all their tiers)."""
    found: dict[object, list[Cell]] = {}
    for cell in known:
        found.setdefault(cell.voltage if last == "tou" else (cell.voltage, cell.tou), []).append(cell)
    return found.values()


def _place(cell: Cell, last: str) -> str:
    names = [cell.voltage, cell.tou if last == "tier" else None]
    return f" at {', '.join(n for n in names if n)}" if any(names) else ""


def _months(rate: Rate) -> tuple[int, ...]:
    return rate.months or tuple(range(1, 13))
