"""Bills that cannot be rated: each reason, and which of several is told."""

from __future__ import annotations

import pytest

from tests.rating.decimal_engine.utility import UTILITY, case, catalogue, rated, simple
from wattledger.errors import ConfigurationError
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Catalogue
from wattledger.sheets.model import NotRatableError

TARIFF = "zh: 甲, en: A, category: c, source: S"
DATED = catalogue(f"""
tariffs:
- {{code: T, {TARIFF}, components: [energy], from: 2025-01-01, to: 2025-12-31}}
- {{code: D, {TARIFF}, components: [energy], priced_by: days}}
- {{code: M, {TARIFF}, components: [energy, missing]}}
- {{code: Z, {TARIFF}, components: [energy], tiers: Z}}
rates: [{{component: energy, tariffs: [T, D, M, Z], from: 2025-02-01, price: 1, source: S}}]
tiers: [{{id: Z, limits: [{{cycle: month, to: 2025-01-31, source: S}}]}}]
""")


def reason(bill: BillCase, by: Catalogue = UTILITY) -> str:
    with pytest.raises(NotRatableError) as caught:
        rated(bill, by)
    return caught.value.code


def test_unknown_tariff() -> None:
    assert reason(simple("NONE", total=1)) == "unknown_tariff"
    assert reason(simple("", total=1)) == "unknown_tariff"
    assert reason(simple("T", "priced_on: 2024-12-31", total=1), DATED) == "unknown_tariff"
    child = "- {point_id: C, parent_point_id: P, calculation: fixed_kwh, fixed_kwh: 1, tariff_code: NONE}"
    assert reason(case(f"points:\n- {{point_id: P, tariff_code: FARM}}\n{child}")) == "unknown_tariff"


def test_no_tou_registers() -> None:
    assert reason(simple("SHOP-TOU", total=1)) == "no_tou_registers"
    assert reason(simple("HOME-TOU", flat=1)) == "no_tou_registers"  # one of another scheme
    assert rated(simple("SHOP-TOU", total=1, peak=0)).figure("usage_kwh") == 1
    assert rated(simple("SHOP-TOU", total=0)).total == 0


def test_negative_energy() -> None:
    text = """
      points: [{point_id: P, tariff_code: FARM, loss: {method: percent, percent: 1},
        readings: [{register: total, usage: -1}]}]
    """
    assert reason(case(text)) == "negative_energy"


def test_no_tiers() -> None:
    assert reason(simple("Z", total=1), DATED) == "no_tiers"


@pytest.mark.parametrize(
    ("tariff_code", "fields"),
    [
        ("T", "priced_on: 2025-01-31"),
        ("D", "{period_start_on: 2025-01-31, period_end_on: 2025-02-02}"),  # its first day
        ("M", ""),
        ("T", "basic_mode: capacity"),
    ],
)
def test_no_rate(tariff_code: str, fields: str) -> None:
    assert reason(simple(tariff_code, fields, total=1), DATED) == "no_rate"


def test_no_rate_for_the_voltage_or_for_a_voltage_of_no_band() -> None:
    assert reason(simple("SHOP", "voltage: 35kV", total=1)) == "no_rate"
    by = catalogue(f"""
tariffs: [{{code: T, {TARIFF}, components: [energy]}}]
rates: [{{component: energy, tariffs: [T], price: {{medium: 1}}, source: S}}]
voltage_bands: {{low: [220V], medium: [10kV]}}
""")
    assert reason(simple("T", total=1), by) == "no_rate"
    assert rated(simple("T", "voltage: 10kV", total=1), by).total == 1


def test_no_power_factor_table() -> None:
    assert (
        reason(simple("FARM", "power_factor_standard: 0.85", total=1, reactive=0)) == "no_power_factor_table"
    )
    assert rated(simple("FARM", "power_factor_standard: 0.85", total=0)).total == 0


def test_the_first_reason_in_the_list_is_told() -> None:
    # a point without registers of times, one with losses of negative energy, no rate for the voltage, and no table
    everything = """
      voltage: 35kV
      power_factor_standard: 0.80
      points:
      - {point_id: A, tariff_code: SHOP, loss: {method: percent, percent: 1}, readings: [{register: total, usage: -1}]}
      - {point_id: B, tariff_code: SHOP-TOU, readings: [{register: TOU, usage: 9}]}
    """
    assert reason(case(everything.replace("TOU, usage", "total, usage"))) == "no_tou_registers"
    assert reason(case(everything.replace("TOU, usage", "peak, usage"))) == "negative_energy"
    assert reason(case(everything.replace("TOU, usage", "peak, usage").replace("-1", "1"))) == "no_rate"


def test_the_evidence_is_told() -> None:
    with pytest.raises(NotRatableError, match="tariff NONE is not in the catalogue of T"):
        rated(simple("NONE"))
    with pytest.raises(NotRatableError, match="energy has no rate on 2025-06-01 for voltage 35kV"):
        rated(simple("SHOP", "voltage: 35kV", total=1))


def test_a_parameter_without_a_value_is_an_error_of_the_configuration() -> None:
    without = UTILITY.model_copy(update={"parameters": ()})
    with pytest.raises(ConfigurationError, match=r"rating.surcharge_factor has no number on 2025-06-01"):
        rated(simple("WORKS", "surcharged: true", flat=1), without)
    with pytest.raises(ConfigurationError, match=r"rating.part_month has no text on 2025-06-01"):
        rated(simple("WORKS", "{basic_mode: capacity, capacity: [{item: T, kva: 1}]}", flat=1), without)
