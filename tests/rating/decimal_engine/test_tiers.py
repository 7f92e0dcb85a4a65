"""Step 5: tiers by month, season and year, larger households, negative kWh, tiers and times together."""

from __future__ import annotations

import pytest

from tests.rating.decimal_engine.utility import amounts, case, plain, rated, simple
from wattledger.sheets.model import Sheet


def tiers(sheet: Sheet) -> list[str | None]:
    return [plain(f.value) for f in sheet.figures if f.name.startswith("tier")]


@pytest.mark.parametrize(
    ("kwh", "expected", "total"),
    [
        (0, ["0", "0", "0"], "0.00"),
        (200, ["200", "0", "0"], "100.00"),
        (201, ["200", "1", "0"], "100.60"),
        (400, ["200", "200", "0"], "220.00"),
        (450, ["200", "200", "50"], "265.00"),  # 100 + 120 + 45
    ],
)
def test_monthly_tiers(kwh: int, expected: list[str], total: str) -> None:
    sheet = rated(simple("HOME", total=kwh))
    assert tiers(sheet) == expected
    assert str(sheet.total) == total


def test_monthly_limits_are_multiplied_by_the_months_billed() -> None:
    assert tiers(rated(simple("HOME", "months_count: 2", total=900))) == ["400", "400", "100"]


def test_kwh_billed_before_in_the_cycle_have_filled_the_tiers() -> None:
    # 150 before, 300 now: tier 1 from 150 to 200, tier 2 from 200 to 400, tier 3 from 400 to 450
    assert tiers(rated(simple("HOME", "kwh_before: 150", total=300))) == ["50", "200", "50"]


def test_annual_tiers_do_not_grow_with_the_months() -> None:
    # 2700 before, 200 now: 60 to 2760, then 140
    assert tiers(rated(simple("HOME-YEAR", "{kwh_before: 2700, months_count: 2}", total=200))) == [
        "60",
        "140",
        "0",
    ]


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2025-06", ["360", "240", "0"]), ("2025-04", ["0", "600", "0"])],  # limits 1560 and 1200 at 1200 before
)
def test_seasonal_tiers_are_those_of_the_priced_month(month: str, expected: list[str]) -> None:
    assert (
        tiers(rated(simple("HOME-SEASON", f"{{kwh_before: 1200, priced_on: {month}-15}}", total=600)))
        == expected
    )


@pytest.mark.parametrize(
    ("tariff_code", "fields", "expected"),
    [
        ("HOME", "persons: 4", ["200", "200", "4600"]),
        ("HOME", "persons: 5", ["300", "200", "4500"]),  # 200 + 100; 400 + 100
        ("HOME", "persons: 7", ["350", "200", "4450"]),  # + 150, not + 250
        (
            "HOME",
            "{persons: 9, months_count: 2}",
            ["700", "400", "3900"],
        ),  # 2 x 200 + 2 x 150; 2 x 400 + 2 x 150
        ("HOME-YEAR", "persons: 5", ["3960", "1040", "0"]),  # 2760 + 12 x 100
        ("HOME-SEASON", "persons: 5", ["2160", "2040", "800"]),  # 1560 + 6 x 100; 3600 + 6 x 100
    ],
)
def test_larger_households(tariff_code: str, fields: str, expected: list[str]) -> None:
    assert tiers(rated(simple(tariff_code, fields, total=5000))) == expected


def test_negative_kwh_give_back_what_they_took() -> None:
    # 450 before, -300 now: 50 of tier 3 and 200 of tier 2 back, then 50 of tier 1: -45 - 120 - 25 = -190
    sheet = rated(simple("HOME", "kwh_before: 450", total=-300))
    assert tiers(sheet) == ["-50", "-200", "-50"]
    assert str(sheet.total) == "-190.00"


def test_tiers_times_times_of_use() -> None:
    # 450 kWh, 301 of them in the valley. Peak has the rest of each tier:
    # tier 1: 200 x 301 / 450 = 133.7778, peak 66.2222; tier 2 alike; tier 3: 50 x 301 / 450 = 33.4444, peak 16.5556
    sheet = rated(simple("HOME-TOU", peak=149, valley=301))
    assert amounts(sheet) == [
        ("energy", "peak", 1, "66.2222", "0.6", "39.73"),
        ("energy", "peak", 2, "66.2222", "0.7", "46.36"),
        ("energy", "peak", 3, "16.5556", "1", "16.56"),
        ("energy", "valley", 1, "133.7778", "0.3", "40.13"),
        ("energy", "valley", 2, "133.7778", "0.4", "53.51"),
        ("energy", "valley", 3, "33.4444", "0.7", "23.41"),
    ]


def test_times_that_cancel_out_leave_no_line() -> None:
    # 50 - 50 = 0 kWh: nothing to divide by
    sheet = rated(simple("HOME-TOU", peak=50, valley=-50))
    assert (tiers(sheet), sheet.lines) == (["0", "0", "0"], ())


def test_tiers_of_two_tariffs_are_added_in_the_figures() -> None:
    # HOME 250: 200, 50; HOME-YEAR 30: 30
    fields = """
    points:
    - {point_id: A, tariff_code: HOME, readings: [{register: total, usage: 250}]}
    - {point_id: B, tariff_code: HOME-YEAR, readings: [{register: total, usage: 30}]}
    """
    assert tiers(rated(case(fields))) == ["230", "50", "0"]
