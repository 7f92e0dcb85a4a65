"""Steps 1 and 6: prices, surcharge, ratios, days, feed-in, and lines by the bill, the month and the day."""

from __future__ import annotations

import pytest

from tests.rating.decimal_engine.utility import amounts, case, catalogue, parameter, plain, rated, simple
from wattledger.rating.catalogue.model import Catalogue

TARIFF = "zh: 甲, en: A, category: c, source: S"


def test_the_price_is_that_of_the_voltage_band() -> None:
    assert plain(rated(simple("SHOP", "voltage: 10kV", total=1)).lines[0].price) == "0.75"
    assert plain(rated(simple("SHOP", "voltage: 380V", total=1)).lines[0].price) == "0.8"


def test_ratio_and_surcharge_are_rounded_once_to_the_decimals_of_the_rate() -> None:
    # 0.3333 x 1.37 x 1.5 = 0.6849315 -> 0.6849; flat 0.3333 x 1.5 = 0.49995 -> 0.5000; without surcharge 0.456621
    tariffs = f"""
tariffs: [{{code: T, {TARIFF}, components: [agency_purchase], tou: Z}}]
rates: [{{component: agency_purchase, tariffs: [T], price: 0.3333, decimals: 4,
         floats: true, surcharged: true, source: S}}]
tou: [{{id: Z, periods: [flat, peak], balance_to: flat, ratios: [{{ratio: {{flat: 1, peak: 1.37}}, source: S}}]}}]
"""
    by = catalogue(tariffs)
    assert amounts(rated(simple("T", "surcharged: true", peak=1000, flat=1000), by)) == [
        ("agency_purchase", "peak", None, "1000", "0.6849", "684.90"),
        ("agency_purchase", "flat", None, "1000", "0.5", "500.00"),
    ]
    assert [plain(line.price) for line in rated(simple("T", peak=1, flat=1), by).lines] == [
        "0.4566",
        "0.3333",
    ]


def test_the_surcharge_is_on_the_rates_that_name_it_only() -> None:
    # 0.4 x 1.5 = 0.6 of the agency price at flat; transmission and funds stay
    sheet = rated(simple("WORKS", "surcharged: true", flat=100))
    assert [(line.component, str(line.amount)) for line in sheet.lines] == [
        ("agency_purchase", "60.00"),
        ("transmission_distribution", "20.00"),
        ("fund_renewable", "1.90"),
    ]
    assert [c.name for c in sheet.lines[0].clauses] == [
        "rate.agency_purchase",
        "tou.ratio",
        "rating.surcharge_factor",
    ]


def test_a_rate_that_floats_stands_as_listed_where_the_tariff_has_no_times() -> None:
    tariffs = f"""
tariffs: [{{code: T, {TARIFF}, components: [energy]}}]
rates: [{{component: energy, tariffs: [T], price: 0.5, floats: true, source: S}}]
"""
    assert amounts(rated(simple("T", peak=10), catalogue(tariffs))) == [
        ("energy", None, None, "10", "0.5", "5.00")
    ]


VERSIONS = f"""
tariffs:
- {{code: T, {TARIFF}, components: [energy], priced_by: PRICED_BY}}
rates:
- {{component: energy, tariffs: [T], to: 2025-05-31, price: 0.1, source: S}}
- {{component: energy, tariffs: [T], from: 2025-06-01, to: 2025-06-10, price: 0.2, source: S}}
- {{component: energy, tariffs: [T], from: 2025-06-11, to: 2025-06-20, price: 0.3, source: S}}
- {{component: energy, tariffs: [T], from: 2025-06-21, to: 2025-06-30, price: 0.4, source: S}}
- {{component: energy, tariffs: [T], from: 2025-07-01, price: 0.5, source: S}}
"""


@pytest.mark.parametrize(
    ("priced_by", "fields", "price"),
    [
        ("billing_month", "", "0.2"),  # 1 June
        ("billing_month", "billing_month: 2025-07-01", "0.5"),
        ("period_start", "period_start_on: 2025-05-21", "0.1"),
        ("period_end", "period_end_on: 2025-06-20", "0.3"),
        ("issued_on", "period_end_on: 2025-06-20", "0.4"),  # the day after
        ("issued_on", "issued_on: 2025-07-03", "0.5"),
        ("issued_on", "priced_on: 2025-06-12", "0.3"),
        ("days", "priced_on: 2025-06-12", "0.3"),
    ],
)
def test_the_day_whose_rates_hold(priced_by: str, fields: str, price: str) -> None:
    (line,) = rated(simple("T", fields, total=1), catalogue(VERSIONS.replace("PRICED_BY", priced_by))).lines
    assert (plain(line.price), line.from_on, line.to_on) == (price, None, None)


