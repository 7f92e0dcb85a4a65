"""The two engines agree: every line, every figure, every reason, to the fen, on bills of all kinds and dates.

``WATTLEDGER_AGREEMENT_BILLS=100000 pytest -s tests/rating/sql_engine/test_agreement.py`` compares that many of the
second test, and prints how often each feature was compared. A bill of that test is remade by ``make_case(its number)``.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.rating.sql_engine.features import FEATURES, features_of
from tests.rating.sql_engine.made_up import Outcome, by_decimal, by_sql, differences
from tests.rating.sql_engine.strategies import make_case, numbers
from wattledger.rating.cases.bill import BillCase, Reading

BILLS = int(os.environ.get("WATTLEDGER_AGREEMENT_BILLS", "3000"))
BATCH = 10_000
FIRST = 1_000_000_000


def compare(cases: list[BillCase]) -> tuple[list[Outcome], list[str]]:
    """What the Decimal engine makes of the cases, and where the other differs."""
    sql = by_sql(cases)
    exact = [by_decimal(case) for case in cases]
    found = [
        f"{case.bill_id}: {text}"
        for case, outcome in zip(cases, exact, strict=True)
        for text in differences(outcome, sql[case.bill_id])
    ]
    return exact, found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(numbers())
def test_engines_agree_on_what_hypothesis_thinks_of(drawn: list[int]) -> None:
    _, found = compare([make_case(number) for number in drawn])
    assert not found, "\n".join(found[:20])


def test_engines_agree_on_every_feature(capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    lines, found = 0, []
    for start in range(FIRST, FIRST + BILLS, BATCH):
        cases = [make_case(number) for number in range(start, min(start + BATCH, FIRST + BILLS))]
        outcomes, different = compare(cases)
        found += different
        lines += sum(len(outcome.lines) for outcome in outcomes)
        for case, outcome in zip(cases, outcomes, strict=True):
            counts["rated" if not outcome.reason else "not rated"] += 1
            counts.update(features_of(case, outcome))
    with capsys.disabled():
        if "WATTLEDGER_AGREEMENT_BILLS" in os.environ:
            print(f"\n{BILLS} bills, {lines} lines, {len(found)} differences")
            print("\n".join(f"{counts[name]:>8} {name}" for name in ("rated", "not rated", *FEATURES)))
    assert not found, "\n".join(found[:20])
    assert not [name for name in FEATURES if not counts[name]]


def test_a_kilowatt_hour_more_in_one_engine_is_a_difference() -> None:
    case = make_case(7)
    point = case.points[0]
    added = Reading.model_validate({"register": "total", "meter_id": "another", "usage": 1})
    point = point.model_copy(update={"readings": (*point.readings, added)})
    other = case.model_copy(update={"points": (point, *case.points[1:])})
    assert not by_decimal(case).reason
    assert differences(by_decimal(case), by_sql([other])[case.bill_id])
