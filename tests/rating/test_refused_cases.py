"""``wattledger rate`` refuses what a person forgot or mistook, or says so on the sheet; it takes nothing in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from wattledger.cli import app
from wattledger.errors import UsageError
from wattledger.rating.cases.files import case_catalogue, read_case
from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
from wattledger.rating.engine_tables import create_rating_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.sql_engine import rate_bills
from wattledger.settings import Settings

BILL = """
period_start_on: 2026-10-01
period_end_on: 2026-10-31
voltage: 10kV
basic_mode: capacity
capacity: [{item: T1, kva: 800}]
power_factor_standard: 0.90
points:
  - point_id: P1
    tariff_code: LARGE
    readings:
      - {register: total, previous_reading: 100, reading: 200, multiplier: 100}
      - {register: peak, previous_reading: 20, reading: 50, multiplier: 100}
      - {register: flat, previous_reading: 40, reading: 80, multiplier: 100}
      - {register: valley, previous_reading: 30, reading: 60, multiplier: 100}
      - {register: reactive, previous_reading: 10, reading: 30, multiplier: 100}
catalogue:
  jurisdiction: CN
  sources: [{id: mine, zh: 示例电价, en: Prices of this example, status: made_up}]
  tou: [{id: three, periods: [peak, flat, valley], balance_to: flat,
    ratios: [{ratio: {peak: 1.5, flat: 1, valley: 0.5}, source: mine}]}]
  tariffs:
    - {code: LARGE, zh: 大工业, en: Large industry, category: large_industrial, tou: three,
       components: [energy, capacity, power_factor], power_factor_base: [energy, capacity], source: mine}
  rates:
    - {component: energy, tariffs: [LARGE], price: 0.6, floats: true, source: mine}
    - {component: capacity, tariffs: [LARGE], per: kva_month, price: 28, source: mine}
"""


def run(folder: Path, text: str, *options: str) -> Any:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["rate", str(path), *options])


def sql_reason(path: Path) -> str | None:
    """What the engine of the night says of the same bill."""
    case, _ = read_case(path)
    with duckdb.connect() as connection:
        create_tariffs_and_parameters(connection, case_catalogue(case, Settings()))
        create_rating_tables(connection)
        load_cases(connection, [case])  # type: ignore[list-item]
        rate_bills(connection)
        return connection.execute("SELECT reason FROM expected_bill").fetchall()[0][0]


REACTIVE = "      - {register: reactive, previous_reading: 10, reading: 30, multiplier: 100}\n"
SUSPENDED = "{item: T1, kva: 800, state: suspended, from_on: 2026-10-05, to_on: 2026-10-25}"
NOT_RATED = {
    "no_reactive": (BILL.replace(REACTIVE, ""), "no register of reactive energy"),
    "no_capacity": (BILL.replace("capacity: [{item: T1, kva: 800}]\n", ""), "no item of capacity is given"),
    "capacity_overlap": (
        BILL.replace("[{item: T1, kva: 800}]", f"[{{item: T1, kva: 800}}, {SUSPENDED}]"),
        "T1 is both running and suspended on 2026-10-05",
    ),
}


@pytest.mark.parametrize("reason", NOT_RATED)
def test_what_is_lacking_is_no_reward_in_either_engine(tmp_path: Path, reason: str) -> None:
    assert run(tmp_path, BILL).exit_code == 0
    assert sql_reason(tmp_path / "case.yaml") is None
    text, told = NOT_RATED[reason]
    error = run(tmp_path, text).exception
    assert isinstance(error, UsageError)
    assert f"({reason})" in str(error)
    assert told in str(error)
    assert sql_reason(tmp_path / "case.yaml") == reason


REFUSED = [
    (BILL.replace("voltage: 10kV", "voltage: 10 KV"), "voltage: '10 KV' was given, expected one of"),
    (BILL.replace("voltage: 10kV", "voltage: 10 KV"), "is 10kV meant?"),
    (BILL.replace("price: 0.6,", "price: 60,"), "catalogue.rates.0.price: 60 yuan per kWh was given"),
    (
        "kind: theft\nfound_on: 2026-10-20\nappliances: [{kw: 2, use: residential}]\nprice: 52\n",
        "price: 52 yuan per kWh was given, expected at most 5; is it in fen?",
    ),
    (
        "kind: metering_error\nfound_on: 2026-10-20\nfault: {lost: {}}\nmetered: [{kwh: 1, price: 62}]\n",
        "metered.0.price: 62 yuan per kWh was given",
    ),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[told[:50] for _, told in REFUSED])
def test_an_implausible_value_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    error = run(tmp_path, text).exception
    assert isinstance(error, UsageError)
    assert told in str(error)
    assert "case.yaml" in str(error)


def test_a_price_that_is_meant_so_is_taken(tmp_path: Path) -> None:
    own = "parameters: [{name: rating.highest_price, value: 100}]\n"
    assert run(tmp_path, BILL.replace("price: 0.6,", "price: 60,") + own).exit_code == 0


VALLEY = "      - {register: valley, previous_reading: 30, reading: 60, multiplier: 100}\n"
TOTAL = "      - {register: total, previous_reading: 100, reading: 200, multiplier: 100}\n"
NOTED = [
    (BILL.replace(VALLEY, ""), "note_tou_missing", "there is no register of valley"),
    (BILL.replace(VALLEY, "").replace(TOTAL, ""), "note_tou_absent", "it was taken as 0 kWh"),
    (
        BILL.replace("previous_reading: 100, reading: 200", "previous_reading: 200, reading: 100"),
        "note_backwards",
        "If the two were swapped, swap them",
    ),
    (
        BILL.replace(
            "previous_reading: 20, reading: 50", "previous_reading: 50, reading: 20, dial_digits: 5"
        ),
        "note_far",
        "more than half of its 5 digits",
    ),
    (BILL.replace("basic_mode: capacity\n", ""), "note_no_basic", "LARGE has a basic charge"),
    (
        BILL.replace("previous_reading: 10, reading: 30", "previous_reading: 10, reading: 10"),
        "note_reactive_still",
        "did not move",
    ),
]


@pytest.mark.parametrize(("text", "code", "told"), NOTED, ids=[code for _, code, _ in NOTED])
def test_what_may_be_a_mistake_stands_on_the_sheet(tmp_path: Path, text: str, code: str, told: str) -> None:
    assert json.loads(run(tmp_path, BILL, "--format", "json").stdout)["notes"] == []
    result = run(tmp_path, text, "--format", "json")
    assert [note["code"] for note in json.loads(result.stdout)["notes"]].count(code) == 1
    for form in ("table", "html"):
        shown = run(tmp_path, text, "--language", "en", "--format", form).stdout
        assert told in " ".join(shown.split())
        assert "请核对" in run(tmp_path, text, "--format", form).stdout


def test_a_bill_below_zero_says_so(tmp_path: Path) -> None:
    text = BILL.replace("previous_reading: 100, reading: 200", "previous_reading: 9000, reading: 100")
    notes = json.loads(run(tmp_path, text, "--format", "json").stdout)["notes"]
    assert "note_negative" in [note["code"] for note in notes]
