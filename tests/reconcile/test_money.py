"""Bill, receivable, receipt, ledger: each cause, by a case made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from wattledger.reconcile import reconcile

OCT, SEP = date(2026, 10, 1), date(2026, 9, 1)


def bill(key: str, amount: Any, month: date = OCT, account: str = "A0") -> dict[str, Any]:
    return {"bill_id": key, "billing_month": month, "account_id": account, "bill_amount": amount}


def claim(key: str, bill_id: str | None, amount: Any, received: Any = 0, month: date = OCT) -> dict[str, Any]:
    return {
        "receivable_id": key,
        "receivable_month": month,
        "bill_id": bill_id,
        "account_id": "A0",
        "receivable_amount": amount,
        "received_amount": received,
    }


def receipt(
    key: str, claimed: str | None, amount: Any, day: date = OCT, account: str = "A0"
) -> dict[str, Any]:
    row = {"receipt_id": key, "receivable_id": claimed, "account_id": account, "received_on": day}
    return {**row, "received_amount": amount}


def entry(
    key: str, unit: str, day: date, credit: Any, debit: Any = 0, item: str = "receipt"
) -> dict[str, Any]:
    return {
        "entry_id": key,
        "voucher_no": key,
        "posted_on": day,
        "org_id": unit,
        "account_code": "1122",
        "ledger_item": item,
        "credit_amount": credit,
        "debit_amount": debit,
    }


@pytest.fixture
def breaks(on: Callable[..., Any]) -> Callable[..., dict[str, tuple[str, Decimal]]]:
    """Key -> (cause, difference) of one link."""

    def run(link: str, tables: dict[str, Any], **options: Any) -> dict[str, tuple[str, Decimal]]:
        with on(tables, **options) as session:
            result = next(found for found in reconcile(session).links if found.link == link)
            query = "SELECT business_key, cause, difference FROM recon_break WHERE link = ?"
            rows = session.connection.execute(query, [link]).fetchall()
        assert result.reason is None
        assert sum((row[2] for row in rows), Decimal(0)) == result.difference
        assert result.compared - result.agreeing == len(rows)
        return {row[0]: (row[1], row[2]) for row in rows}

    return run


@pytest.mark.parametrize(
    ("bills", "claims", "expected"),
    [
        pytest.param([bill("b", 10)], [claim("r", "b", 10)], {}, id="agrees"),
        pytest.param([bill("b", 10)], [claim("r", "b", 4), claim("s", "b", 6)], {}, id="in_two_parts"),
        pytest.param([bill("b", 10)], [], {"b": ("missing_receivable", 10)}, id="missing_receivable"),
        pytest.param([bill("b", 0)], [], {}, id="nothing_billed"),
        pytest.param([], [claim("r", "b", 10)], {"b": ("missing_bill", -10)}, id="missing_bill"),
        pytest.param([], [claim("r", None, 10)], {"r": ("missing_bill", -10)}, id="names_no_bill"),
        pytest.param(
            [bill("b", 10)], [claim("r", "b", 7)], {"b": ("amount_mismatch", 3)}, id="amount_mismatch"
        ),
        pytest.param([bill("b", "10.01")], [claim("r", "b", 10)], {"b": ("rounding", "0.01")}, id="rounding"),
        pytest.param(
            [bill("b", "10.02")], [claim("r", "b", 10)], {"b": ("amount_mismatch", "0.02")}, id="no_rounding"
        ),
        pytest.param(
            [bill("b", 10, SEP)], [claim("r", "b", 10)], {"b": ("period_shift", -10)}, id="bill_before"
        ),
        pytest.param(
            [bill("b", 10)],
            [claim("r", "b", 10, month=SEP)],
            {"b": ("period_shift", 10)},
            id="receivable_before",
        ),
        pytest.param(
            [bill("b", 9, SEP)], [claim("r", "b", 10)], {"b": ("missing_bill", -10)}, id="another_before"
        ),
    ],
)
def test_bill_receivable(
    breaks: Callable[..., Any], bills: Any, claims: Any, expected: dict[str, Any]
) -> None:
    tables = {"bill": [bill("ok", 5), *bills], "receivable": [claim("okr", "ok", 5), *claims]}
    found = breaks("bill_receivable", tables, parameters={"bill_receivable.rounding_amount": Decimal("0.01")})
    assert found == {k: (cause, Decimal(d)) for k, (cause, d) in expected.items()}


@pytest.mark.parametrize(
    ("claims", "receipts", "expected"),
    [
        pytest.param(
            [claim("r", "b", 10, 10)], [receipt("p", "r", 4), receipt("q", "r", 6)], {}, id="agrees"
        ),
        pytest.param([claim("r", "b", 10, 0)], [], {}, id="unpaid"),
        pytest.param([claim("r", "b", 10, None)], [], {}, id="nothing_noted"),
        pytest.param([claim("r", "b", 10, 10)], [receipt("p", "r", 10, SEP)], {}, id="paid_before"),
        pytest.param([claim("r", "b", 10, 10)], [], {"r": ("missing_receipt", 10)}, id="missing_receipt"),
        pytest.param(
            [claim("r", "b", 10, 0)],
            [receipt("p", "r", 10)],
            {"r": ("amount_mismatch", -10)},
            id="received_not_noted",
        ),
        pytest.param(
            [claim("r", "b", 10, 10)],
            [receipt("p", "r", 9)],
            {"r": ("amount_mismatch", 1)},
            id="amount_mismatch",
        ),
        pytest.param([], [receipt("p", "x", 10)], {"x": ("orphan_receipt", -10)}, id="orphan_receipt"),
        pytest.param([], [receipt("p", None, 10)], {"p": ("orphan_receipt", -10)}, id="names_no_receivable"),
        pytest.param(
            [claim("r", "b", 10, 0, SEP)], [receipt("p", "r", 10)], {}, id="of_an_earlier_receivable"
        ),
        pytest.param(
            [claim("r", "b", 10, 10)],
            [receipt("p", "r", 10), receipt("q", "r", -10), receipt("s", "r", 10)],
            {},
            id="reversed_and_charged_again",
        ),
    ],
)
def test_receivable_receipt(
    breaks: Callable[..., Any], claims: Any, receipts: Any, expected: dict[str, Any]
) -> None:
    tables = {
        "receivable": [claim("ok", "b0", 5, 5), *claims],
        "receipt_allocation": [receipt("okp", "ok", 5), *receipts],
    }
    found = breaks("receivable_receipt", tables)
    assert found == {k: (cause, Decimal(d)) for k, (cause, d) in expected.items()}


def day(number: int) -> date:
    return date(2026, 10, number)


@pytest.mark.parametrize(
    ("receipts", "entries", "expected"),
    [
        pytest.param(
            [receipt("p", "r", 4, day(2)), receipt("q", "r", 6, day(2))],
            [entry("e", "C1", day(2), 10)],
            {},
            id="agrees",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C1", day(2), 10), entry("f", "C1", day(2), 99, item="receivable")],
            {},
            id="other_items",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C1", day(2), 12), entry("f", "C1", day(2), 0, 2)],
            {},
            id="credit_less_debit",
        ),
        pytest.param([receipt("p", "r", 10, day(2))], [], {"C1|2026-10-02": ("unposted", 10)}, id="unposted"),
        pytest.param(
            [],
            [entry("e", "C1", day(2), 10)],
            {"C1|2026-10-02": ("posted_without_receipt", -10)},
            id="without_receipt",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C1", day(2), 9)],
            {"C1|2026-10-02": ("amount_mismatch", 1)},
            id="amount_mismatch",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C2", day(2), 10)],
            {"C1|2026-10-02": ("unposted", 10), "C2|2026-10-02": ("posted_without_receipt", -10)},
            id="another_unit",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C1", day(5), 10)],
            {"C1|2026-10-02": ("posted_late", 10), "C1|2026-10-05": ("posted_late", -10)},
            id="posted_late",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2)), receipt("q", "r", 7, day(3))],
            [entry("e", "C1", day(3), 17)],
            {"C1|2026-10-02": ("posted_late", 10), "C1|2026-10-03": ("posted_late", -10)},
            id="posted_with_the_next_day",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2))],
            [entry("e", "C1", day(6), 10)],
            {"C1|2026-10-02": ("unposted", 10), "C1|2026-10-06": ("posted_without_receipt", -10)},
            id="too_late",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(5))],
            [entry("e", "C1", day(2), 10)],
            {"C1|2026-10-05": ("unposted", 10), "C1|2026-10-02": ("posted_without_receipt", -10)},
            id="posted_before",
        ),
        pytest.param(
            [receipt("p", "r", 10, date(2026, 9, 30))],
            [entry("e", "C1", day(1), 10)],
            {"C1|2026-10-01": ("posted_late", -10)},
            id="received_the_month_before",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2)), receipt("q", "r", 10, day(3))],
            [entry("e", "C1", day(4), 10)],
            {
                "C1|2026-10-02": ("unposted", 10),
                "C1|2026-10-03": ("posted_late", 10),
                "C1|2026-10-04": ("posted_late", -10),
            },
            id="one_posting_settles_one_day",
        ),
        pytest.param(
            [receipt("p", "r", 10, day(2), account="A9")],
            [],
            {"|2026-10-02": ("unposted", 10)},
            id="nobody_s_account",
        ),
    ],
)
def test_receipt_ledger(
    breaks: Callable[..., Any], receipts: Any, entries: Any, expected: dict[str, Any]
) -> None:
    tables = {
        "receipt_allocation": [receipt("ok", "r", 5, day(20)), *receipts],
        "ledger_entry": [entry("oke", "C1", day(20), 5), *entries],
    }
    found = breaks("receipt_ledger", tables, parameters={"receipt_ledger.late_days": 3})
    assert found == {k: (cause, Decimal(d)) for k, (cause, d) in expected.items()}
