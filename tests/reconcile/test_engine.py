"""What all links have in common: units, accounts of nobody, inputs that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from wattledger.reconcile import LINKS, reconcile

OCT = date(2026, 10, 1)


def bill(account: str, amount: Any) -> dict[str, Any]:
    return {
        "bill_id": account,
        "billing_month": OCT,
        "account_id": account,
        "bill_amount": amount,
        "usage_kwh": 1,
    }


def claim(account: str, amount: Any) -> dict[str, Any]:
    return {
        "receivable_id": account,
        "receivable_month": OCT,
        "bill_id": account,
        "account_id": account,
        "receivable_amount": amount,
        "received_amount": 0,
    }


TABLES = {
    "bill": [bill("A0", 10), bill("A1", 20), bill("A2", 30), bill("A9", 40)],
    "receivable": [claim("A0", 10), claim("A1", 15), claim("A2", 31), claim("A9", 38)],
}


def test_a_unit_counts_all_below_it(on: Callable[..., Any]) -> None:
    with on(TABLES) as session:
        result = next(found for found in reconcile(session).links if found.link == "bill_receivable")
        rows = session.connection.execute(
            "SELECT org_id, status, compared, agreeing, left_total, right_total, difference FROM reconciliation "
            "WHERE link = 'bill_receivable'"
        ).fetchall()
    assert [(row[0], *map(int, row[2:])) for row in rows] == [
        (None, 4, 1, 100, 94, 6),
        ("B", 3, 1, 60, 56, 4),
        ("C1", 2, 1, 40, 41, -1),
        ("C2", 1, 0, 20, 15, 5),
        ("P", 3, 1, 60, 56, 4),
    ]
    assert {row[1] for row in rows} == {"EVALUATED"}
    assert result.unassigned == 2, "the account that is in no customer file counts for the company alone"


def test_a_unit_above_itself_does_not_go_round(on: Callable[..., Any]) -> None:
    units = [
        {"org_id": "C1", "parent_org_id": "C2", "org_name": "1", "org_type": "county"},
        {"org_id": "C2", "parent_org_id": "C1", "org_name": "2", "org_type": "county"},
    ]
    with on({**TABLES, "organisation_unit": units}) as session:
        reconcile(session)
        rows = session.connection.execute(
            "SELECT org_id, difference FROM reconciliation WHERE link = 'bill_receivable' AND org_id IS NOT NULL"
        ).fetchall()
    assert dict(rows) == {"C1": 4, "C2": 4}


def test_breaks_name_account_unit_and_evidence(on: Callable[..., Any]) -> None:
    with on(TABLES) as session:
        reconcile(session)
        row = session.connection.execute("SELECT * FROM recon_break WHERE business_key = 'A1'").fetchall()[0]
    assert row[:9] == ("bill_receivable", "C2", "A1", "A1", "amount_mismatch", "yuan", 20, 15, 5)
    assert json.loads(row[9]) == {"receivables": 1}


def test_not_evaluated_without_its_inputs(on: Callable[..., Any]) -> None:
    with on(TABLES) as session:
        session.datasets["receivable"] = replace(
            session.datasets["receivable"], problem=("stale", "the newest file is of May")
        )
        state = session.datasets["bill"]
        session.datasets["bill"] = replace(state, columns=state.columns - {"usage_kwh"})
        summary = reconcile(session)
        rows = session.connection.execute(
            "SELECT link, count(*), count(DISTINCT org_id), any_value(reason) FROM reconciliation "
            "WHERE status = 'NOT_EVALUATED' GROUP BY link"
        ).fetchall()
        breaks = session.connection.execute("SELECT count(*) FROM recon_break").fetchall()[0][0]
    assert {row[0] for row in rows} == {link.name for link in LINKS if not link.only_where}
    assert {row[1:3] for row in rows} == {(5, 4)}, "the company, and each unit"
    reasons = {row[0]: row[3] for row in rows}
    assert reasons["bill_receivable"] == "stale: the newest file is of May"
    missing = "not_landed: meter_reading was not landed for 2026-10"
    assert reasons["reading_bill"] == f"{missing}; missing_column: bill is delivered without usage_kwh"
    assert breaks == summary.breaks == 0


def test_nothing_at_all_is_zero(on: Callable[..., Any]) -> None:
    with on({"bill": [], "receivable": []}) as session:
        result = next(found for found in reconcile(session).links if found.link == "bill_receivable")
    assert (result.reason, result.compared, result.difference) == (None, 0, Decimal(0))
