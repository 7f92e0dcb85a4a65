"""A break above its tolerance is a finding, once: by the command line, in the bulletin and in the worklist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest_cli import Wattledger
from tests.delivery import deliver
from wattledger.audit.rules import load_rules
from wattledger.lake.results import BREAKS
from wattledger.reconcile import LINKS, reconcile
from wattledger.settings import Settings

MONTH = {"billing_month": "2026-10-01"}


def read(account: str, kwh: int) -> dict[str, Any]:
    read = {"reading_id": f"R{account}", "account_id": account, "meter_id": f"M{account}", **MONTH}
    return {**read, "reading_type": "total", "usage_kwh": kwh, "commodity": "electricity"}


def billed(account: str, kwh: int, amount: str, bill_id: str = "") -> dict[str, Any]:
    bill = {"bill_id": bill_id or f"B{account}", "account_id": account, "meter_id": f"M{account}", **MONTH}
    return {**bill, "usage_kwh": kwh, "bill_amount": amount, "commodity": "electricity"}


def claimed(account: str, amount: str, received: str, bill_id: str = "") -> dict[str, Any]:
    bill = bill_id or f"B{account}"
    claim = {"receivable_id": f"V{bill}", "bill_id": bill, "account_id": account}
    return {
        **claim,
        "receivable_month": "2026-10-01",
        "receivable_amount": amount,
        "received_amount": received,
    }


def paid(account: str, day: str, amount: str, no: int = 1) -> dict[str, Any]:
    receipt = {"receipt_id": f"S{account}{no}", "receivable_id": f"VB{account}", "account_id": account}
    return {**receipt, "received_on": day, "received_amount": amount}


def posted(day: str, amount: str) -> dict[str, Any]:
    entry = {"entry_id": f"Y{day}", "voucher_no": "Y", "posted_on": day, "org_id": "U1"}
    return {**entry, "account_code": "1122", "ledger_item": "receipt", "credit_amount": amount}


COMPANY: dict[str, list[dict[str, Any]]] = {
    "customer_account": [
        {"account_id": f"A{n}", "org_id": "U1", "account_status": "normal"} for n in range(1, 7)
    ],
    # A1 is in order, and paid twice; A2 is billed twice; A3 is not billed; A4 is not read; A5 is forgotten;
    # A6's receivable says that it is paid, and no receipt does
    "meter_reading": [read("A1", 100), read("A2", 300), read("A3", 70), read("A6", 10)],
    "bill": [
        billed("A1", 100, "60.00"),
        billed("A2", 300, "197.57"),
        billed("A2", 300, "197.57", "BA2X"),
        billed("A4", 40, "24.00"),
        billed("A6", 10, "6.00"),
    ],
    "receivable": [
        claimed("A1", "60.00", "60.00"),
        claimed("A2", "197.57", "0.00"),
        claimed("A2", "197.57", "0.00", "BA2X"),
        claimed("A4", "24.00", "24.00"),
        claimed("A6", "6.00", "6.00"),
    ],
    # what came on the 12th was posted on the 14th
    "receipt_allocation": [
        paid("A1", "2026-10-05", "60.00"),
        paid("A1", "2026-10-06", "60.00", 2),
        paid("A4", "2026-10-12", "24.00"),
    ],
    "ledger_entry": [
        posted("2026-10-05", "60.00"),
        posted("2026-10-06", "60.00"),
        posted("2026-10-14", "24.00"),
    ],
}
FOUND = {
    ("MRD-12", "A5", ""),
    ("BIL-12", "BA2X", "-197.57"),
    ("BIL-13a", "A3|2026-10", ""),
    ("BIL-13b", "A4|2026-10", ""),
    ("LED-14a", "VBA1", "-60.00"),
    ("LED-14b", "VBA6", "6.00"),
    ("LED-15a", "U1|2026-10-12", ""),
}


def test_a_break_is_found_once_with_its_money_wherever_findings_are_shown(
    tmp_path: Path, wattledger: Wattledger
) -> None:
    source, home = deliver(tmp_path / "company", COMPANY, jurisdiction="CN"), tmp_path / "home"
    assert wattledger("audit", "--source", source, "--period", "2026-10", "--home", home).code == 0
    rows = wattledger("findings", "--home", home, "--period", "2026-10", "--format", "csv").rows
    assert {(row["rule_id"], row["business_key"], row["amount"]) for row in rows} == FOUND
    folder = next((home / "bulletins").glob("*/2026-10"))
    text = (folder / "company.txt").read_text(encoding="utf-8")
    assert all(rule_id in text for rule_id, _, _ in FOUND)
    assert "同一计费期重复出账" in text
    assert "实收延迟入账" in text
    sheet = openpyxl.load_workbook(folder / "company.xlsx", read_only=True).worksheets[0]
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {key for _, key, _ in FOUND} <= cells


def test_every_link_has_rules_that_go_through_its_breaks() -> None:
    """And such a rule needs what its link needs: else it would pass where the link was not evaluated."""
    assert {link for links in BREAKS.values() for link in links} == {link.name for link in LINKS}
    needs = {link.name: link.needs for link in LINKS}
    through = {rule.record.batch: rule.record for rule in load_rules(Settings().expectations)}
    assert BREAKS.keys() <= through.keys()
    for batch, links in BREAKS.items():
        assert needs[links[0]].keys() <= through[batch].inputs.keys(), batch


@pytest.mark.parametrize("batch", BREAKS)
def test_a_rule_of_a_link_that_was_not_evaluated_says_why(batch: str, on: Callable[..., Any]) -> None:
    from wattledger.lake.results import RATED, create_results, offer_results

    with on({"bill": []}) as session:
        reconcile(session)
        connection = session.connection
        for name in (*RATED, *BREAKS):
            connection.execute(f"DROP VIEW IF EXISTS {name}")
        connection.execute("DROP MACRO IF EXISTS cost_of")
        create_results(connection, {}, RATED)
        problem = offer_results(connection)[batch].problem
    assert problem is not None
    assert problem[0] == "not_landed"
