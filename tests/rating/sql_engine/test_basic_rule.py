"""A basic charge by a rule of the bill's own: as if the parameters of its day had been these."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from tests.rating.sql_engine.made_up import by_decimal, by_sql, differences, made_up_catalogue
from tests.rating.sql_engine.strategies import make_case
from wattledger.rating.catalogue.model import Catalogue

PARAMETERS: Final = {
    "part_month": "rating.part_month",
    "suspension_min_days": "rating.suspension_min_days",
    "suspended_share": "rating.suspended_share",
    "suspended_share_new_customer": "rating.suspended_share_new_customer",
    "over_share": "rating.demand_over_share",
    "floor_share": "rating.demand_floor_share",
    "floor_on": "rating.demand_floor_on",
    "discount_kwh_per_kva": "rating.demand_discount_kwh_per_kva",
}
RULES: Final = (
    {"part_month": "thirtieths", "suspension_min_days": "40"},
    {"part_month": "calendar_days"},
    {"suspension_min_days": "3"},
    {"suspended_share": "0.5", "suspended_share_new_customer": "0.25", "suspension_min_days": "0"},
    {"over_share": "1"},
    {"over_share": "1000", "floor_share": "0"},
    {"floor_share": "0.9"},
    {"floor_on": "measured"},
    {"floor_on": "contract"},
    {"discount_kwh_per_kva": "1000000000"},
    {"discount_kwh_per_kva": "0"},
)
DISCOUNT_FROM: Final = date(2023, 7, 31)
"""Before, there is no factor by which a demand could be discounted."""


def catalogue(rule: dict[str, str]) -> Catalogue:
    """The made-up catalogue with the parameters of ``rule`` on all days."""
    known = made_up_catalogue()
    found = []
    for column, value in rule.items():
        one = next(p for p in known.parameters if p.name == PARAMETERS[column])
        stated = {"text": value} if one.text else {"value": Decimal(value)}
        found.append(one.model_copy(update={"valid_from": None, "valid_to": None, **stated}))
    others = [p for p in known.parameters if p.name not in {p.name for p in found}]
    return known.model_copy(update={"parameters": (*others, *found)})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: ", ".join(map(" ".join, rule.items())))
def test_a_rule_of_the_bill_s_own_stands_in_place_of_its_day_s(rule: dict[str, str]) -> None:
    cases = [case for case in map(make_case, range(2_000)) if case.basic_mode != "none"]
    if "discount_kwh_per_kva" in rule:
        cases = [case for case in cases if case.period_end_on >= DISCOUNT_FROM]
    assert len(cases) > 20
    usual, sql, changed = by_sql(cases), by_sql(cases, rule), catalogue(rule)
    found = [text for case in cases for text in differences(by_decimal(case, changed), sql[case.bill_id])]
    assert not found, "\n".join(found[:20])
    assert sql != usual, "the rule must change something"
