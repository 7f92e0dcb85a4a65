"""Readings against bills: each cause, by a case made for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from wattledger.reconcile import reconcile

OCT, SEP = date(2026, 10, 1), date(2026, 9, 1)


def reading(account: str, kwh: Any, month: date = OCT, meter: str = "", **more: Any) -> dict[str, Any]:
    meter = meter or f"M{account}"
    return {
        "reading_id": f"{account}{meter}{month}",
        "billing_month": month,
        "account_id": account,
        "meter_id": meter,
        "usage_point_id": f"U{account}",
        "reading_type": "total",
        "usage_kwh": kwh,
        "multiplier": 1,
        **more,
    }


def bill(account: str, kwh: Any, month: date = OCT, meter: str | None = "", **more: Any) -> dict[str, Any]:
    meter = f"M{account}" if meter == "" else meter
    return {
        "bill_id": f"{account}{meter}{month}",
        "billing_month": month,
        "account_id": account,
        "meter_id": meter,
        "usage_kwh": kwh,
        "bill_kind": "normal",
        **more,
    }


@pytest.fixture
def breaks(on: Callable[..., Any]) -> Callable[..., dict[str, tuple[str, Decimal]]]:
    """Key -> (cause, difference) of readings and bills, with a clean account beside them."""

    def run(readings: list[Any], bills: list[Any], **options: Any) -> dict[str, tuple[str, Decimal]]:
        more = options.pop("tables", {})
        tables = {"meter_reading": [reading("A5", 7), *readings], "bill": [bill("A5", 7), *bills], **more}
        with on(tables, **options) as session:
            result = reconcile(session).links[0]
            query = "SELECT business_key, cause, difference, evidence FROM recon_break WHERE link = 'reading_bill'"
            rows = session.connection.execute(query).fetchall()
        assert sum((row[2] for row in rows), Decimal(0)) == result.difference
        assert result.compared - result.agreeing == len(rows) == result.breaks
        assert all(json.loads(row[3]) for row in rows)
        return {row[0]: (row[1], row[2]) for row in rows}

    return run


@pytest.mark.parametrize(
    ("readings", "bills", "expected"),
    [
        pytest.param([reading("A0", 100)], [bill("A0", 100)], {}, id="agrees"),
        pytest.param([reading("A0", 100)], [], {"A0|2026-10": ("missing_bill", 100)}, id="missing_bill"),
        pytest.param([], [bill("A0", 100)], {"A0|2026-10": ("missing_reading", -100)}, id="missing_reading"),
        pytest.param(
            [reading("A0", None, reading_status="unread")],
            [bill("A0", 60)],
            {"A0|2026-10": ("missing_reading", -60)},
            id="unread",
        ),
        pytest.param(
            [reading("A0", 3000, multiplier=30), reading("A1", 50, multiplier=5)],
            [bill("A0", 100), bill("A1", 50)],
            {"A0|2026-10|MA0": ("multiplier", 2900)},
            id="multiplier_left_out",
        ),
        pytest.param(
            [reading("A0", 3000, multiplier=30), reading("A1", 50, multiplier=5)],
            [bill("A0", 500), bill("A1", 50)],
            {"A0|2026-10|MA0": ("multiplier", 2500)},
            id="another_multiplier_on_file",
        ),
        pytest.param(
            [reading("A0", 3000, multiplier=30)],
            [bill("A0", 700)],
            {"A0|2026-10|MA0": ("unexplained", 2300)},
            id="no_clean_ratio",
        ),
        pytest.param(
            [reading("A0", 300)],
            [bill("A0", 300), bill("A0", 300, bill_id="again")],
            {"A0|2026-10|MA0": ("billed_twice", -300)},
            id="billed_twice",
        ),
        pytest.param(
            [reading("A0", -21)],
            [bill("A0", 99_979)],
            {"A0|2026-10|MA0": ("dial_turn", -100_000)},
            id="billed_as_a_whole_turn_of_the_dial",
        ),
        pytest.param(
            [reading("A0", -1260, multiplier=60)],
            [bill("A0", 598_740)],
            {"A0|2026-10|MA0": ("dial_turn", -600_000)},
            id="billed_as_a_whole_turn_of_a_dial_behind_transformers",
        ),
        pytest.param(
            [reading("A0", 0)],
            [bill("A0", 44)],
            {"A0|2026-10|MA0": ("billed_without_advance", -44)},
            id="billed_without_advance",
        ),
        pytest.param(
            [reading("A0", 44)], [bill("A0", 0)], {"A0|2026-10|MA0": ("billed_zero", 44)}, id="billed_zero"
        ),
        pytest.param(
            [reading("A0", -30)],
            [bill("A0", 70)],
            {"A0|2026-10|MA0": ("reading_fell_back", -100)},
            id="reading_fell_back",
        ),
        pytest.param(
            [reading("A0", 100)], [bill("A0", 110, loss_kwh=12, deducted_kwh=2)], {}, id="losses_agree"
        ),
        pytest.param(
            [reading("A0", 100)],
            [bill("A0", 100, loss_kwh=12)],
            {"A0|2026-10|MA0": ("loss_or_deduction", 12)},
            id="loss_not_billed",
        ),
        pytest.param(
            [reading("A0", 100)],
            [bill("A0", 100, deducted_kwh=5)],
            {"A0|2026-10|MA0": ("loss_or_deduction", -5)},
            id="not_deducted",
        ),
        pytest.param(
            [reading("A0", "100.0001")],
            [bill("A0", 100)],
            {"A0|2026-10|MA0": ("unexplained", "0.0001")},
            id="to_the_last_digit",
        ),
        pytest.param(
            [
                reading("A0", 100),
                reading("A0", 40, reading_type="peak", meter="P"),
                reading("A0", 9, reading_source="reversed", meter="R"),
            ],
            [bill("A0", 100), bill("A0", 8, bill_kind="credit", meter="X")],
            {},
            id="other_registers_reversed_readings_credit_notes",
        ),
        pytest.param(
            [reading("A0", 100)],
            [
                bill("A0", 90),
                bill("A0", -90, bill_id="r", bill_kind="reversal"),
                bill("A0", 100, bill_id="n", bill_kind="reissue"),
            ],
            {},
            id="reversal_and_reissue_net",
        ),
        pytest.param(
            [reading("A0", 60, meter="OLD", reading_source="change"), reading("A0", 40, meter="NEW")],
            [bill("A0", 100, meter="NEW")],
            {},
            id="changed_meter",
        ),
        pytest.param(
            [reading("A0", 60, meter="X"), reading("A0", 40, meter="Y", usage_point_id="V")],
            [bill("A0", 59, meter="X"), bill("A0", 41, meter="Y")],
            {"A0|2026-10|X": ("unexplained", 1), "A0|2026-10|Y": ("unexplained", -1)},
            id="two_meters_do_not_offset",
        ),
        pytest.param(
            [reading("A0", 60, meter="X"), reading("A0", 40, meter="Y")],
            [bill("A0", 100, meter=None)],
            {},
            id="bill_without_meter",
        ),
        pytest.param(
            [reading("A0", 60, meter="X"), reading("A0", 40, meter="Y", usage_point_id="V")],
            [bill("A0", 60, meter="X")],
            {"A0|2026-10": ("missing_bill", 40)},
            id="one_of_two_meters_not_billed",
        ),
        pytest.param(
            [reading("A0", 100, SEP), reading("A0", 80)],
            [bill("A0", 90, SEP), bill("A0", 90)],
            {"A0|2026-10|MA0": ("period_shift", -10)},
            id="from_the_month_before",
        ),
        pytest.param(
            [reading("A0", 100, SEP), reading("A0", 80)],
            [bill("A0", 91, SEP), bill("A0", 90)],
            {"A0|2026-10|MA0": ("unexplained", -10)},
            id="not_exactly_from_the_month_before",
        ),
    ],
)
def test_cause(breaks: Callable[..., Any], readings: Any, bills: Any, expected: dict[str, Any]) -> None:
    assert breaks(readings, bills) == {k: (cause, Decimal(d)) for k, (cause, d) in expected.items()}


def test_shift_within_the_period(breaks: Callable[..., Any]) -> None:
    found = breaks([reading("A0", 100, SEP)], [bill("A0", 100)], period="2026-09..2026-10")
    assert found == {
        "A0|2026-09": ("period_shift", Decimal(100)),
        "A0|2026-10": ("period_shift", Decimal(-100)),
    }


def test_rounding_is_a_parameter(breaks: Callable[..., Any]) -> None:
    sides = [reading("A0", "100.4")], [bill("A0", 100)]
    assert breaks(*sides)["A0|2026-10|MA0"][0] == "unexplained"
    assert (
        breaks(*sides, parameters={"reading_bill.rounding_kwh": Decimal("0.5")})["A0|2026-10|MA0"][0]
        == "rounding"
    )


def test_check_points_do_not_count(breaks: Callable[..., Any]) -> None:
    points = [{"usage_point_id": "CHK", "account_id": "A0", "purpose": "check"}]
    readings = [reading("A0", 100), reading("A0", 99, meter="C", usage_point_id="CHK")]
    assert breaks(readings, [bill("A0", 100)], tables={"usage_point": points}) == {}


def test_gas_is_never_added_to_electricity(on: Callable[..., Any]) -> None:
    gas = {"commodity": "gas", "meter": "G"}
    tables = {
        "meter_reading": [reading("A0", 100), reading("A0", 30, **gas)],
        "bill": [bill("A0", 90), bill("A0", 40, **gas)],
    }
    with on(tables) as session:
        found = {link.link: link for link in reconcile(session).links}
        rows = session.connection.execute(
            "SELECT link, business_key, measure, difference FROM recon_break WHERE link LIKE 'reading%' ORDER BY 1"
        ).fetchall()
    assert (found["reading_bill"].measure, found["reading_bill"].difference) == ("kWh", 10)
    assert (found["reading_bill_gas"].measure, found["reading_bill_gas"].difference) == ("gas", -10)
    assert rows == [
        ("reading_bill", "A0|2026-10|MA0", "kWh", 10),
        ("reading_bill_gas", "A0|2026-10|G|gas", "gas", -10),
    ]


def test_who_sells_no_gas_is_told_of_none(on: Callable[..., Any]) -> None:
    with on({"meter_reading": [reading("A0", 1)], "bill": [bill("A0", 1)]}) as session:
        assert "reading_bill_gas" not in {link.link for link in reconcile(session).links}
