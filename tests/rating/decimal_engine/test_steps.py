"""What a sheet says of its arithmetic: every step and its values are in the list, and the list has no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.rating.decimal_engine.utility import case, catalogue, parameter, rated, simple
from wattledger.rating import cases, corrections
from wattledger.rating.cases.bill import BillCase, Capacity
from wattledger.sheets.model import Clause, Sheet, Step
from wattledger.sheets.steps import STEPS

DAYS_AND_PERCENT = catalogue("""
tariffs:
- {code: T, zh: 甲, en: A, category: c, components: [energy, feed_in, fee, tax], priced_by: days, source: S}
rates:
- {component: energy, tariffs: [T], price: 0.5, surcharged: true, to: 2025-06-15, source: S}
- {component: energy, tariffs: [T], price: 0.6, from: 2025-06-16, source: S}
- {component: feed_in, tariffs: [T], per: feed_in_kwh, price: 0.3, credit: true, source: S}
- {component: fee, tariffs: [T], per: bill, price: 1, source: S}
- {component: tax, tariffs: [T], per: percent, of: [energy], price: 13, source: S}
""")

WORKS = """
voltage: 10kV
basic_mode: contract_demand
capacity_kva: 1000
contract_demand_kw: 500
power_factor_standard: 0.9
surcharged: SURCHARGED
extra: [{component: adjustment, amount: -3.5}]
points:
- point_id: P1
  tariff_code: WORKS
  line_loss_percent: 1
  loss: {method: formula, no_load_kw: 1.2, load_loss_kw: 10.3, rated_kva: 1000, no_load_current_percent: 1,
    impedance_percent: 4.5}
  readings:
  - {register: total, previous_reading: 100, reading: 300, multiplier: 1000}
  - {register: peak, usage: 50000}
  - {register: valley, previous_reading: 990, reading: 70, dial_digits: 3, multiplier: 1000}
  - {register: reactive, usage: KVARH}
  - {register: demand, reading: 0.5, multiplier: 1000}
  - {register: demand, meter_id: N, usage: DEMAND}
- {point_id: P2, parent_point_id: P1, tariff_code: HOME, calculation: submeter, readings: [
    {register: peak, usage: 500}, {register: valley, usage: 10}]}
- {point_id: P3, parent_point_id: P1, tariff_code: FARM, calculation: fixed_ratio, fixed_ratio: 0.1}
- {point_id: P4, parent_point_id: P1, tariff_code: FARM, calculation: fixed_kwh, fixed_kwh: 10}
"""
CAPACITY = """
basic_mode: capacity
period_start_on: 2024-05-01
period_end_on: 2024-05-31
capacity: [{item: A, kva: 100}, {item: B, kva: 50, state: suspended, from_on: 2024-05-01, to_on: 2024-05-09}]
points: [{point_id: P, tariff_code: WORKS, loss: {method: percent, percent: 2}, readings: [
  {register: flat, usage: 100}]}]
"""
TABLE = """
power_factor_standard: 0.9
points:
- {point_id: P, tariff_code: SHOP, loss: {method: table, no_load_kwh: 300, no_load_kvarh: 900, load_loss_percent: 1,
    load_loss_factor: 3}, readings: [{register: total, usage: 1000}, {register: reactive, usage: 100}]}
- {point_id: Q, tariff_code: SHOP, loss: {method: table, no_load_kwh: 300, days: 10}, readings: [
    {register: total, usage: 1000}]}
"""
ROUNDED = ("capacity_rounding", "whole_kva"), ("demand_rounding", "whole_kw")
DOUBTFUL = """
power_factor_standard: 0.9
points:
- {point_id: P, tariff_code: SHOP-TOU, readings: [{register: total, usage: 100}, {register: flat, usage: 50},
    {register: reactive, usage: 0}]}
- {point_id: Q, tariff_code: SHOP-TOU, readings: [{register: flat, usage: 50}]}
- {point_id: R, tariff_code: SHOP-TOU, readings: [{register: flat, previous_reading: 2000, reading: 1000}]}
- {point_id: S, tariff_code: SHOP-TOU, readings: [
    {register: flat, previous_reading: 500, reading: 400, dial_digits: 3}]}
