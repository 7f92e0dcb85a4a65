"""Theft, default use and corrections beyond the published cases: known days, ceilings, signs, rounding orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from wattledger.errors import UsageError
from wattledger.sheets.model import Sheet

Make = Callable[..., Sheet]

THEFT: dict[str, Any] = {
    "kind": "theft",
    "found_on": "2016-07-31",
    "appliances": [{"kw": 1, "use": "power"}],
    "price": "0.5",
}
TH_07: dict[str, Any] = {
    "kind": "theft",
    "found_on": "2016-07-31",
    "fault": {"fitted": {"true_ratio": "200/5", "fitted": ["300/5", 40, "200/5"]}},
    "metered": [{"kwh": 50000, "price": "0.8777"}],
}
DU_01: dict[str, Any] = {
    "kind": "default_use",
    "found_on": "2010-06-30",
    "wrong_class": {
        "price_paid": "0.5653",
        "appliances": [
            {"kwh": 5400, "price": "0.7625"},
            {"kwh": 1620, "price": "0.8895"},
        ],
    },
}


def own(name: str, value: object) -> dict[str, Any]:
    return {"parameters": [{"name": name, "value": value}]}


def test_known_days_and_hours_win_over_the_law(sheet: Make) -> None:
    known = {**THEFT, "from_on": "2016-07-01", "to_on": "2016-07-10"}
    assert sheet(**THEFT).figure("stolen_kwh") == 180 * 12
    assert sheet(**known).figure("stolen_kwh") == 10 * 12
    known["appliances"] = [{"kw": 1, "use": "power", "hours_per_day": 24}, {"kwh": 7}]
    assert sheet(**known).figure("stolen_kwh") == 247


def test_the_order_of_rounding_is_the_parameter(sheet: Make) -> None:
    assert sheet(**TH_07).amount("theft_damages") == Decimal("16456.89")
    unrounded = sheet(**TH_07, **own("theft.round_fee_first", "no"))
    assert unrounded.amount("theft_damages") == Decimal("16456.88")
    assert sheet(**DU_01).amount("class_damages") == Decimal("3180.17")
    rounded = sheet(**DU_01, **own("default_use.round_fee_first", "yes"))
    assert rounded.amount("class_damages") == Decimal("3180.16")


def test_a_contract_may_ask_for_less_than_the_law_and_not_for_more(sheet: Make) -> None:
    assert sheet(**THEFT, damages_multiple=1).amount("theft_damages") == Decimal("1080.00")
    with pytest.raises(UsageError, match="damages_multiple: 4 was given, expected at most 3"):
        sheet(**THEFT, damages_multiple=4)


def test_tampering_at_home_costs_less(sheet: Make) -> None:
    assert sheet(**THEFT, tampering="residential").amount("tampering_damages") == 500
    assert sheet(**THEFT).amount("tampering_damages") == 0


@pytest.mark.parametrize(
    ("found_on", "from_on", "to_on", "months"),
    [
        ("2024-05-31", "2024-05-30", "2024-05-31", "0.06666667"),  # 2/30
        ("2024-06-30", "2024-05-17", "2024-06-15", "1"),  # 15/30 by the old rule, 15/30 by June's own days
        ("2024-07-31", "2024-07-01", "2024-07-31", "1"),
        ("2024-07-31", "2024-07-01", "2024-07-30", "0.96774194"),  # 30/31
        ("2002-07-31", "2002-07-01", "2002-07-30", "1"),  # 30/30
        ("2002-02-28", "2002-02-01", "2002-02-28", "1"),  # a whole month is one
        ("2002-02-28", "2002-02-02", "2002-02-28", "0.9"),  # 27/30
    ],
)
def test_part_months_count_by_the_rule_of_their_time(
    sheet: Make, found_on: str, from_on: str, to_on: str, months: str
) -> None:
    found = sheet(
        kind="default_use",
        found_on=found_on,
        over_capacity={"kva": 100, "price": 30, "from_on": from_on, "to_on": to_on},
    )
    assert found.figure("months") == Decimal(months)


def test_capacity_of_a_single_part_tariff_costs_by_the_kva(sheet: Make) -> None:
    sealed = {"kind": "default_use", "found_on": "2010-06-30", "sealed": {"kva": 10, "times": 2}}
    assert sheet(**sealed).total == Decimal("600.00")
    over = {"kind": "default_use", "found_on": "2010-06-30", "over_capacity": {"kva": 10, "times": 2}}
    assert sheet(**over).total == Decimal("500.00")


def metering(**fault: Any) -> dict[str, Any]:
    return {
        "kind": "metering_error",
        "found_on": "2025-01-31",
        "fault": fault,
        "metered": [{"kwh": 11000, "price": "0.5"}],
    }


def test_a_fast_meter_is_a_refund_over_half_of_the_time(sheet: Make) -> None:
    fast = sheet(**metering(inaccurate={"error_percent": 10}))
    assert (fast.figure("true_kwh"), fast.figure("correction_kwh"), fast.total) == (10000, -500, -250)
    whole = sheet(**metering(inaccurate={"error_percent": 10, "share_of_time": 1}))
    assert (whole.figure("correction_kwh"), whole.total) == (-1000, -500)
    assert fast.figures[1].clauses[0].status == "unverified"


def test_wiring_by_its_coefficient(sheet: Make) -> None:
    assert sheet(**metering(wiring={"coefficient": "3/2"})).total == Decimal("2750.00")
    assert sheet(**metering(wiring={"coefficient": 0.5})).total == Decimal("-2750.00")


def test_a_failed_meter_by_the_usual_days(sheet: Make) -> None:
    failed = sheet(**metering(failed={"usual_kwh": 36000, "usual_days": 30, "days": 10}))
    assert (failed.figure("true_kwh"), failed.figure("correction_kwh"), failed.total) == (12000, 1000, 500)


def test_a_wrong_multiplier_over_several_periods(sheet: Make) -> None:
    found = sheet(
        kind="multiplier_correction",
        right={"ct": "200/5", "pt": "10000/100"},
        billed={"multiplier": 400},
        periods=[
            {"previous_reading": 100, "reading": 103, "price": "0.6"},
            {"kwh": 800, "price": "0.7"},
        ],
    )
    assert found.figure("correction_rate") == 9
    assert [line.quantity for line in found.lines] == [10800, 7200]
    assert found.total == Decimal("6480.00") + Decimal("5040.00")


@pytest.mark.parametrize(
    ("reading", "digits", "actual", "total"),
    [(1300, None, 300, "-50.00"), (1450, None, 450, "25.00"), (100, 4, 9100, "4350.00")],
)
def test_an_estimate_is_settled_by_the_reading(
    sheet: Make, reading: int, digits: int | None, actual: int, total: str
) -> None:
    found = sheet(
        kind="estimate_settlement",
        previous_reading=1000,
        reading=reading,
        dial_digits=digits,
        estimated=[{"kwh": 200}, {"kwh": 200}],
        price="0.5",
    )
    assert (found.figure("actual_kwh"), found.total) == (actual, Decimal(total))
