"""No rule passes what it could not look at: its bad rows again, with what it can do without taken away from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.rules.conftest import with_bad_rows
from tests.sessions import Rows
from wattledger.audit.examined import Examined, examine
from wattledger.audit.rules import Rule, load_rules
from wattledger.contracts import Contract, load_contracts
from wattledger.lake.session import Session
from wattledger.periods import Period
from wattledger.settings import Settings

RULES = {rule.rule_id: rule for rule in load_rules(Settings().expectations)}
CONTRACTS = load_contracts()
Open = Callable[..., Session]

UNMAPPED = [
    ("TAR-01", "customer_account", "tariff_code"),
    ("TAR-02", "customer_account", "basic_charge_mode"),
    ("TAR-03", "customer_account", "power_factor_standard"),
    ("TAR-09", "customer_account", "basic_charge_mode"),
    ("TAR-11", "customer_account", "surcharged"),
    ("MRD-02", "customer_account", "account_class"),
    ("BIL-04a", "receivable", "late_from_on"),
]
"""Columns that a condition hangs on, and without which its query finds nothing."""
ABSENT = [("TAR-06", "usage_point"), ("TAR-10", "usage_point"), ("MRD-01", "reading_route")]


def case_of(rule: Rule) -> tuple[dict[str, Any], dict[str, Rows]]:
    """The rule's case, and its bad rows with the good ones that stay beside them."""
    case: dict[str, Any] = yaml.safe_load(rule.files[-1].read_text(encoding="utf-8"))
    return case, with_bad_rows(case)


def of_the_period(contract: Contract, rows: Rows, period: Period) -> Rows:
    if not contract.period_column:
        return rows
    return [
        row for row in rows if str(period.start) <= str(row[contract.period_column])[:10] <= str(period.end)
    ]


def looked(session: Session, rule: Rule) -> tuple[int, Examined, bool]:
    """How many rows fail, what was examined, and whether the rule can be evaluated at all."""
    schema = "" if rule.record.lookback is None else session.history(rule.record.lookback)
    with session.seeing(schema):
        ((failing,),) = session.connection.execute(f"SELECT count(*) FROM ({rule.sql})").fetchall()
        return failing, examine(session, rule), not session.obstacles(rule.record.inputs)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_without_history_and_without_what_it_need_not_have(rule: Rule, session_over: Open) -> None:
    case, rows = case_of(rule)
    period = Period.parse(case["period"])
    left: dict[str, Rows] = {}
    for name in ("customer_account", *rule.record.inputs):
        contract = CONTRACTS.get(name)
        if contract is None or name not in rows:
            continue
        kept = {n for n, column in contract.columns.items() if column.required}
        kept |= {*rule.record.inputs.get(name, ()), *contract.key, *filter(None, [contract.period_column])}
        left[name] = [
            {n: value for n, value in row.items() if n in kept}
            for row in of_the_period(contract, rows[name], period)
        ]
    failing, examined, evaluated = looked(
        session_over(left, {**case, "history": dict.fromkeys(left, str(period))}), rule
    )
    if evaluated and examined.rows and failing < len(case["expect"]):
        assert examined.rows_not_judged, "what it no longer finds counts as in order"


@pytest.mark.parametrize(("rule_id", "dataset", "column"), UNMAPPED)
def test_without_a_column_that_it_hangs_on(
    rule_id: str, dataset: str, column: str, session_over: Open
) -> None:
    rule = RULES[rule_id]
    case, rows = case_of(rule)
    rows[dataset] = [{n: value for n, value in row.items() if n != column} for row in rows[dataset]]
    _, examined, evaluated = looked(session_over(rows, case), rule)
    assert not (evaluated and examined.judged == examined.rows)


@pytest.mark.parametrize(("rule_id", "dataset"), ABSENT)
def test_without_a_dataset_that_it_hangs_on(rule_id: str, dataset: str, session_over: Open) -> None:
    rule = RULES[rule_id]
    case, rows = case_of(rule)
    _, examined, evaluated = looked(
        session_over({n: given for n, given in rows.items() if n != dataset}, case), rule
    )
    assert not (evaluated and examined.judged == examined.rows)
