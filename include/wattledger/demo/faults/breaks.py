"""Faults that show where two sides are laid side by side: readings, bills, receivables, receipts, ledger.

Belongs here: kinds that exist for the reconciliation. Their findings, where a rule sees them too, are listed as well.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import (
    BILL,
    METER,
    MONTH,
    NO_INVOICE,
    NOW,
    OF_THEM,
    THEIR_BILLS,
    THEIRS,
    Break,
    Fault,
    Pool,
    accounts,
)
from wattledger.sql import sql_text

_ACCOUNT_MONTH: Final = f"account_id || '|' || {MONTH}"
_METER_MONTH: Final = f"{_ACCOUNT_MONTH} || '|' || {METER}"
_BIL_02B_COSTS: Final = {
    "BIL-02b": f"SELECT account_id, 'electricity' AS commodity, {MONTH} AS billing_month FROM victim"
}
_BILL_BEFORE: Final = BILL.replace("getvariable('month')", "(getvariable('month') - INTERVAL 1 MONTH)")
_LED_02C: Final = {"LED-02c": f"SELECT org_id, {MONTH} AS month FROM victim"}


def _kwh(cause: str, difference: str, key: str = _METER_MONTH) -> tuple[Break, ...]:
    """A break of the first link; where one side is missing altogether, its ``key`` names no meter."""
    rows = (
        f"SELECT {key} AS business_key, org_id, account_id, {difference} AS difference "
        "FROM victim JOIN billed b USING (i, account_id, org_id) LEFT JOIN bill USING (bill_id, account_id) "
        "WHERE b.m = 2"
    )
    return (Break("reading_bill", cause, rows),)


def _by_day(cause: str, difference: str, day: str = "posted_on") -> Break:
    rows = (
        f"SELECT org_id || '|' || {day} AS business_key, org_id, NULL AS account_id, {difference} AS difference "
        "FROM victim"
    )
    return Break("receipt_ledger", cause, rows)


def _receipts(pool: str, share: int, condition: str) -> Pool:
    """Vouchers of a day's receipts, without damages.

    Days apart: what is posted two days late, of every fourth day, does not fall on another fault's day, which is odd.
    """
    return Pool(
        pool,
        share,
        f"""
        SELECT voucher_no AS victim_key, * FROM ledger_entry l SEMI JOIN (
            SELECT org_id, paid_on FROM sound_money GROUP BY ALL HAVING sum(amount) > 100 AND sum(damages) = 0
        ) s ON s.org_id = l.org_id AND s.paid_on = l.posted_on
        WHERE ledger_item = 'receipt' AND day(posted_on) BETWEEN 4 AND 20 AND {condition}""",
    )


def _odd_day(share: int, but: str = "", *, apart: bool = False) -> Pool:
    """``apart``: of units that are kept for faults of which the unit's month shows nothing."""
    units = f"org_id {'' if apart else 'NOT '}IN (SELECT org_id FROM kept_unit WHERE share = 3)"
    odd = f"day(posted_on) % 2 = 1 AND draw(voucher_no, 'kept', 4) = {share} AND {units} {but}"
    return _receipts("receipts_of_odd_days", share, odd)


