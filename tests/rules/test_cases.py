"""Every rule has a good case that it leaves alone and a bad one that it catches, amounts included."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import yaml

from tests.rules.conftest import with_bad_rows
from wattledger.audit.rules import Rule, load_rules
from wattledger.audit.validate import Verdict, validate
from wattledger.bulletin.terms import Terms
from wattledger.lake.results import BREAKS
from wattledger.lake.session import Session
from wattledger.settings import Settings

RULES = {rule.rule_id: rule for rule in load_rules(Settings().expectations)}


def verdict(session: Session, rule: Rule, jurisdiction: str) -> Verdict:
    (found,) = validate(session, [rule], jurisdiction, progress=lambda _: None)
    return found


def failing(session: Session) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    rows = session.connection.execute("SELECT business_key, amount, kwh FROM failing_row").fetchall()
    return {key: (amount, kwh) for key, amount, kwh in rows}


def came_out(expected: str, found: Verdict, session: Session) -> str:
    """What was expected, and beside it what came out: a verdict with its reason, and the failing rows."""
    reason = f" ({found.reason})" if found.reason else ""
    return f"expected of {expected}\ncame out: {found.verdict}{reason}, {failing(session) or 'no row'}"


def exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_good_rows_pass_and_bad_rows_are_found(rule: Rule, session_over: Callable[..., Session]) -> None:
    path = rule.files[-1]
    assert path.name == f"{rule.rule_id}.case.yaml", f"{rule.rule_id} has no case"
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    jurisdiction = case.get("jurisdiction", "CN")
    assert any(case["bad"].values()), f"{path.name} has no bad row"
    assert case["expect"], f"{path.name} expects no finding"

    reconciled = not BREAKS.keys().isdisjoint(rule.record.inputs)
    good = session_over(case["good"], case, reconciled=reconciled)
    found = verdict(good, rule, jurisdiction)
    assert found.verdict == "PASS", came_out(f"{path.name}, good rows: PASS and no row", found, good)

    bad = session_over(with_bad_rows(case), case, reconciled=reconciled)
    found = verdict(bad, rule, jurisdiction)
    expected = {
        entry["key"]: (exact(entry.get("amount")), exact(entry.get("kwh"))) for entry in case["expect"]
    }
    told = came_out(f"{path.name}, bad rows: FINDINGS, {expected}", found, bad)
    assert found.verdict == "FINDINGS", told
    assert failing(bad) == expected, told


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_record_is_complete(rule: Rule) -> None:
    record, terms = rule.record, Terms(Settings().templates)
    unlabelled = [name for name in record.evidence if terms.column(name, record.datasets).zh == name]
    assert not unlabelled, f"give these a label in reports_templates/terms.yaml: {unlabelled}"


def test_a_case_that_fails_shows_what_came_out_beside_what_was_expected(
    session_over: Callable[..., Session],
) -> None:
    case = {"period": "2026-10", "good": {}, "bad": {}, "expect": [{"key": "P1"}]}
    nothing = session_over({}, case)
    told = came_out("LED-06.case.yaml, good rows: PASS", verdict(nothing, RULES["LED-06"], "CN"), nothing)
    assert "expected of LED-06.case.yaml, good rows: PASS\ncame out: NOT_EVALUATED" in told
    assert "payment was not landed" in told
