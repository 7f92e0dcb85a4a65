"""Evidence in words: the codes by which bills are compared have both languages, and nothing else is translated."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import duckdb
import pytest

from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.model import Text, Value
from wattledger.bulletin.terms import Terms
from wattledger.settings import Settings

TERMS = Terms(Settings().templates)


def value_of(column: str, value: str) -> Value:
    return read_evidence(json.dumps({column: value}), TERMS)[0].value


def test_every_way_that_the_comparison_tries_has_words() -> None:
    folder = files("wattledger.rating.compare") / "sql"
    connection = duckdb.connect()
    connection.execute((folder / "ways.sql").read_text(encoding="utf-8"))
    ways = [way for (way,) in connection.execute("SELECT DISTINCT way FROM way ORDER BY 1").fetchall()]
    modes = re.findall(r"\('([a-z_]+)'\)", (folder / "hypotheses.sql").read_text(encoding="utf-8"))
    assert len(ways) > 20
    assert len(modes) > 8
    for code in (*ways, *modes):
        text = value_of("billed_value", code)
        assert isinstance(text, Text), code
        assert text.zh != code


def test_a_rule_with_the_discount_is_worded_by_its_parts() -> None:
    assert value_of("expected_value", "actual_demand+discount") == Text(
        "按实际需量，享受需量电价优惠", "by actual demand, at the reduced price"
    )


@pytest.mark.parametrize("value", ["0.85", "C1T", "2060 × 0.2538", "2026-09-30", "actual_demand+more"])
def test_what_is_no_code_stays_as_it_is(value: str) -> None:
    assert value_of("billed_value", value) == value


def test_a_standard_column_is_labelled_and_worded_as_in_the_dataset_of_the_rule() -> None:
    usage = json.dumps({"usage_kwh": "12.5"})
    assert read_evidence(usage, TERMS, ("bill", "meter_reading"))[0].label.zh == "结算电量(kWh)"
    assert read_evidence(usage, TERMS, ("meter_reading", "bill"))[0].label.zh == "抄见电量(kWh)"
    (kind,) = read_evidence(json.dumps({"payment_kind": "reversal"}), TERMS, ("payment",))
    assert kind.value == Text("冲正", "reversal")
    (method,) = read_evidence(json.dumps({"settle_method": "write_off"}), TERMS, ("payment",))
    assert method.value == Text("核销", "write off")


def test_the_cause_of_an_adjustment_is_not_that_of_a_difference() -> None:
    evidence = json.dumps({"cause": "reading"})
    (adjusted,) = read_evidence(evidence, TERMS, ("billing_adjustment",))
    assert (adjusted.label.zh, adjusted.value) == ("退补原因", Text("抄表", "reading"))
    (differing,) = read_evidence(json.dumps({"cause": "tou"}), TERMS, ("bill_difference", "bill"))
    assert (differing.label.zh, differing.value) == ("原因", Text("分时错误", "times of use"))


def test_causes_and_components_are_worded() -> None:
    assert value_of("cause", "wrong_version") == Text("电价版本错误", "another version")
    assert value_of("components", "capacity, meter_fee") == Text(
        "基本电费（容量）、meter_fee", "Basic charge by capacity, meter_fee"
    )