FAULTS: Final = (
    Fault(
        name="never_billed",
        note="read, and not billed",
        victims=accounts("homes", 0, NO_INVOICE),
        changes={
            "billed": f"""
                DELETE FROM billing_rating_bill WHERE {THEIR_BILLS};
                DELETE FROM billing_rating_point WHERE {THEIR_BILLS};
                DELETE FROM billing_rating_register WHERE {THEIR_BILLS}"""
        },
        finds={"BIL-13a": f"SELECT {_ACCOUNT_MONTH} AS business_key FROM victim"},
        breaks=_kwh("missing_bill", "metered_kwh", key=_ACCOUNT_MONTH),
    ),
    Fault(
        name="billed_unread",
        note="billed, and the reading is not there",
        victims=accounts("homes", 1),
        changes={"billed": f"DELETE FROM meter_reading WHERE {NOW} AND {THEIRS}"},
        finds={"BIL-13b": f"SELECT {_ACCOUNT_MONTH} AS business_key FROM victim"},
        breaks=_kwh("missing_reading", "-metered_kwh", key=_ACCOUNT_MONTH),
    ),
    Fault(
        name="billed_without_multiplier",
        note="the bill takes the dial's units for kWh",
        victims=accounts("shops", 7, "ct = 30"),
        changes={
            "billed": f"""
                UPDATE billing_rating_register SET usage = (usage * 100)::BIGINT // 30 * 0.01 WHERE {THEIR_BILLS}"""
        },
        costs=_BIL_02B_COSTS,
        breaks=_kwh("multiplier", "metered_kwh - usage_kwh"),
    ),
    Fault(
        name="loss_not_billed",
        note="transformer loss noted and not billed",
        victims=accounts("works_behind_transformer", 1, "loss_method = 'percent'"),
        changes={
            "billed": f"UPDATE billing_rating_point SET loss_method = NULL WHERE {THEIR_BILLS}",
            "bills": """
                UPDATE bill SET loss_kwh = round(metered_kwh * 0.015, 0) FROM billed b JOIN victim USING (i)
                WHERE b.bill_id = bill.bill_id AND b.m = 2""",
        },
        costs=_BIL_02B_COSTS,
        breaks=_kwh("loss_or_deduction", "loss_kwh"),
        count=2,
    ),
    Fault(
        name="receivable_without_bill",
        note="a receivable of 200 yuan that no bill supports",
        victims=accounts("homes", 3),
        changes={
            "due": f"""
                INSERT INTO due SELECT * REPLACE (bill_id || 'X' AS bill_id,
                    receivable_id || 'X' AS receivable_id, 200 AS bill_amount,
                    FALSE AS pays, 0 AS damages, FALSE AS waived) FROM due WHERE {OF_THEM}"""
        },
        finds={
            "LED-12b": "SELECT receivable_id, receivable_amount FROM receivable JOIN victim USING (account_id) "
            "WHERE receivable_id LIKE '%X'"
        },
        breaks=(
            Break(
                "bill_receivable",
                "missing_bill",
                f"SELECT {BILL} || 'X' AS business_key, org_id, account_id, -200 AS difference FROM victim",
            ),
        ),
    ),
    Fault(
        name="settled_without_receipt",
        note="the receivable says paid, no receipt does",
        victims=accounts("unpaid", 3, "i IN (SELECT i FROM due WHERE bill_amount > 0)"),
        changes={
            "money": f"""
                UPDATE receivable SET received_amount = receivable_amount, settle_status = 'settled'
                WHERE {THEIRS}"""
        },
        finds={
            "LED-14b": "SELECT receivable_id AS business_key, received_amount AS difference "
            "FROM victim JOIN receivable USING (account_id)"
        },
        breaks=(
            Break(
                "receivable_receipt",
                "missing_receipt",
                "SELECT receivable_id AS business_key, v.org_id, account_id, received_amount AS difference "
                "FROM victim v JOIN receivable USING (account_id)",
            ),
        ),
    ),
    Fault(
        name="receipt_for_nothing",
        note="received, and set against no receivable",
        victims=accounts("homes", 4, "i IN (SELECT i FROM due WHERE pays)"),
        changes={
            "money": f"""
                UPDATE receipt_allocation SET receivable_id = NULL WHERE {THEIRS};
                UPDATE receivable SET received_amount = 0, settle_status = 'open' WHERE {THEIRS}"""
        },
        finds={
            "LED-12a": "SELECT receipt_id, received_amount FROM receipt_allocation JOIN victim USING (account_id)"
        },
        breaks=(
            Break(
                "receivable_receipt",
                "orphan_receipt",
                "SELECT receipt_id AS business_key, org_id, account_id, -received_amount AS difference "
                "FROM victim JOIN receipt_allocation USING (account_id)",
            ),
        ),
    ),
    Fault(
        name="received_amount_differs",
        note="the receivable notes 5 yuan less than was received",
        victims=accounts("homes", 5, "i IN (SELECT i FROM due WHERE pays AND bill_amount > 20)"),
        changes={
            "money": f"""
                UPDATE receivable SET received_amount = received_amount - 5, settle_status = 'part'
                WHERE {THEIRS}"""
        },
        finds={
            "LED-14b": "SELECT receivable_id AS business_key, -5 AS difference "
            "FROM victim JOIN receivable USING (account_id)"
        },
        breaks=(
            Break(
                "receivable_receipt",
                "amount_mismatch",
                "SELECT receivable_id AS business_key, v.org_id, account_id, -5 AS difference "
                "FROM victim v JOIN receivable USING (account_id)",
            ),
        ),
    ),
    Fault(
        name="receipts_not_posted",
        note="a day's receipts of the unit are not in the ledger",
        victims=_odd_day(0),
        changes={"money": "DELETE FROM ledger_entry WHERE voucher_no IN (SELECT voucher_no FROM victim)"},
        finds=_LED_02C,
        breaks=(_by_day("unposted", "credit_amount"),),
        count=2,
    ),
    Fault(
        name="receipts_posted_wrongly",
        note="a day's receipts were booked 27 yuan too high",
        victims=_odd_day(1),
        changes={
            "money": """
                UPDATE ledger_entry SET debit_amount = debit_amount + if(debit_amount > 0, 27, 0),
                    credit_amount = credit_amount + if(credit_amount > 0, 27, 0)
                WHERE voucher_no IN (SELECT voucher_no FROM victim)"""
        },
        finds=_LED_02C,
        breaks=(_by_day("amount_mismatch", "-27"),),
        count=2,
    ),
    Fault(
        name="receipts_made_up",
        note="500 yuan of receipts booked on a day without any",
        # One per unit: all of them are booked on one day.
        victims=_odd_day(2, "QUALIFY row_number() OVER (PARTITION BY org_id ORDER BY voucher_no) = 1"),
        changes={"money": sql_text(__package__, "receipts_made_up")},
        finds=_LED_02C,
        breaks=(_by_day("posted_without_receipt", "-500", "(getvariable('month') + 26)"),),
        count=2,
    ),
    Fault(
        name="receipts_posted_late",
        note="a day's receipts were posted two days later",
        victims=_receipts("receipts_of_fourth_days", 0, "day(posted_on) % 4 = 0"),
        changes={
            "money": """
                UPDATE ledger_entry SET posted_on = posted_on + 2 WHERE voucher_no IN (SELECT voucher_no FROM victim)"""
        },
        finds={"LED-15a": "SELECT org_id, posted_on AS received_on FROM victim"},
        breaks=(
            _by_day("posted_late", "credit_amount"),
            _by_day("posted_late", "-credit_amount", "(posted_on + 2)"),
        ),
        count=2,
    ),
    Fault(
        name="receipts_posted_on_another_day",
        note="a day's receipts were posted at the end of the month",
        # One per unit, and in units of whose days nothing else is wrong: the month agrees.
        victims=_odd_day(
            3, "QUALIFY row_number() OVER (PARTITION BY org_id ORDER BY voucher_no) = 1", apart=True
        ),
        changes={
            "money": """
                UPDATE ledger_entry SET posted_on = (getvariable('month') + 27)::DATE
                WHERE voucher_no IN (SELECT voucher_no FROM victim)"""
        },
        finds={"LED-15b": f"SELECT org_id, {MONTH} AS month FROM victim"},
        breaks=(
            _by_day("unposted", "credit_amount"),
            _by_day("posted_without_receipt", "-credit_amount", "(getvariable('month') + 27)"),
        ),
        count=1,
    ),
    Fault(
        name="paid_twice",
        note="the receivable was paid once more by another receipt",
        # After the days of vouchers that are posted wrongly.
        victims=accounts(
            "homes",
            23,
            "i IN (SELECT i FROM due WHERE pays AND NOT slip AND NOT in_parts AND bill_amount > 20 "
            "AND day(paid_on) NOT BETWEEN 4 AND 20)",
        ),
        changes={"money": sql_text(__package__, "paid_twice")},
        finds={
            "LED-14a": "SELECT receivable_id, receivable_amount, 2 * receivable_amount AS received_amount "
            "FROM victim JOIN receivable USING (account_id)"
        },
        breaks=(
            Break(
                "receivable_receipt",
                "amount_mismatch",
                "SELECT receivable_id AS business_key, v.org_id, account_id, -receivable_amount AS difference "
                "FROM victim v JOIN receivable USING (account_id)",
            ),
        ),
    ),
    Fault(
        name="receivable_of_last_month",
        note="last month's bill was entered as a receivable this month",
        victims=accounts("homes", 24, "i IN (SELECT i FROM due WHERE bill_amount > 0)"),
        changes={
            "due": f"""
                INSERT INTO due SELECT d.* REPLACE (b.bill_id AS bill_id, receivable_id || 'L' AS receivable_id,
                    b.bill_amount AS bill_amount, FALSE AS pays, 0 AS damages, FALSE AS waived)
                FROM due AS d JOIN bill AS b USING (account_id)
                WHERE b.billing_month = getvariable('month') - INTERVAL 1 MONTH AND d.{OF_THEM}"""
        },
        finds={"LED-13": f"SELECT {_BILL_BEFORE} AS business_key FROM victim"},
        breaks=(
            Break(
                "bill_receivable",
                "period_shift",
                f"SELECT bill_id AS business_key, v.org_id, account_id, -bill_amount AS difference "
                f"FROM victim v JOIN bill USING (account_id) WHERE bill_id = {_BILL_BEFORE}",
            ),
        ),
    ),
)