"""


def works(surcharged: str = "false", kvarh: int = 90000, demand: int = 400, **more: object) -> BillCase:
    text = WORKS.replace("SURCHARGED", surcharged).replace("KVARH", str(kvarh)).replace("DEMAND", str(demand))
    return case(text).model_copy(update=more)


def sheets() -> Iterator[Sheet]:
    yield rated(works("true", demand=610))
    yield rated(works(kvarh=120000, power_factor_evaluation="reward_only"))
    yield rated(works(kvarh=0, power_factor_evaluation="penalty_only", basic_mode="actual_demand"))
    yield rated(works(basic_mode="actual_demand", priced_on=date(2016, 6, 30)))
    yield rated(works(capacity_kva=Decimal(100)))  # more than 260 kWh per kVA
    yield rated(works(), catalogue("", parameter("rating.untimed_kwh", "shares")))
    yield rated(works(capacity=(Capacity(item="A", kva=Decimal(100), to_on=date(2025, 6, 15)),)))
    yield rated(case(CAPACITY))
    yield rated(simple("HOME-TOU", "{persons: 5, kwh_before: 10}", peak=300, valley=400))
    yield rated(simple("HOME"))
    yield rated(case(TABLE))
    whole = catalogue("", *(parameter(f"rating.{name}", word) for name, word in ROUNDED))
    yield rated(case(CAPACITY), whole)
    yield rated(works(), whole)
    yield rated(case(DOUBTFUL))
    yield rated(simple("WORKS", flat=-100, reactive=1))
    yield rated(simple("T", "surcharged: true", total=100, feed_in=10), DAYS_AND_PERCENT)


@pytest.fixture(scope="module")
def all_sheets() -> list[Sheet]:
    return list(sheets())


def steps_of(sheet: Sheet) -> Iterator[Step]:
    for part in (*sheet.lines, *sheet.figures):
        yield from part.steps
    yield from sheet.notes


def clauses_of(sheet: Sheet) -> Iterator[Clause]:
    for part in (*sheet.lines, *sheet.figures):
        yield from part.clauses


def test_every_value_of_a_step_is_a_number_a_day_or_a_text(all_sheets: list[Sheet]) -> None:
    for sheet in all_sheets:
        for step in steps_of(sheet):
            assert all(isinstance(value, Decimal | int | str | date) for value in step.values.values())


def test_no_code_is_declared_in_vain(all_sheets: list[Sheet]) -> None:
    """These bills have every step of a bill; the others are named by a module of cases or corrections."""
    found = {step.code for sheet in all_sheets for step in steps_of(sheet)}
    folders = (corrections.__path__[0], cases.__path__[0])
    modules = [path.read_text(encoding="utf-8") for folder in folders for path in Path(folder).glob("*.py")]
    named = {word for text in modules for word in re.findall(r'"(\w+)"', text)}
    assert STEPS.keys() - found - named == set()


def test_every_line_says_how_it_was_worked_out(all_sheets: list[Sheet]) -> None:
    for sheet in all_sheets:
        for line in sheet.lines:
            (last,) = [s for s in line.steps if "amount" in s.code]
            assert abs(Decimal(str(last.values["amount"]))) == abs(line.amount)
            assert line.clauses or last.code == "amount_as_given"


def test_a_line_names_its_source_and_its_parameters(all_sheets: list[Sheet]) -> None:
    line = all_sheets[0].lines[0]
    assert [(c.name, c.cites_zh, c.cites_en, c.status) for c in line.clauses[:2]] == [
        ("rate.agency_purchase", "测试文件，T-1，2020-01-01", "Test notice, T-1, 2020-01-01", "made_up"),
        ("tou.ratio", "测试文件，T-1，2020-01-01", "Test notice, T-1, 2020-01-01", "made_up"),
    ]
    assert {c.name for c in clauses_of(all_sheets[0])} == {
        *(
            "rate.agency_purchase",
            "rate.transmission_distribution",
            "rate.fund_renewable",
            "rate.energy",
            "rate.demand",
        ),
        *("tou.ratio", "tiers.MONTH", "power_factor.0.9"),
        *(
            "rating.surcharge_factor",
            "rating.loss_curve_factor",
            "rating.demand_over_share",
            "rating.demand_floor_share",
        ),
        *("rating.demand_discount_kwh_per_kva",),
    }


def test_a_source_that_is_not_in_the_catalogue_is_named_and_unverified() -> None:
    by = catalogue("""
tariffs: [{code: T, zh: 甲, en: A, category: c, components: [energy], source: S}]
rates: [{component: energy, tariffs: [T], price: 1, from: 2020-01-01, source: GONE}]
""")
    (clause,) = rated(simple("T", total=1), by).lines[0].clauses
    assert (clause.cites_zh, clause.cites_en, clause.status) == ("GONE", "GONE", "unverified")