def test_days_divide_the_kwh_over_a_price_change() -> None:
    # 27 May to 5 June, 10 days, 100.0007 kWh: 5 days at 0.1, 5 at 0.2;
    # up to the 5th day 50.00035 -> 50.0004, the rest 100.0007 - 50.0004 = 50.0003
    bill = simple("T", "{period_start_on: 2025-05-27, period_end_on: 2025-06-05}", total="100.0007")
    first, second = rated(bill, catalogue(VERSIONS.replace("PRICED_BY", "days"))).lines
    assert (str(first.from_on), str(first.to_on), plain(first.quantity)) == (
        "2025-05-27",
        "2025-05-31",
        "50.0004",
    )
    assert (str(second.from_on), str(second.to_on), plain(second.quantity)) == (
        "2025-06-01",
        "2025-06-05",
        "50.0003",
    )
    assert [str(line.amount) for line in (first, second)] == ["5.00", "10.00"]


def test_days_keep_tiers_and_take_ratio_and_surcharge_of_their_first_day() -> None:
    # 10 days, 3 of them in May; tier 1 has 200, tier 2 100: 200 x 3 / 10 = 60, 140; 100 x 3 / 10 = 30, 70
    tariffs = f"""
tariffs: [{{code: T, {TARIFF}, components: [energy], tiers: Z, priced_by: days}}]
rates:
- {{component: energy, tariffs: [T], to: 2025-05-31, price: {{1: 1, 2: 2}}, source: S}}
- {{component: energy, tariffs: [T], from: 2025-06-01, price: {{1: 3, 2: 4}}, source: S}}
tiers: [{{id: Z, limits: [{{cycle: month, up_to_kwh: [200], source: S}}]}}]
"""
    bill = simple("T", "{period_start_on: 2025-05-29, period_end_on: 2025-06-07}", total=300)
    lines = rated(bill, catalogue(tariffs)).lines
    assert [(line.tier, str(line.from_on), plain(line.quantity), str(line.amount)) for line in lines] == [
        (1, "2025-05-29", "60", "60.00"),
        (1, "2025-06-01", "140", "420.00"),
        (2, "2025-05-29", "30", "60.00"),
        (2, "2025-06-01", "70", "280.00"),
    ]


def test_days_follow_the_seasons_of_a_ratio_by_the_first_day_of_the_rate() -> None:
    # the rate changes on 1 June, the ratio on 3 June: the days from 1 June are at the ratio of 1 June
    tariffs = f"""
tariffs: [{{code: T, {TARIFF}, components: [energy], tou: Z, priced_by: days}}]
rates:
- {{component: energy, tariffs: [T], to: 2025-05-31, price: 1, floats: true, source: S}}
- {{component: energy, tariffs: [T], from: 2025-06-01, price: 2, floats: true, source: S}}
tou:
- id: Z
  periods: [peak, flat]
  balance_to: flat
  ratios:
  - {{to: 2025-06-02, ratio: {{peak: 1.5, flat: 1}}, source: S}}
  - {{from: 2025-06-03, ratio: {{peak: 7, flat: 1}}, source: S}}
"""
    bill = simple("T", "{period_start_on: 2025-05-29, period_end_on: 2025-06-07}", peak=100)
    lines = rated(bill, catalogue(tariffs)).lines
    assert [(line.tou, plain(line.quantity), plain(line.price)) for line in lines] == [
        ("peak", "30", "1.5"),
        ("peak", "70", "3"),
    ]


def whole_kwh() -> Catalogue:
    return catalogue(
        VERSIONS.replace("PRICED_BY", "days"), parameter("rating.days_division", "whole_kwh", rank=1)
    )


@pytest.mark.parametrize(
    ("kwh", "quantities"),
    [
        ("100.7", ["33", "34", "33.7"]),  # 100.7 x 10 / 30 = 33.57 -> 33; x 20 / 30 = 67.13 -> 67; all
        ("-100.7", ["-33", "-34", "-33.7"]),
        ("1", ["1"]),  # 0.33, 0.67, and the last rate has what is left
    ],
)
def test_days_may_have_whole_kwh_and_the_last_of_them_the_rest(kwh: str, quantities: list[str]) -> None:
    lines = rated(simple("T", total=kwh), whole_kwh()).lines
    assert [plain(line.quantity) for line in lines] == quantities
    assert lines[0].clauses[-1].name == "rating.days_division"


