"""The catalogue made quick to ask: kept while the catalogue lives, and no longer."""

from __future__ import annotations

import gc
from datetime import date

from tests.rating.decimal_engine.utility import catalogue, parameter, plain, rated, simple
from wattledger.rating.decimal_engine import index


def test_an_index_is_made_once_and_dies_with_its_catalogue() -> None:
    by = catalogue()
    before = len(index._indexes)
    first = index.index_of(by)
    assert index.index_of(by) is first
    assert len(index._indexes) == before + 1
    del by
    gc.collect()
    assert len(index._indexes) == before


def test_two_catalogues_are_not_mixed_up() -> None:
    dear = catalogue("", parameter("rating.surcharge_factor", "2", rank=1))
    bill = simple("WORKS", "surcharged: true", flat=100)
    assert [plain(rated(bill, by).lines[0].price) for by in (dear, catalogue(), dear)] == [
        "0.8",
        "0.6",
        "0.8",
    ]


def test_parameters_are_those_of_the_day() -> None:
    by = catalogue(
        "",
        parameter("rating.surcharge_factor", "1.2", until=date(2025, 5, 31), rank=1),
        parameter("rating.surcharge_factor", "1.3", since=date(2025, 6, 1), rank=1),
    )
    prices = [
        plain(rated(simple("WORKS", f"{{surcharged: true, priced_on: {day}}}", flat=1), by).lines[0].price)
        for day in ("2025-05-31", "2025-06-01")
    ]
    assert prices == ["0.48", "0.52"]  # 0.4 x 1.2, 0.4 x 1.3


def test_keys_of_tiers_may_be_text_and_levels_may_be_left_out() -> None:
    by = catalogue("""
tariffs:
- {code: T, zh: 甲, en: A, category: c, components: [a, b], tiers: Z, tou: Y, source: S}
rates:
- {component: a, tariffs: [T], price: {low: {peak: {"1": 1, "2": 2}, flat: {"1": 3, "2": 4}}}, source: S}
- {component: b, tariffs: [T], price: {low: {1: 5, 2: 6}}, source: S}
tou: [{id: Y, periods: [peak, flat], balance_to: flat}]
tiers: [{id: Z, limits: [{cycle: month, up_to_kwh: [10], source: S}]}]
voltage_bands: {low: [220V]}
""")
    lines = rated(simple("T", peak=10, flat=10), by).lines
    assert [
        (line.component, line.tou, line.tier, plain(line.quantity), plain(line.price)) for line in lines
    ] == [
        *[("a", "peak", 1, "5", "1"), ("a", "peak", 2, "5", "2"), ("a", "flat", 1, "5", "3")],
        *[("a", "flat", 2, "5", "4"), ("b", None, 1, "10", "5"), ("b", None, 2, "10", "6")],
    ]
