"""Step 8: the factor's exact rounding, its percentage, its base."""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

import pytest

from tests.rating.decimal_engine.utility import case, catalogue, plain, rated
from wattledger.rating.decimal_engine.power_factor import factor_of
from wattledger.sheets.model import Sheet


@pytest.mark.parametrize(
    ("active", "reactive", "factor"),
    [
        ("40000", "30000", "0.80"),  # 40 / 50
        ("40000", "39670", "0.71"),  # app.ixiawen.com/question/36540193
        ("50000", "59000", "0.65"),  # dqdf.com/chinaconews/3_18217642.html: 0.6465...
        ("1", "0", "1.00"),
        ("0.0001", "1000000", "0.00"),
        # brackets of wgbc.cn/zxjs/205.html
        ("10000", "1003", "1.00"),
        ("10000", "1004", "0.99"),
        ("10000", "3461", "0.95"),
        ("10000", "3462", "0.94"),
        ("10000", "36387", "0.26"),
    ],
)
def test_factor(active: str, reactive: str, factor: str) -> None:
    assert str(factor_of(Decimal(active), Decimal(reactive))) == factor


@pytest.mark.parametrize("odd", [1, 65, 131, 187, 189, 199])
def test_both_sides_of_a_half_hundredth(odd: int) -> None:
    # No P and Q meet it: Q = P x sqrt(40000 - odd^2) / odd, and 40000 - odd^2 = 7 (mod 8) is never a square.
    # So the edge is approached from both sides, to one part in 10^40, which no double tells apart.
    active = Decimal(odd * 10**40)
    edge = isqrt((40000 - odd * odd) * 10**80)
    assert factor_of(active, Decimal(edge)) == Decimal(odd + 1) / 200
    assert factor_of(active, Decimal(edge + 1)) == Decimal(odd - 1) / 200


def works(fields: str, kwh: str = "1000", kvarh: str = "0") -> Sheet:
    text = f"""
{fields}
points:
- {{point_id: P, tariff_code: WORKS, readings: [
    {{register: total, usage: {kwh}}}, {{register: flat, usage: {kwh}}}, {{register: reactive, usage: {kvarh}}}]}}
"""
    return rated(case(text))


STANDARD = "power_factor_standard: 0.90"


def test_the_base_is_what_the_tariff_names_with_the_basic_charge_and_without_funds() -> None:
    # 1000 kWh at flat: 400 + 200 energy, 19 fund; 100 kVA x 28 = 2800. pf 0.80: +5 % of 3400 = 170
    sheet = works(f"{STANDARD}\nbasic_mode: capacity\ncapacity: [{{item: A, kva: 100}}]", kvarh="750")
    line = sheet.lines[-1]
    assert (line.component, plain(line.quantity), plain(line.price), str(line.amount)) == (
        *("power_factor", "3400", "0.05"),
        "170.00",
    )
    assert str(sheet.figure("power_factor")) == "0.80"
    assert sheet.figure("power_factor_percent") == 5
    assert [s.values["component"] for s in line.steps if s.code == "base_component"] == [
        *("agency_purchase", "transmission_distribution", "capacity"),
    ]
    assert [c.name for c in line.clauses] == ["power_factor.0.9"]


@pytest.mark.parametrize(
    ("evaluation", "kvarh", "percent", "amount"),
    [
        ("both", "0", "-0.75", "-4.50"),
        ("reward_only", "0", "-0.75", "-4.50"),
        ("penalty_only", "0", "0", "0.00"),
        ("both", "1169.07", "15", "90.00"),  # tan(acos 0.65) = 1.1691
        ("reward_only", "1169.07", "0", "0.00"),
        ("penalty_only", "1169.07", "15", "90.00"),
        ("both", "484.32", "0", "0.00"),  # 0.90, the standard
    ],
)
def test_evaluation(evaluation: str, kvarh: str, percent: str, amount: str) -> None:
    sheet = works(f"{STANDARD}\npower_factor_evaluation: {evaluation}", kvarh=kvarh)
    assert plain(sheet.figure("power_factor_percent")) == percent
    assert str(sheet.amount("power_factor")) == amount


def test_no_energy_no_adjustment() -> None:
    for kwh in ("0", "-5"):
        sheet = works(STANDARD, kwh=kwh, kvarh="100")
        assert sheet.amount("power_factor") == 0
        assert "power_factor" not in [f.name for f in sheet.figures]


def test_percent_between_knots_is_exact_and_rounded_with_the_amount_only() -> None:
    # between 0.00: 1 and 0.90: 0 a third is no decimal: at 0.80, 1 x 0.1 / 0.9 = 1/9 %; 600 x 1/9 % = 0.6666... -> 0.67
    by = catalogue("""
tariffs: [{code: T, zh: 甲, en: A, category: c,
  components: [energy, power_factor], power_factor_base: [energy], source: S}]
rates: [{component: energy, tariffs: [T], price: 0.6, source: S}]
power_factor: [{standard: 0.90, percent: {0.00: 1, 0.90: 0, 1.00: 0}, source: S}]
""")
    bill = case(f"""
      {STANDARD}
      points: [{{point_id: P, tariff_code: T, readings: [
        {{register: total, usage: 1000}}, {{register: reactive, usage: 750}}]}}]
    """)
    sheet = rated(bill, by)
    assert (plain(sheet.figure("power_factor_percent")), str(sheet.amount("power_factor"))) == (
        "0.1111",
        "0.67",
    )
    # 405000 kWh: 243000 x 1/9 % = 270.00 exactly; with 0.1111 % it would be 269.97
    large = case(f"""
      {STANDARD}
      points: [{{point_id: P, tariff_code: T, readings: [
        {{register: total, usage: 405000}}, {{register: reactive, usage: 303750}}]}}]
    """)
    assert str(rated(large, by).amount("power_factor")) == "270.00"


def test_every_tariff_with_the_component_has_a_line_and_extra_lines_are_the_main_ones() -> None:
    # pf 0.80, +5 %: A has 600 + an extra 100 of capacity = 700 -> 35; B has 300 -> 15; SHOP has no such component
    bill = case(f"""
      {STANDARD}
      extra: [{{component: capacity, amount: 100}}]
      points:
      - {{point_id: A, tariff_code: T, readings: [
          {{register: total, usage: 1000}}, {{register: reactive, usage: 1350}}]}}
      - {{point_id: B, tariff_code: U, readings: [{{register: total, usage: 500}}]}}
      - {{point_id: C, tariff_code: V, readings: [{{register: total, usage: 300}}]}}
    """)
    by = catalogue("""
tariffs:
- {code: T, zh: 甲, en: A, category: c,
   components: [energy, power_factor], power_factor_base: [energy, capacity], source: S}
- {code: U, zh: 乙, en: B, category: c,
   components: [energy, power_factor], power_factor_base: [energy, capacity], source: S}
- {code: V, zh: 丙, en: C, category: c, components: [energy], source: S}
rates: [{component: energy, tariffs: [T, U, V], price: 0.6, source: S}]
power_factor: [{standard: 0.90, percent: {0.00: 45, 0.90: 0, 1.00: 0}, source: S}]
""")
    lines = [line for line in rated(bill, by).lines if line.component == "power_factor"]
    assert [(line.tariff_code, plain(line.quantity), str(line.amount)) for line in lines] == [
        ("T", "700", "35.00"),
        ("U", "300", "15.00"),
    ]