def test_days_divide_standing_charges_too_but_those_by_the_day() -> None:
    # 29 May to 7 June, 10 days: 3 at the old price, 7 at the new.
    # month: 2 x 5 x 3 / 10 = 3, 2 x 6 x 7 / 10 = 8.40;
    # bill: 1.25 x 3 / 10 = 0.375 -> 0.38, 1.25 x 7 / 10 = 0.875 -> 0.88
    by = catalogue(f"""
tariffs: [{{code: T, {TARIFF}, components: [rent, fee, daily], priced_by: days}}]
rates:
- {{component: rent, tariffs: [T], per: month, to: 2025-05-31, price: 5, source: S}}
- {{component: rent, tariffs: [T], per: month, from: 2025-06-01, price: 6, source: S}}
- {{component: fee, tariffs: [T], per: bill, to: 2025-05-31, price: 1.25, source: S}}
- {{component: fee, tariffs: [T], per: bill, from: 2025-06-01, price: 1.25, credit: true, source: S}}
- {{component: daily, tariffs: [T], per: day, to: 2025-05-31, price: 0.1, source: S}}
- {{component: daily, tariffs: [T], per: day, from: 2025-06-01, price: 0.2, source: S}}
""")
    bill = simple("T", "{months_count: 2, period_start_on: 2025-05-29, period_end_on: 2025-06-07}")
    lines = rated(bill, by).lines
    assert [
        (line.component, plain(line.quantity), line.from_on and line.from_on.day, str(line.amount))
        for line in lines
    ] == [
        ("rent", "0.6", 29, "3.00"),
        ("rent", "1.4", 1, "8.40"),
        ("fee", "0.3", 29, "0.38"),
        ("fee", "0.7", 1, "-0.88"),
        ("daily", "10", None, "2.00"),
    ]


OTHERS = f"""
tariffs:
- {{code: T, {TARIFF}, components: [energy, feed_in, feed_in_subsidy, service_charge, rent, daily, free]}}
- {{code: U, {TARIFF}, components: [energy, service_charge]}}
rates:
- {{component: energy, tariffs: [T, U], price: 0.5, source: S}}
- {{component: feed_in, tariffs: [T], per: feed_in_kwh, price: 0.3, credit: true, source: S}}
- {{component: feed_in_subsidy, tariffs: [T], per: feed_in_kwh, price: 0.0125, credit: true, source: S}}
- {{component: service_charge, tariffs: [T, U], per: bill, price: 2.5, source: S}}
- {{component: rent, tariffs: [T], per: month, price: 4, source: S}}
- {{component: daily, tariffs: [T], per: day, price: 0.1, source: S}}
- {{component: free, tariffs: [T], price: 0, source: S}}
"""


def test_feed_in_is_paid_and_standing_charges_are_once_a_bill() -> None:
    # 101 x 0.3 = 30.30; 101 x 0.0125 = 1.2625 -> 1.26; 2 months; 1 June to 30 June: 30 days; free has no line
    fields = """
    months_count: 2
    points:
    - {point_id: A, tariff_code: T, readings: [{register: total, usage: 10}, {register: feed_in, usage: 101}]}
    - {point_id: B, tariff_code: U, readings: [{register: total, usage: 10}]}
    """
    sheet = rated(case(fields), catalogue(OTHERS))
    assert [(line.tariff_code, line.component, line.measure, str(line.amount)) for line in sheet.lines] == [
        ("T", "energy", "kwh", "5.00"),
        ("T", "feed_in", "kwh", "-30.30"),
        ("T", "feed_in_subsidy", "kwh", "-1.26"),
        ("T", "service_charge", "bill", "2.50"),
        ("T", "rent", "month", "8.00"),
        ("T", "daily", "day", "3.00"),
        ("U", "energy", "kwh", "5.00"),
    ]
    assert sheet.lines[1].steps[-1].code == "credit"
    assert str(sheet.total) == "-8.06"


def test_half_a_fen_is_rounded_away_from_zero_on_both_sides() -> None:
    # 0.1 x 0.45 = 0.045 -> 0.05 (half to even would be 0.04)
    assert [str(rated(simple("FARM", total=kwh)).total) for kwh in ("0.1", "-0.1")] == ["0.05", "-0.05"]


def test_a_line_that_comes_to_no_fen_stays() -> None:
    # 0.001 x 0.45: quantity and price are not 0
    assert [str(line.amount) for line in rated(simple("FARM", total="0.001")).lines] == ["0.00"]


def test_a_bill_without_points_has_only_its_extra_lines() -> None:
    sheet = rated(case("{basic_mode: capacity, extra: [{component: adjustment, amount: -12.34}]}"))
    assert [(line.component, str(line.amount)) for line in sheet.lines] == [("adjustment", "-12.34")]
    assert sheet.figure("usage_kwh") == 0


def test_extra_lines_stand_after_those_of_the_main_tariff() -> None:
    bill = case("""
      extra: [{component: energy, amount: 1.00}]
      points:
      - {point_id: A, tariff_code: SHOP, readings: [{register: total, usage: 10}]}
      - {point_id: B, tariff_code: FARM, readings: [{register: total, usage: 10}]}
    """)
    lines = rated(bill).lines
    assert [(line.tariff_code, line.component, str(line.amount)) for line in lines] == [
        ("SHOP", "energy", "8.00"),
        ("SHOP", "fund_renewable", "0.19"),
        ("SHOP", "energy", "1.00"),
        ("FARM", "energy", "4.50"),
    ]
