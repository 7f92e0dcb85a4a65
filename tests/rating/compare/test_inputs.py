"""Which of the lake's bills are rated, and on what: the cases of a person's own hand come back as they were."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.rating.compare.test_causes import works
from tests.rating.compare.world import World, bill_case, differences, metered
from wattledger.errors import UsageError
from wattledger.lake.session import Session
from wattledger.rating.cases.bill import BillCase, ExtraLine, Loss, Point
from wattledger.rating.decimal_engine import rate
from wattledger.rating.inputs import case_of, load_cases
from wattledger.settings import Settings

D = Decimal


def shop(bill_id: str = "B", **given: object) -> BillCase:
    return bill_case(bill_id, metered(f"P-{bill_id}", "C", total=1000), **given)


def refused(session: Session) -> dict[str, str]:
    rows = session.connection.execute(
        "SELECT bill_id, reason FROM expected_bill WHERE status <> 'rated'"
    ).fetchall()
    return dict(rows)


def rated(session: Session) -> set[str]:
    rows = session.connection.execute("SELECT bill_id FROM expected_bill WHERE status = 'rated'").fetchall()
    return {bill_id for (bill_id,) in rows}


def test_a_case_comes_back_from_its_tables() -> None:
    point = Point(
        point_id="P",
        tariff_code="I",
        loss=Loss(method="formula", no_load_kw=D("0.4"), rated_kva=D(200)),
        line_loss_percent=D("0.5"),
        readings=({"register": "total", "previous_reading": 990, "reading": 10, "dial_digits": 3},),
    )
    child = Point(
        point_id="Q", parent_point_id="P", calculation="fixed_ratio", fixed_ratio=D("0.25"), tariff_code="C"
    )
    extra = (ExtraLine(component="adjustment", amount=D("-3.20")),)
    case = bill_case(
        "B",
        point,
        child,
        issued_on=date(2026, 11, 3),
        billing_month=date(2026, 10, 1),
        extra=extra,
        priced_on=None,
    )
    case = case.model_copy(update={"capacity": works().capacity, "jurisdiction": "CN"})
    connection = duckdb.connect()
    load_cases(connection, [case, case.model_copy(update={"bill_id": "other"})], "x_")
    assert case_of(connection, "B", "x_") == case
    with pytest.raises(UsageError, match="no bill missing"):
        case_of(connection, "missing", "x_")


def test_a_value_that_no_column_holds_is_refused() -> None:
    with pytest.raises(UsageError, match="rating_bill"):
        load_cases(duckdb.connect(), [shop(kwh_before=D("0.123456"))])


def test_what_the_lake_has_of_a_bill_is_what_it_was_made_of(settings: Settings) -> None:
    world = World()
    case = works()
    world.add(case)
    found = case_of(world.session(settings).connection, "B")
    sheet, again = rate(case, world.catalogue), rate(found, world.catalogue)
    assert [(line.component, line.amount) for line in again.lines] == [
        (line.component, line.amount) for line in sheet.lines
    ]


def test_bills_that_were_taken_back_are_not_rated_and_those_in_their_place_are(settings: Settings) -> None:
    world = World()
    world.add(shop())
    account = {"account_id": "A-B", "billing_month": "2026-10-01"}
    world.put("bill", bill_id="B-", bill_kind="reversal", reissue_of="B", **account)
    world.put(
        "bill", bill_id="B+", bill_kind="reissue", reissue_of="B", usage_kwh=1000, tariff_code="C", **account
    )
    world.put(
        "bill", bill_id="C", bill_kind="credit", reissue_of="B", usage_kwh=1000, tariff_code="C", **account
    )
    assert rated(world.session(settings)) == {"B+"}


def test_two_bills_of_a_month_are_rated_each_on_its_own_kwh(settings: Settings) -> None:
    world = World()
    world.add(shop())
    account = {"account_id": "A-B", "billing_month": "2026-10-01", "bill_kind": "normal", "tariff_code": "C"}
    world.put("bill", bill_id="B2", usage_kwh=40, bill_amount="26.58", statement_id="S", **account)
    session = world.session(settings)
    kwh = session.connection.execute("SELECT bill_id, usage_kwh FROM expected_bill ORDER BY 1").fetchall()
    assert kwh == [("B", D(1000)), ("B2", D(40))]


def test_a_dial_that_passed_zero_and_one_that_ran_backwards(settings: Settings) -> None:
    world = World()
    world.add(shop("over"))
    world.add(shop("back"))
    over, back = world.rows["meter_reading"]
    over.update(previous_reading=999_900, reading=50)
    back.update(previous_reading=600_000, reading=599_900)
    session = world.session(settings)
    kwh = dict(session.connection.execute("SELECT bill_id, usage_kwh FROM expected_bill").fetchall())
    assert kwh == {"over": D(150), "back": D(-100)}


def test_what_cannot_be_rated_says_why(settings: Settings) -> None:
    world = World()
    for name in ("fine", "unread", "unknown", "backwards"):
        world.add(shop(name))
    world.rows["meter_reading"] = [r for r in world.rows["meter_reading"] if r["account_id"] != "A-unread"]
    for row in world.rows["usage_point"]:
        if row["account_id"] == "A-unknown":
            row["tariff_code"] = "nobody knows"
    for row in world.rows["bill"]:
        if row["bill_id"] == "backwards":
            row["period_start_on"] = date(2026, 11, 1)
    session = world.session(settings)
    assert refused(session) == {
        "unread": "no_readings",
        "unknown": "unknown_tariff",
        "backwards": "no_period",
    }
    assert differences(session) == {}


def test_only_an_approved_adjustment_is_due(settings: Settings) -> None:
    world = World()
    for name, approved in (("good", "E2"), ("bad", None)):
        world.add(shop(name))
        known = {"bill_id": name, "account_id": f"A-{name}"}
        world.put(
            "bill_line",
            **known,
            bill_line_id=f"{name}/adjustment",
            billing_month="2026-10-01",
            charge_component="adjustment",
            line_amount="-7.00",
        )
        world.put(
            "billing_adjustment",
            **known,
            adjustment_id=name,
            adjusted_on="2026-10-20",
            adjustment_amount="-7.00",
            approved_by=approved,
        )
    for row in world.rows["bill"]:
        row["bill_amount"] -= 7
    assert differences(world.session(settings)) == {"bad": {"unknown_component": D("7.00")}}


def test_without_tariffs_in_the_files_bills_are_taken_as_they_name_themselves(settings: Settings) -> None:
    world = World()
    world.add(shop())
    for row in (*world.rows["usage_point"], *world.rows["customer_account"]):
        del row["tariff_code"]
    world.rows["meter_reading"][0]["usage_kwh"] = 5
    assert differences(world.session(settings)) == {}
    world.rows["bill"][0]["tariff_code"] = "nobody knows"
    session = world.session(settings)
    assert refused(session) == {"B": "unknown_tariff"}
    assert session.obstacles({"bill_difference": ["cause"]}) == [
        ("none_rated", "none of 1 bills could be rated: unknown_tariff 1")
    ]


@pytest.mark.parametrize("mode", ["capacity", "actual_demand"])
@pytest.mark.parametrize(
    ("days", "billed"),
    [
        ({"opened_on": "2026-10-02", "energized_on": "2026-10-21"}, D(11)),  # power, not papers
        ({"opened_on": "2026-10-12"}, D(20)),
        ({"opened_on": "2020-01-01", "closed_on": "2026-10-10"}, D(10)),
        (
            {"opened_on": "2027-01-01", "closed_on": "2020-01-01"},
            D(31),
        ),  # what cannot be is for the rules of files
    ],
)
def test_without_states_capacity_runs_while_the_account_has_power(
    settings: Settings, mode: str, days: dict[str, str], billed: Decimal
) -> None:
    world = World()
    world.add(works(basic_mode=mode))
    world.rows["capacity_state"] = []
    world.rows["customer_account"][0].update(days)
    with world.session(settings) as session:
        sheet = rate(case_of(session.connection, "B"), world.catalogue)
    whole = {"capacity": D(200), "actual_demand": D(96)}[mode]
    assert sheet.figure("basic_quantity") == round(whole * billed / 31, 4)
