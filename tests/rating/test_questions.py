"""What contracts, exams and published questions ask of ``wattledger rate``, each worked out by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.rating.decimal_engine.utility import plain
from tests.rating.test_rate_command import EXAMPLES, MORE
from tests.rating.test_refused_cases import BILL
from wattledger.cli import app
from wattledger.errors import UsageError

TABLE, SEGMENTS = MORE


class Ask:
    """Cases of a test's folder, through the command line."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "case.yaml"

    def __call__(self, text: str, **options: str) -> dict[str, Any]:
        self.path.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, ["rate", str(self.path), "--format", "json"], catch_exceptions=False)
        sheet = json.loads(result.stdout[: result.stdout.rindex("}") + 1])
        sheet["figure"] = {f["name"]: plain(Decimal(f["value"])) for f in sheet["figures"]}
        sheet["amounts"] = [line["amount"] for line in sheet["lines"]]
        return dict(sheet)

    def refused(self, text: str) -> str:
        self.path.write_text(text, encoding="utf-8")
        error = CliRunner().invoke(app, ["rate", str(self.path)]).exception
        assert isinstance(error, UsageError)
        return str(error)

    def own(self, text: str, **words: str) -> dict[str, Any]:
        """A case with parameters of its own."""
        named = ", ".join(f"{{name: rating.{name}, value: {word}}}" for name, word in words.items())
        return self(f"{text}\nparameters: [{named}]\n")


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return Ask(tmp_path)


def test_iron_loss_of_the_table_goes_by_the_days(ask: Ask) -> None:
    assert ask(TABLE)["figure"]["loss_kwh"] == "820"  # 620 + 1 % of 20000
    of_days = TABLE[: TABLE.index("expect:")].replace("load_loss_factor: 3", "load_loss_factor: 3, days: 12")
    sheet = ask(of_days)
    assert sheet["figure"]["loss_kwh"] == "440"  # 620 x 12 / 31 + 200
    assert sheet["figure"]["reactive_kvarh"] == "10800"  # 9000 + 3100 x 12 / 31 + 200 x 3
    assert (
        ask.own(of_days, loss_part_month="thirtieths")["figure"]["loss_kwh"] == "448"
    )  # 620 x 12 / 30 + 200


def test_losses_are_rounded_as_the_parameter_says(ask: Ask) -> None:
    text = TABLE[: TABLE.index("expect:")].replace("load_loss_percent: 1", "load_loss_percent: 1.0032")
    assert ask(text)["figure"]["loss_kwh"] == "821"  # 200.64
    assert ask.own(text, loss_rounding="exact")["figure"]["loss_kwh"] == "820.64"


def test_a_bill_in_segments_has_a_power_factor_for_each(ask: Ask) -> None:
    sheet = ask(SEGMENTS)
    factors = [
        (f["from_on"], f["to_on"], f["value"]) for f in sheet["figures"] if f["name"] == "power_factor"
    ]
    assert factors == [("2026-10-01", "2026-10-12", "0.77"), ("2026-10-13", "2026-10-31", "0.94")]
    assert sheet["total"] == "51593.57"
    assert {line["from_on"] for line in sheet["lines"]} == {"2026-10-01", "2026-10-13"}


def test_segments_that_leave_a_day_out_are_refused(ask: Ask) -> None:
    late = SEGMENTS.replace("  - points:\n", "  - from_on: 2026-10-14\n    points:\n")
    assert "segments.1: expected from_on 2026-10-13" in ask.refused(late)
    assert "the last one must end on 2026-10-31" in ask.refused(
        SEGMENTS.replace("  - points:\n", "  - to_on: 2026-10-30\n    points:\n")
    )


def test_an_item_that_runs_through_all_segments_is_a_whole_month(ask: Ask) -> None:
    for month, end in (("2024-02", "29"), ("2024-03", "31")):  # by thirtieths
        text = (
            SEGMENTS[: SEGMENTS.index("expect:")]
            .replace("2026-10-31", f"{month}-{end}")
            .replace("2026-10", month)
        )
        items = text.index("capacity: ["), text.index("]", text.index("capacity: ["))
        sheet = ask(text[: items[0]] + "capacity: [{item: T, kva: 300}" + text[items[1] :])
        basic = [f["value"] for f in sheet["figures"] if f["name"] == "basic_quantity"]
        assert sum(map(float, basic)) == 300, basic


