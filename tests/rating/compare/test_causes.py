"""Every way in which a bill goes wrong is found alone, by its name, and with its amount to the fen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.rating.compare.world import World, bill_case, differences, metered
from wattledger.rating.cases.bill import BillCase, Capacity, Loss, Point
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings

D = Decimal
TIMES = {"total": 1000, "peak": 300, "flat": 420, "valley": 280}


def home(**given: Any) -> BillCase:
    return bill_case("B", metered("P", "R", total=1600), kwh_before=D(1900), **given)


def shop(tariff: str = "CT", multiplier: int = 10, **given: Any) -> BillCase:
    return bill_case("B", metered("P", tariff, multiplier, **TIMES), **given)


def works(**given: Any) -> BillCase:
    """Large industry at 10 kV: 40,000 kWh at a power factor of 0.89, 200 kVA, 96 kW."""
    registers = {**TIMES, "reactive": 520, "demand": 2.4}
    return bill_case(
        "B",
        metered("P", "I", 40, **registers),
        **{
            "voltage": "10kV",
            "basic_mode": "capacity",
            "capacity_kva": D(200),
            "contract_demand_kw": D(90),
            "power_factor_standard": D("0.90"),
            "capacity": (Capacity(item="T1", kva=D(120)), Capacity(item="T2", kva=D(80))),
            **given,
        },
    )


def other(case: BillCase, **changed: Any) -> BillCase:
    return case.model_copy(update=changed)


def point(case: BillCase, **changed: Any) -> BillCase:
    """The case with its first point changed."""
    return other(case, points=(case.points[0].model_copy(update=changed), *case.points[1:]))


def suspended(days: tuple[int, int]) -> tuple[Capacity, ...]:
    first, last = (date(2026, 10, day) for day in days)
    return (
        Capacity(item="T1", kva=D(120)),
        Capacity(item="T2", kva=D(80), state="suspended", from_on=first, to_on=last),
        Capacity(item="T2", kva=D(80), from_on=date(2026, 10, days[1] + 1)),
    )


def with_child(tariff: str, energy: int = 150) -> BillCase:
    child = Point(
        point_id="Q",
        tariff_code=tariff,
        parent_point_id="P",
        calculation="submeter",
        readings=({"register": "total", "meter_id": "MQ", "previous_reading": 0, "reading": energy},),
    )
    return bill_case("B", metered("P", "C", total=1000), child)


def began(day: int) -> tuple[Capacity, ...]:
    return (Capacity(item="T1", kva=D(200), from_on=date(2026, 10, day)),)


LATE = began(21)
ASLEEP_BEFORE = (
    Capacity(item="T1", kva=D(200), state="suspended", from_on=date(2026, 9, 1), to_on=date(2026, 10, 9)),
    *began(10),
)
ASLEEP = (Capacity(item="T1", kva=D(200), state="suspended", from_on=date(2026, 9, 1)),)
DEMAND = works(basic_mode="contract_demand")
LOSSY = point(shop(), loss=Loss(method="percent", percent=D("2.5")))
SURCHARGED = shop(surcharged=True)
PARTED = with_child("R", 260)

CASES: dict[str, tuple[str, BillCase, BillCase]] = {
    "category": ("wrong_category", shop("C"), point(shop("C"), tariff_code="A")),
    "rates of the month before": ("wrong_version", shop(), other(shop(), priced_on=date(2026, 9, 1))),
    "tiers begun anew": ("tier_split", home(), other(home(), kwh_before=D(0))),
    "household without its raise": ("household", home(persons=5), home()),
    "household with a raise": ("household", home(), home(persons=5)),
    "multiplier": ("multiplier", shop(), point(shop(), readings=shop(multiplier=8).points[0].readings)),
    "standard": ("power_factor_standard", works(), other(works(), power_factor_standard=D("0.85"))),
    "no standard": ("power_factor_standard", works(), other(works(), power_factor_standard=None)),
    "undue standard": (
        "power_factor_standard",
        works(power_factor_standard=None),
        works(power_factor_standard=D("0.90")),
    ),
    "evaluation": ("power_factor_evaluation", works(power_factor_evaluation="reward_only"), works()),
    "demand for capacity": ("basic_charge_mode", works(), works(basic_mode="actual_demand")),
    "no basic charge": ("basic_charge_mode", works(), works(basic_mode="none")),
    "suspension ignored": ("basic_charge_days", works(capacity=suspended((1, 20))), works()),
    "short suspension": (
        "basic_charge_days",
        works(capacity=suspended((1, 9))),
        works(capacity=(Capacity(item="T1", kva=D(120)), suspended((1, 9))[2])),
    ),
    "not doubled above 105 %": (
        "demand_rule",
        DEMAND,
        point(DEMAND, readings=metered("P", "I", 40, **{**TIMES, "reactive": 520, "demand": 2}).readings),
    ),
    "floor forgotten": (
        "demand_rule",
        works(basic_mode="contract_demand", contract_demand_kw=D(70), capacity_kva=D(400)),
        works(basic_mode="contract_demand", contract_demand_kw=D(70), capacity_kva=D(100)),
    ),
    "all suspended, and billed": ("basic_charge_days", works(capacity=ASLEEP), works()),
    "all suspended, and its contract billed": ("basic_charge_days", other(DEMAND, capacity=ASLEEP), DEMAND),
    "a whole month in a first bill of eleven days": (
        "basic_charge_days",
        works(period_start_on=date(2026, 10, 21), capacity=LATE),
        works(),
    ),
    "a whole month's demand in a first bill": (
        "basic_charge_days",
        works(basic_mode="actual_demand", period_start_on=date(2026, 10, 21), capacity=LATE),
        works(basic_mode="actual_demand"),
    ),
    "a new account's demand of a whole month": (
        "basic_charge_days",
        works(basic_mode="actual_demand", capacity=LATE),
        works(basic_mode="actual_demand"),
    ),
    "a new account's contract of a whole month": (
        "basic_charge_days",
        other(DEMAND, capacity=LATE),
        DEMAND,
    ),
    "not doubled in a part of a month": (
        "demand_rule",
        other(DEMAND, capacity=LATE),
        other(
            point(DEMAND, readings=metered("P", "I", 40, **{**TIMES, "reactive": 520, "demand": 2}).readings),
            capacity=LATE,
        ),
    ),
    "a day too many in a first bill": (
        "basic_charge_days",
        works(period_start_on=date(2026, 10, 21), capacity=LATE),
        works(period_start_on=date(2026, 10, 20), capacity=began(20)),
    ),
    "a day too few in a first bill": (
        "basic_charge_days",
        works(period_start_on=date(2026, 10, 21), capacity=LATE),
        works(period_start_on=date(2026, 10, 22), capacity=began(22)),
    ),
    "a day too many of a new account": ("basic_charge_days", works(capacity=LATE), works(capacity=began(20))),
    "a suspension billed by half": (
        "basic_charge_days",
        works(capacity=suspended((1, 20))),
        works(
            capacity=(
                *suspended((1, 20))[::2],
                Capacity(item="T2", kva=D(40), to_on=date(2026, 10, 20)),
            )
        ),
    ),
    "as it stood on the last day": ("basic_charge_days", works(capacity=ASLEEP_BEFORE), works()),
    "the contract's capacity": (
        "basic_charge_days",
        works(capacity_kva=D(200), capacity=(Capacity(item="T1", kva=D(150)),)),
        works(capacity_kva=D(200), capacity=(Capacity(item="T1", kva=D(200)),)),
    ),
    "surcharge missed": ("surcharge_missed", SURCHARGED, shop()),
    "surcharge undue": ("surcharge_undue", shop(), SURCHARGED),
    "loss left out": ("loss", LOSSY, shop()),
    "loss added": ("loss", shop(), LOSSY),
    "not deducted": ("deduction", with_child(""), other(PARTED, points=PARTED.points[:1])),
    "not divided": ("deduction", PARTED, other(PARTED, points=PARTED.points[:1])),
    "times of use billed flat": ("tou", shop(), point(shop(), tariff_code="C")),
    "times of use billed where none are": ("tou", shop("C"), shop("CT")),
}


@pytest.mark.parametrize(("cause", "right", "billed"), CASES.values(), ids=CASES.keys())
def test_a_cause_is_found_alone(cause: str, right: BillCase, billed: BillCase, settings: Settings) -> None:
    world = World()
    amount = world.add(right, billed)
    before_the_bill(world, right)
    assert amount != 0, "the mistake must cost something"
    assert differences(world.session(settings)) == {"B": {cause: amount}}


def before_the_bill(world: World, right: BillCase) -> None:
    """September's bill, by which October's tiers are counted."""
    if right.kwh_before:
        known = {
            "account_id": "A-B",
            "billing_month": "2026-09-01",
            "bill_kind": "normal",
            "tariff_code": "R",
        }
        world.put("bill", bill_id="B0", tier_kwh_before=right.kwh_before - 300, usage_kwh=300, **known)


Change = Callable[[World], None]


def total(world: World) -> Decimal:
    """Let the bill come to the sum of its lines; return it."""
    amount = sum((row["line_amount"] for row in world.rows["bill_line"]), D(0))
    world.rows["bill"][0]["bill_amount"] = amount
    return amount


def lines(world: World, component: str) -> list[dict[str, Any]]:
    return [row for row in world.rows["bill_line"] if row["charge_component"] == component]


def without_fund(world: World) -> None:
    world.rows["bill_line"] = [
        r for r in world.rows["bill_line"] if r["charge_component"] != "fund_renewable"
    ]


def with_a_fee(world: World) -> None:
    row = {**lines(world, "fund_renewable")[0], "bill_line_id": "fee", "charge_component": "meter_care"}
    world.rows["bill_line"].append({**row, "quantity": 1, "price": 12, "line_amount": D("12.00")})


def miscalculated(world: World) -> None:
    lines(world, "transmission_distribution")[0]["line_amount"] += D("100.00")


def at_another_price(world: World) -> None:
    row = lines(world, "transmission_distribution")[0]
    row.update(price=D("0.3"), line_amount=round(row["quantity"] * D("0.3"), 2))


def each_a_fen_less(world: World) -> None:
    for row in world.rows["bill_line"]:
        row["line_amount"] -= D("0.01")


LINES: dict[str, tuple[str, Change]] = {
    "a component is not billed": ("missing_component", without_fund),
    "a component that the tariff has not": ("unknown_component", with_a_fee),
    "quantity times price is another amount": ("arithmetic", miscalculated),
    "a price that no notice has": ("unexplained", at_another_price),
    "every line a fen too little": ("rounding", each_a_fen_less),
}


@pytest.mark.parametrize(("cause", "change"), LINES.values(), ids=LINES.keys())
def test_a_line_is_judged_by_itself(cause: str, change: Change, settings: Settings) -> None:
    world = World()
    world.add(shop())
    due = sum(row["line_amount"] for row in world.rows["bill_line"])
    change(world)
    amount = due - total(world)
    assert differences(world.session(settings)) == {"B": {cause: amount}}


def test_two_causes_on_a_bill_add_up(settings: Settings) -> None:
    world = World()
    right, stale = works(), works(priced_on=date(2026, 9, 1))
    amount = world.add(right, other(stale, power_factor_standard=D("0.85")))
    rated = {case.priced_on: rate(case, world.catalogue).total for case in (right, stale)}
    first = rated[None] - rated[date(2026, 9, 1)]
    assert differences(world.session(settings)) == {
        "B": {"wrong_version": first, "power_factor_standard": amount - first}
    }


def test_a_cause_and_a_line(settings: Settings) -> None:
    world = World()
    amount = world.add(SURCHARGED, shop())
    fund = sum(row["line_amount"] for row in lines(world, "fund_renewable"))
    without_fund(world)
    assert differences(world.session(settings)) == {
        "B": {"surcharge_missed": amount, "missing_component": fund}
    }


def test_a_bill_within_its_tolerance_is_no_difference(settings: Settings) -> None:
    world = World()
    world.add(works())
    lines(world, "capacity")[0]["line_amount"] += D("0.01")
    total(world)
    world.add(other(home(), bill_id="B2", points=(metered("P2", "R", total=1600),)))
    assert differences(world.session(settings)) == {}


def test_a_bill_without_lines_is_held_against_its_amount(settings: Settings) -> None:
    world = World()
    amount = world.add(shop(), shop(multiplier=8))
    world.rows["bill_line"] = []
    assert differences(world.session(settings)) == {"B": {"multiplier": amount}}
