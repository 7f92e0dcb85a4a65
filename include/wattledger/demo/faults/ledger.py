"""Faults between billing and finance (audit area 2.8): tills, bank, invoices.

Belongs here: what happens to money after the payment. Faults that show as breaks of the reconciliation, too, stand in
``breaks``.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import MONTH, NO_INVOICE, OF_THEM, THEIRS, Fault, Pool, accounts
from wattledger.sql import sql_text

_UNIT_MONTH: Final = f"SELECT org_id, {MONTH} AS month FROM victim"
_LARGE: Final = "i IN (SELECT i FROM due WHERE pays AND NOT in_parts AND bill_amount >= 100000)"


def _payment(part: int, amount: str) -> str:
    return f"""
        SELECT 'P' || strftime(paid_on, '%Y%m%d') || lpad(i::TEXT, 8, '0') || '{part}' AS payment_id,
            bill_amount AS {amount}
        FROM victim JOIN due USING (i)"""


def _deposits(share: int, condition: str) -> Pool:
    """Deposits, but those that hold little more than a slip and its correction."""
    return Pool(
        "deposits",
        share,
        f"""
        SELECT deposit_id AS victim_key, * FROM bank_deposit
        WHERE draw(deposit_id, 'kept', 8) = {share} AND ({condition})
            AND deposit_id IN (SELECT deposit_id FROM sound_money GROUP BY deposit_id HAVING sum(amount) > 300)""",
    )


def _invoices(share: int) -> Pool:
    """Invoices, but the first and the last of a unit, and those of units of which many are voided."""
    return Pool(
        "invoices",
        share,
        f"""
        SELECT invoice_id AS victim_key, invoice.*, invoice_batch AS batch_no, invoice_no AS missing_from FROM invoice
        WHERE draw(invoice_id, 'kept', 4) = {share} AND org_id NOT IN (SELECT org_id FROM kept_unit WHERE share = 0)
            AND invoice_id NOT IN (SELECT unnest([min(invoice_id), max(invoice_id)]) FROM invoice GROUP BY org_id)""",
    )


def _less_banked(amount: int) -> dict[str, str]:
    return {
        "money": f"""
            UPDATE bank_deposit SET deposit_amount = deposit_amount - {amount}
                WHERE deposit_id IN (SELECT deposit_id FROM victim);
            UPDATE ledger_entry SET debit_amount = debit_amount - if(debit_amount > 0, {amount}, 0),
                credit_amount = credit_amount - if(credit_amount > 0, {amount}, 0)
                WHERE source_ref IN (SELECT deposit_id FROM victim)"""
    }


def _booked_otherwise(amount: int) -> dict[str, str]:
    return {
        "money": f"""
            UPDATE ledger_entry SET debit_amount = debit_amount + if(debit_amount > 0, {amount}, 0),
                credit_amount = credit_amount + if(credit_amount > 0, {amount}, 0)
            WHERE voucher_no IN (SELECT voucher_no FROM victim)"""
    }


FAULTS: Final = (
    Fault(
        name="receivables_booked_too_high",
        note="finance booked 1,000 yuan more than was billed",
        victims=Pool(
            "vouchers_of_receivables",
            0,
            "SELECT voucher_no AS victim_key, * FROM ledger_entry WHERE ledger_item = 'receivable'",
        ),
        changes=_booked_otherwise(1000),
        finds={"LED-01": _UNIT_MONTH},
    ),
    Fault(
        name="deposit_short",
        note="150 yuan of the POS receipts did not reach the bank",
        victims=_deposits(0, "deposit_kind = 'non_cash' AND cashier_staff_id IS NOT NULL"),
        changes=_less_banked(150),
        finds={
            "LED-02a": "SELECT deposit_id, deposit_amount - 150 AS deposit_amount, deposit_amount AS collected_amount "
            "FROM victim"
        },
    ),
    Fault(
        name="bank_booked_too_low",
        note="finance booked 80 yuan less than arrived at the bank",
        victims=Pool(
            "deposits",
            1,
            "SELECT source_ref AS victim_key, * FROM ledger_entry WHERE ledger_item = 'bank' AND debit_amount > 0 "
            f"AND source_ref IN (SELECT deposit_id FROM ({_deposits(1, 'TRUE').candidates}))",
        ),
        changes=_booked_otherwise(-80),
        finds={"LED-02b": _UNIT_MONTH},
        count=2,
    ),
    Fault(
        name="cash_banked_next_day",
        note="cash was not taken to the bank on its day",
        victims=_deposits(2, "deposit_kind = 'cash'"),
        changes={
            "money": """
                UPDATE bank_deposit SET deposited_on = bank_arrived_on
                WHERE deposit_id IN (SELECT deposit_id FROM victim)"""
        },
        finds={
            "LED-03": "SELECT cashier_staff_id AS collector, deposited_on AS charged_on, deposit_kind FROM victim"
        },
        count=4,
    ),
    Fault(
        name="online_money_late",
        note="online receipts reached the bank three days late",
        victims=_deposits(3, "deposit_id LIKE '%N' AND day(bank_arrived_on) < 22"),
        changes={
            "money": """
                UPDATE bank_deposit SET deposited_on = deposited_on + 3, bank_arrived_on = bank_arrived_on + 3
                WHERE deposit_id IN (SELECT deposit_id FROM victim);
                UPDATE ledger_entry SET posted_on = posted_on + 3 WHERE source_ref IN (SELECT deposit_id FROM victim)"""
        },
        finds={
            "LED-03": "SELECT org_id AS collector, deposited_on - 1 AS charged_on, deposit_kind FROM victim"
        },
        count=2,
    ),
    Fault(
        name="paid_out_of_the_till",
        note="200 yuan of the day's cash was spent and not banked",
        victims=_deposits(4, "deposit_kind = 'cash'"),
        changes=_less_banked(200),
        finds={"LED-04": "SELECT cashier_staff_id AS cashier, deposited_on FROM victim"},
        count=4,
    ),
    Fault(
        name="deposit_in_transit",
        note="never arrived at the bank",
        victims=_deposits(5, "day(deposited_on) < 20"),
        changes={
            "money": """
                UPDATE bank_deposit SET bank_arrived_on = NULL, deposit_status = 'in_transit'
                WHERE deposit_id IN (SELECT deposit_id FROM victim);
                DELETE FROM ledger_entry WHERE source_ref IN (SELECT deposit_id FROM victim)"""
        },
        finds={"LED-05": "SELECT deposit_id, deposit_amount, NULL AS bank_arrived_on FROM victim"},
    ),
    Fault(
        name="huge_pos_receipt",
        note="a month's bill of a works paid at the counter",
        victims=accounts("works_by_contract", 1, _LARGE),
        changes={"due": f"UPDATE due SET settle_method = 'pos' WHERE {OF_THEM}"},
        finds={"LED-06": _payment(1, "payment_amount")},
        count=2,
    ),
    Fault(
        name="huge_reversal",
        note="a transfer of 100,000 yuan and more, reversed and entered again",
        victims=accounts("works_by_contract", 2, _LARGE),
        changes={"due": f"UPDATE due SET slip = TRUE WHERE {OF_THEM}"},
        finds={"LED-07": _payment(2, "returned_amount")},
        count=2,
    ),
    Fault(
        name="cash_reversed_later",
        note="cash taken at the counter, reversed the next day",
        victims=accounts(
            "homes",
            21,
            f"{NO_INVOICE} AND i IN (SELECT i FROM due WHERE pays AND settle_method = 'cash' AND day(paid_on) < 24)",
        ),
        changes={"due": f"UPDATE due SET slip = TRUE, slip_days = 1 WHERE {OF_THEM}"},
        finds={"LED-08": _payment(2, "reversed_amount")},
    ),
    Fault(
        name="damages_not_booked",
        note="damages collected, 5 yuan of them not booked as income",
        victims=Pool(
            "vouchers_of_damages",
            0,
            """
            SELECT voucher_no AS victim_key, * FROM ledger_entry l
                SEMI JOIN (SELECT org_id, paid_on FROM sound_money GROUP BY ALL HAVING sum(damages) > 5) s
                    ON s.org_id = l.org_id AND s.paid_on = l.posted_on
            WHERE ledger_item = 'late_payment'""",
        ),
        changes={
            "money": """
                UPDATE ledger_entry SET credit_amount = credit_amount - 5
                WHERE ledger_item = 'late_payment' AND voucher_no IN (SELECT voucher_no FROM victim)"""
        },
        finds={"LED-09": _UNIT_MONTH},
        count=2,
    ),
    Fault(
        name="written_off_alone",
        note="written off, nobody approved it",
        victims=accounts("unpaid", 1, "i IN (SELECT i FROM due WHERE bill_amount > 0)"),
        changes={"money": f"UPDATE receivable SET settle_status = 'written_off' WHERE {THEIRS}"},
        finds={"LED-10": "SELECT r.* FROM receivable r JOIN victim USING (account_id)"},
    ),
    Fault(
        name="invoice_number_missing",
        note="a number between two used ones is missing",
        victims=_invoices(0),
        changes={"money": "DELETE FROM invoice WHERE invoice_id IN (SELECT invoice_id FROM victim)"},
        finds={"LED-11a": "FROM victim"},
    ),
    Fault(
        name="invoice_voided_after_payment",
        note="voided two days after the payment, which stands",
        victims=_invoices(1),
        changes={
            "money": """
                UPDATE invoice SET invoice_status = 'voided', voided_on = printed_on + 2
                WHERE invoice_id IN (SELECT invoice_id FROM victim)"""
        },
        finds={
            "LED-11b": "FROM victim",
            # In a unit with few invoices, one void is more than two in a thousand.
            "LED-11c": f"""
                SELECT org_id, {MONTH} AS month FROM invoice GROUP BY org_id
                HAVING count(*) FILTER (invoice_status = 'voided') * 500 >= count(*)
                    AND org_id IN (SELECT org_id FROM victim)""",
        },
    ),
    Fault(
        name="invoices_voided_in_plenty",
        note="one invoice in a hundred voided and issued again",
        victims=Pool(
            "units",
            0,
            "SELECT org_id AS victim_key, org_id, max(invoice_no) AS last_no FROM invoice "
            "JOIN kept_unit USING (org_id) WHERE share = 0 GROUP BY org_id",
        ),
        changes={"money": sql_text(__package__, "invoices_voided_in_plenty")},
        finds={"LED-11c": _UNIT_MONTH},
        count=1,
    ),
)