def test_capacity_and_energy_are_rounded_as_the_parameter_says(ask: Ask) -> None:
    part = BILL.replace("[{item: T1, kva: 800}]", "[{item: T1, kva: 800, to_on: 2026-10-30}]")
    assert ask(part)["figure"]["basic_quantity"] == "774.1935"
    whole = ask.own(part, capacity_rounding="whole_kva")
    assert whole["figure"]["basic_quantity"] == "774"
    assert "21672.00" in whole["amounts"]  # 774 x 28
    broken = BILL.replace("reading: 50, multiplier: 100", "reading: 50.004, multiplier: 100")
    assert ask(broken)["lines"][0]["quantity"] == "3000.4000"
    assert ask.own(broken, energy_rounding="whole_kwh")["lines"][0]["quantity"] == "3000"


def test_the_unread_unit_is_flat_or_not_billed_at_all(ask: Ask) -> None:
    text = BILL.replace("previous_reading: 100, reading: 200", "previous_reading: 100, reading: 202")
    assert ask(text)["figure"]["usage_kwh"] == "10200"
    assert ask.own(text, unread_kwh="times")["figure"]["usage_kwh"] == "10000"
    apart = BILL.replace("previous_reading: 100, reading: 200", "previous_reading: 100, reading: 205")
    assert (
        ask.own(apart, unread_kwh="times")["figure"]["usage_kwh"] == "10500"
    )  # more than a unit of each register


FAULT = "kind: metering_error\nfound_on: 2026-10-20\nfault: {%s}\nmetered: [%s]\n"


def test_a_transformer_in_reverse_takes_off_what_it_should_add(ask: Ask) -> None:
    reverse = "fitted: {true_ratio: 200/5, fitted: [200/5, 200/5, -200/5]}"
    sheet = ask(FAULT % (reverse, "{kwh: 10000, price: 0.5}"))
    assert sheet["figure"] == {
        "correction_rate": "2",
        "correction_kwh": "20000",
        "true_kwh": "30000",
    }
    assert sheet["total"] == "10000.00"
    nothing = "fitted: {true_ratio: 200/5, fitted: [200/5, -200/5]}"
    assert "counted nothing" in ask.refused(FAULT % (nothing, "{kwh: 1}"))
    assert "fault.fitted.true_ratio: expected a ratio above 0" in ask.refused(
        FAULT % ("fitted: {true_ratio: -200/5, fitted: [40]}", "{kwh: 1}")
    )


def test_the_last_months_of_a_list(ask: Ask) -> None:
    months = ", ".join(f"{{kwh: {kwh}}}" for kwh in (900, 1000, 1100, 1200))
    assert ask(FAULT % ("lost: {elements: 1}", months) + "last: 3\n")["figure"]["correction_kwh"] == "1650"
    usual = "failed: {usual_kwh: [800, 900, 1000, 1100], last: 3, usual_days: 92, days: 46}"
    assert ask(FAULT % (usual, "{kwh: 200, price: 0.5}"))["figure"]["correction_kwh"] == "1300"
    assert "metered has 4" in ask.refused(FAULT % ("lost: {elements: 1}", months) + "last: 5\n")


def test_a_price_is_solved_from_an_amount_or_a_total(ask: Ask) -> None:
    assert ask(FAULT % ("lost: {elements: 1}", "{kwh: 3000, amount: 1000}"))["amounts"] == ["500.00"]
    bill = BILL.replace("price: 0.6,", "price: 1,")
    assert ask(bill + "solve: {component: energy, total: 28187.00}\n")["figure"]["solved_price"] == "0.6"
    refused = ask.refused(bill + "solve: {component: energy, total: 28187.001}\n")
    assert "no price of energy comes to 28187.001" in refused
    assert "there are 0" in ask.refused(bill + "solve: {component: engery, total: 1}\n")


def test_a_rule_stands_on_the_sheet_of_every_kind(ask: Ask) -> None:
    for text in EXAMPLES:
        sheet = ask(text)
        clauses = [c for part in (*sheet["lines"], *sheet["figures"]) for c in part["clauses"]]
        assert clauses, sheet["kind"]
        assert all(clause["cites_zh"] and clause["cites_en"] for clause in clauses)
