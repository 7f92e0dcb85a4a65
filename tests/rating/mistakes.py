"""A small catalogue without mistakes, the mistakes that can be made in it, and what each is refused with.

Belongs here: mistakes, for the tests of the checks and of docs/tariffs.md. No test.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from wattledger.errors import ConfigurationError
from wattledger.parameters import load_parameters
from wattledger.rating.catalogue.files import join_layers, parse_catalogue_file
from wattledger.rating.catalogue.model import Catalogue
from wattledger.yaml_text import load_yaml

BASE = load_yaml((Path(__file__).parent / "catalogue_base.yaml").read_text(encoding="utf-8"))

Change = Callable[[Any], Any]


def catalogue_of(*contents: Any, parameters: Sequence[dict[str, Any]] = ()) -> Catalogue:
    layers = {f"{n}.yaml": parse_catalogue_file(content, f"{n}.yaml") for n, content in enumerate(contents)}
    return join_layers("ZZ", layers, load_parameters(Path("none"), "ZZ", tuple(parameters)))


def refusal(change: Change, *more: Any) -> str:
    content = copy.deepcopy(BASE)
    change(content)
    with pytest.raises(ConfigurationError) as caught:
        catalogue_of(content, *more)
    return str(caught.value)


def rate(number: int, **fields: Any) -> Change:
    return lambda c: c["rates"][number].update(fields)


def tariff(number: int, **fields: Any) -> Change:
    return lambda c: c["tariffs"][number].update(fields)


def limit(number: int, **fields: Any) -> Change:
    return lambda c: c["tiers"][0]["limits"][number].update(fields)


def knots(percent: dict[float, float]) -> Change:
    return lambda c: c["power_factor"][0].update(percent=percent)


def windows(number: int, **fields: Any) -> Change:
    return lambda c: c["tou"][0]["windows"][number].update(fields)


def without(kind: str, number: int) -> Change:
    return lambda c: c[kind].pop(number)


GRID = "tariff B: no price for high, for which energy has one from 2024-01-01 to 2024-12-31"
MISTAKES: dict[str, tuple[Change, str]] = {
    "a gap between two prices": (
        rate(2, to="2024-11-30"),
        "0.yaml: tariff B has no price of energy from 2024-12-01 to 2024-12-31",
    ),
    "a gap at the end of a tariff": (
        rate(3, to="2025-06-30"),
        "0.yaml: tariff B has no price of energy from 2025-07-01 to 2025-12-31",
    ),
    "a month of the year without a price": (
        rate(5, months=[3, 4, 5, 6, 7, 8, 9, 10]),
        "0.yaml: tariff B has no price of grid from 2024-01-01 to 2025-12-31, in month 11",
    ),
    "no price at all": (
        without("rates", 6),
        "0.yaml: tariff B has no price of demand from 2024-01-01 to 2025-12-31",
    ),
    "an overlap": (
        rate(3, **{"from": "2024-12-31"}),
        "0.yaml: tariff B has 2 prices of energy on 2024-12-31",
    ),
    "an overlap in a month": (
        rate(4, months=[12, 1, 2, 3]),
        "0.yaml: tariff B has 2 prices of grid from 2024-01-01 to 2025-12-31, in month 3",
    ),
    "a voltage band without a price": (rate(4, price={"low": 0.2}), f"grid for B: {GRID}"),
    "an unknown key": (
        rate(4, price={"lwo": 0.2, "high": 0.1}),
        "0.yaml: grid for B: 'lwo' is no voltage band (low, high), no time of use (sharp, peak, flat, valley, "
        "deep_valley) and no tier (a whole number)",
    ),
    "a time of use that the tariff does not tell apart": (
        rate(3, price={"peak": 1, "flat": 1, "valley": 1, "sharp": 2}, floats=False),
        "energy for B from 2025-01-01: tariff B: sharp is none of the times of use hours (peak, flat, valley)",
    ),
    "a time of use without a price": (
        rate(2, price={"low": {"peak": 1, "flat": 1, "valley": 1}, "high": {"peak": 1, "flat": 1}}),
        "energy for B from 2024-01-01: tariff B: no price for valley at high",
    ),
    "a price by time of a tariff without times": (
        rate(0, price={"peak": 1, "valley": 1}),
        "energy for H: tariff H: the price depends on the time of use, but the tariff has no times of use (tou)",
    ),
    "a tier without a price": (
        rate(0, price={1: 0.5, 2: 0.6}),
        "energy for H: tariff H: no price for tier 3",
    ),
    "a tier that there is not": (
        rate(0, price={1: 0.5, 2: 0.6, 3: 0.9, 4: 1}),
        "energy for H: tariff H: there is no tier 4: steps has 3",
    ),
    "a price by tier of a tariff without tiers": (
        rate(3, price={1: 1, 2: 2}, floats=False),
        "tariff B: the price depends on the tier, but the tariff has no tiers",
    ),
    "keys out of order": (
        rate(2, price={"peak": {"low": 1, "high": 1}, "flat": 1, "valley": 1}),
        "low, high stand under peak, but prices are nested in the order voltage band, time of use, tier",
    ),
    "keys of two kinds": (
        rate(2, price={"low": 1, "peak": 1}),
        "energy for B from 2024-01-01: the keys low, peak are not all of one kind",
    ),
    "an uneven price": (
        rate(2, price={"low": 1, "high": {"peak": 1, "flat": 1, "valley": 1}}),
        "the price is nested unevenly: every branch must name the same things",
    ),
    "ratios missing for a part of the days": (
        lambda c: c["tou"][0]["ratios"][0].update(to="2025-03-31"),
        "tariff B: the price floats, but the times of use hours have no ratios from 2025-04-01 to 2025-12-31",
    ),
    "ratios missing for a time": (
        lambda c: c["tou"][0]["ratios"][0].update(ratio={"peak": 1.6, "flat": 1}),
        "ratios must be given for peak, flat, valley, and for no others; wrong: valley",
    ),
    "an unknown source": (rate(6, source="t"), "0.yaml: demand for B: there is no source 't'; there are: s"),
    "unknown tiers": (
        tariff(0, tiers="stairs"),
        "0.yaml: tariff H: there are no tiers 'stairs'; there are: steps",
    ),
    "unknown times of use": (
        tariff(1, tou="clock"),
        "0.yaml: tariff B from 2024-01-01: there are no times of use 'clock'; there are: hours",
    ),
    "an unknown component in of": (
        rate(1, of=["energy", "grid"]),
        "0.yaml: tax for H: of names grid, which tariff H does not have",
    ),
    "an unknown component in power_factor_base": (
        tariff(1, power_factor_base=["energy", "gird"]),
        "tariff B from 2024-01-01: power_factor_base names gird, which is not among its components",
    ),
    "a power factor of nothing": (
        tariff(1, power_factor_base=[]),
        "it has the component power_factor, but power_factor_base does not say of what",
    ),
    "a rate for an unknown tariff": (
        rate(0, tariffs=["H", "HH"]),
        "energy for H, HH: there is no tariff 'HH'",
    ),
    "a rate for a component that the tariff lacks": (
        rate(6, tariffs=["B", "H"]),
        "demand for B, H: tariff H has no component 'demand'; it has: energy, tax",
    ),
    "limits that do not rise": (
        limit(0, up_to_kwh=[600, 260]),
        "0.yaml: limits of the tiers steps: up_to_kwh must rise from above 0, and is 600, 260",
    ),
    "six tiers": (
        limit(0, up_to_kwh=[1, 2, 3, 4, 5]),
        "limits of the tiers steps: 6 tiers, and there can be no more",
    ),
    "a month without limits": (
        limit(0, months=[6, 7]),
        "0.yaml: no limits of the tiers steps in month 8",
    ),
    "a month with two limits": (
        limit(0, months=[6, 7, 8, 9]),
        "0.yaml: 2 limits of the tiers steps in month 9",
    ),
    "a thirteenth month": (
        limit(0, months=[6, 7, 13]),
        "limits of the tiers steps: months are [6, 7, 13], but each",
    ),
    "a season of no months": (
        lambda c: c["tiers"][0].update(limits=[{"cycle": "season", "up_to_kwh": [260, 600], "source": "s"}]),
        "limits of the tiers steps: the cycle is a season, but months does not say which",
    ),
    "tiers that begin after their tariff": (
        lambda c: [x.update({"from": "2020-01-01"}) for x in c["tiers"][0]["limits"]],
        "0.yaml: tariff H: the tiers steps have no limits to 2019-12-31",
    ),
    "an hour without a time of use": (
        windows(0, windows={"peak": ["08:00-12:00"], "flat": ["13:00-22:00"], "valley": ["22:00-08:00"]}),
        "0.yaml: windows (all) of the times of use hours: no time of use from 12:00 to 13:00",
    ),
    "an hour with two times of use": (
        windows(1, windows={"flat": ["07:30-24:00"], "valley": ["00:00-08:00"]}),
        "windows (holiday) of the times of use hours: two times of use from 07:30 to 08:00",
    ),
    "no clock time": (
        windows(1, windows={"flat": ["8:00-24:00"], "valley": ["00:00-08:00"]}),
        "'8:00-24:00' is no span of clock times such as 08:00-11:30",
    ),
    "a kind of day without hours": (
        windows(0, days="workday"),
        "0.yaml: no windows for a weekend of the times of use hours on every day",
    ),
    "a kind of day with two windows": (
        windows(1, days="all"),
        "0.yaml: 2 windows (all) of the times of use hours on every day",
    ),
    "knots that end early": (
        knots({1.0: 0, 0.9: 0, 0.1: 40}),
        "0.yaml: power factor against 0.90: its knots do not reach from 0.00 to 1.00",
    ),
    "a knot between hundredths": (
        knots({1.0: 0, 0.905: 0, 0.0: 45}),
        "the knot 0.905 is not a whole hundredth",
    ),
    "a line that no hundredth lies on": (
        knots({1.0: 0, 0.3: 1, 0.0: 2}),
        "power factor against 0.90: its percentage at 0.01 has more than 4 decimals; give a knot there",
    ),
    "two tables of a standard": (
        lambda c: c["power_factor"].append(c["power_factor"][0]),
        "0.yaml: 2 tables of the power factor against 0.90 on every day",
    ),
    "two versions of a tariff": (
        lambda c: c["tariffs"].append({**c["tariffs"][1], "from": "2025-12-01", "to": "2026-12-31"}),
        "0.yaml: tariff B from 2025-12-01: another version of it (0.yaml: tariff B from 2024-01-01) holds too, "
        "from 2025-12-01 to 2025-12-31",
    ),
    "an end before the beginning": (
        rate(2, to="2023-12-31"),
        "energy for B from 2024-01-01: it ends on 2023-12-31, before it begins on 2024-01-01",
    ),
    "a measure that is not the component's": (
        rate(6, per="kva_month"),
        "demand for B: demand is priced per kw_month, not per kva_month",
    ),
    "a price of the power factor": (
        rate(6, component="power_factor"),
        "power_factor has no rate: its percentages stand under power_factor",
    ),
    "a percentage of nothing": (rate(1, of=[]), "tax for H: per percent needs of: the components"),
    "of without percent": (rate(3, of=["grid"]), "of belongs to per: percent, not to per: kwh"),
    "a basic charge that floats": (rate(6, floats=True), "only a price per kwh floats with the time of use"),
    "a price too fine": (rate(3, price=0.123456789), "the price 0.123456789 has more than 8 decimals"),
}
