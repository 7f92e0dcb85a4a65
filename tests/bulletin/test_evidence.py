"""Evidence in words: the codes by which bills are compared have both languages, and nothing else is translated."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.model import Text, Value
from wattledger.bulletin.terms import Terms
from wattledger.settings import Settings

TERMS = Terms(Settings().templates)


def value_of(column: str, value: str) -> Value:
    return read_evidence(json.dumps({column: value}), TERMS)[0].value


def test_every_rule_that_the_comparison_tries_has_words() -> None:
    folder = files("wattledger.rating.compare") / "sql"
    rules = re.findall(r"rule: '(\w+)'", (folder / "4_basic.sql").read_text(encoding="utf-8"))
    modes = re.findall(r"\('([a-z_]+)'\)", (folder / "5_hypotheses.sql").read_text(encoding="utf-8"))
    assert len(rules) > 10
    assert len(modes) > 8
    for code in (*rules, *modes):
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


def test_causes_and_components_are_worded() -> None:
    assert value_of("cause", "wrong_version") == Text("电价版本错误", "another version")
    assert value_of("components", "capacity, meter_fee") == Text(
        "基本电费（容量）、meter_fee", "Basic charge by capacity, meter_fee"
    )
