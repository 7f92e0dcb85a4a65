"""Faults between billing and finance (audit area 2.8): tills, bank, invoices.

Belongs here: what happens to money after the payment. Faults that show as breaks of the reconciliation, too, stand in
``faults_breaks``.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import MONTH, OF_THEM, THEIRS, Fault, accounts

_PAYMENT: Final = """
    SELECT 'P' || strftime(paid_on, '%Y%m%d') || lpad(i::TEXT, 8, '0') || '{part}' FROM victim JOIN due USING (i)"""


def _deposits(condition: str) -> str:
    """Candidates among the deposits, but those that hold little more than a slip and its correction."""
    return (
        f"SELECT deposit_id AS victim_key, * FROM bank_deposit WHERE deposit_amount > 300 AND ({condition})"
    )


_LESS_BANKED: Final = """
    UPDATE bank_deposit SET deposit_amount = deposit_amount - {amount}
        WHERE deposit_id IN (SELECT deposit_id FROM victim);
    UPDATE ledger_entry SET debit_amount = debit_amount - if(debit_amount > 0, {amount}, 0),
        credit_amount = credit_amount - if(credit_amount > 0, {amount}, 0)
            WHERE source_ref IN (SELECT deposit_id FROM victim)"""

_BOOKED_OTHERWISE: Final = """
    UPDATE ledger_entry SET debit_amount = debit_amount + if(debit_amount > 0, {amount}, 0),
        credit_amount = credit_amount + if(credit_amount > 0, {amount}, 0)
    WHERE voucher_no IN (SELECT voucher_no FROM victim)"""

FAULTS: Final = (
    Fault(
        name="receivables_booked_too_high",
        note="finance booked 1,000 yuan more than was billed",
        victims="SELECT voucher_no AS victim_key, * FROM ledger_entry WHERE ledger_item = 'receivable'",
        changes={"08_money": _BOOKED_OTHERWISE.format(amount="1000")},
        finds={"LED-01": f"SELECT org_id || '|' || {MONTH} FROM victim"},
    ),
    Fault(
        name="deposit_short",
        note="150 yuan of the POS receipts did not reach the bank",
        victims=_deposits("deposit_kind = 'non_cash' AND cashier_staff_id IS NOT NULL"),
        changes={"08_money": _LESS_BANKED.format(amount=150)},
        finds={"LED-02a": "SELECT deposit_id FROM victim"},
    ),
    Fault(
        name="bank_booked_too_low",
        note="finance booked 80 yuan less than arrived at the bank",
        victims="SELECT source_ref AS victim_key, * FROM ledger_entry WHERE ledger_item = 'bank' "
        "AND debit_amount > 300",
        changes={"08_money": _BOOKED_OTHERWISE.format(amount="-80")},
        finds={"LED-02b": f"SELECT org_id || '|' || {MONTH} FROM victim"},
        count=2,
    ),
    Fault(
        name="cash_banked_next_day",
        note="cash was not taken to the bank on its day",
        victims=_deposits("deposit_kind = 'cash'"),
        changes={
            "08_money": """
                UPDATE bank_deposit SET deposited_on = bank_arrived_on
                    WHERE deposit_id IN (SELECT deposit_id FROM victim)"""
        },
        finds={"LED-03": "SELECT cashier_staff_id || '|' || deposited_on || '|cash' FROM victim"},
        count=4,
    ),
    Fault(
        name="online_money_late",
        note="online receipts reached the bank three days late",
        victims=_deposits("deposit_id LIKE '%N' AND day(bank_arrived_on) < 22"),
        changes={
            "08_money": """
                UPDATE bank_deposit SET deposited_on = deposited_on + 3, bank_arrived_on = bank_arrived_on + 3
                WHERE deposit_id IN (SELECT deposit_id FROM victim);
                UPDATE ledger_entry SET posted_on = posted_on + 3 WHERE source_ref IN (SELECT deposit_id FROM victim)"""
        },
        finds={"LED-03": "SELECT org_id || '|' || (deposited_on - 1) || '|non_cash' FROM victim"},
        count=2,
    ),
    Fault(
        name="paid_out_of_the_till",
        note="200 yuan of the day's cash was spent and not banked",
        victims=_deposits("deposit_kind = 'cash'"),
        changes={"08_money": _LESS_BANKED.format(amount=200)},
        finds={"LED-04": "SELECT cashier_staff_id || '|' || deposited_on FROM victim"},
        count=4,
    ),
    Fault(
        name="deposit_in_transit",
        note="never arrived at the bank",
        victims=_deposits("day(deposited_on) < 20"),
        changes={
            "08_money": """
                UPDATE bank_deposit SET bank_arrived_on = NULL, deposit_status = 'in_transit'
                WHERE deposit_id IN (SELECT deposit_id FROM victim);
                DELETE FROM ledger_entry WHERE source_ref IN (SELECT deposit_id FROM victim)"""
        },
        finds={"LED-05": "SELECT deposit_id FROM victim"},
    ),
    Fault(
        name="huge_pos_receipt",
        note="a month's bill of a works paid at the counter",
        victims=accounts(
            "class = 'hv' AND i IN (SELECT i FROM due WHERE pays AND NOT in_parts AND bill_amount >= 100000)"
        ),
        changes={"07_due": f"UPDATE due SET settle_method = 'pos' WHERE {OF_THEM}"},
        finds={"LED-06": _PAYMENT.format(part=1)},
        count=2,
    ),
    Fault(
        name="huge_reversal",
        note="a transfer of 100,000 yuan and more, reversed and entered again",
        victims=accounts(
            "class = 'hv' AND i IN (SELECT i FROM due WHERE pays AND NOT in_parts AND bill_amount >= 100000)"
        ),
        changes={"07_due": f"UPDATE due SET slip = TRUE WHERE {OF_THEM}"},
        finds={"LED-07": _PAYMENT.format(part=2)},
        count=2,
    ),
    Fault(
        name="cash_reversed_later",
        note="cash taken at the counter, reversed the next day",
        victims=accounts(
            "i IN (SELECT i FROM due WHERE pays AND damages = 0 AND settle_method = 'cash' AND day(paid_on) < 24)"
        ),
        changes={"07_due": f"UPDATE due SET slip = TRUE, slip_days = 1 WHERE {OF_THEM}"},
        finds={"LED-08": _PAYMENT.format(part=2)},
    ),
    Fault(
        name="damages_not_booked",
        note="damages collected, 5 yuan of them not booked as income",
        victims="SELECT voucher_no AS victim_key, * FROM ledger_entry "
        "WHERE ledger_item = 'late_payment' AND credit_amount > 5",
        changes={
            "08_money": """
                UPDATE ledger_entry SET credit_amount = credit_amount - 5
                WHERE ledger_item = 'late_payment' AND voucher_no IN (SELECT voucher_no FROM victim)"""
        },
        finds={"LED-09": f"SELECT org_id || '|' || {MONTH} FROM victim"},
        count=2,
    ),
    Fault(
        name="written_off_alone",
        note="written off, nobody approved it",
        victims=accounts("i IN (SELECT i FROM due WHERE NOT pays AND bill_amount > 0)"),
        changes={
            "08_money": f"""
                UPDATE receivable SET settle_status = 'written_off' WHERE {THEIRS}"""
        },
        finds={"LED-10": "SELECT receivable_id FROM receivable JOIN victim USING (account_id)"},
    ),
    Fault(
        name="invoice_number_missing",
        note="a number between two used ones is missing",
        victims="""
            SELECT invoice_id AS victim_key, * FROM invoice WHERE invoice_id NOT IN (
                SELECT unnest([min(invoice_id), max(invoice_id)]) FROM invoice GROUP BY org_id)""",
        changes={"08_money": "DELETE FROM invoice WHERE invoice_id IN (SELECT invoice_id FROM victim)"},
        finds={"LED-11a": "SELECT org_id || '|' || invoice_batch || '|' || invoice_no FROM victim"},
    ),
    Fault(
        name="invoice_voided_after_payment",
        note="voided two days after the payment, which stands",
        victims="SELECT invoice_id AS victim_key, * FROM invoice",
        changes={
            "08_money": """
                UPDATE invoice SET invoice_status = 'voided', voided_on = printed_on + 2
                WHERE invoice_id IN (SELECT invoice_id FROM victim)"""
        },
        finds={
            "LED-11b": "SELECT invoice_id FROM victim",
            # In a unit with few invoices, one void is more than two in a thousand.
            "LED-11c": f"""
                SELECT org_id || '|' || {MONTH} FROM invoice GROUP BY org_id
                HAVING count(*) FILTER (invoice_status = 'voided') * 500 >= count(*)
                    AND org_id IN (SELECT org_id FROM victim)""",
        },
    ),
    Fault(
        name="invoices_voided_in_plenty",
        note="one invoice in a hundred voided and issued again",
        victims="SELECT 'voids ' || org_id AS victim_key, org_id, max(invoice_no) AS last_no "
        "FROM invoice GROUP BY org_id",
        changes={
            "08_money": """
                CREATE TABLE voided AS
                SELECT n.*, last_no, row_number() OVER (PARTITION BY org_id ORDER BY invoice_no) AS turn
                FROM invoice n JOIN victim USING (org_id)
                WHERE (draw(invoice_id, 'voided', 100) = 0 OR invoice_no > last_no - 2) AND invoice_status = 'issued';
                UPDATE invoice SET invoice_status = 'voided', voided_on = printed_on
                WHERE invoice_id IN (SELECT invoice_id FROM voided);
                INSERT INTO invoice BY NAME
                SELECT 'F' || org_id || '-' || (last_no + turn) AS invoice_id, org_id, invoice_batch,
                    last_no + turn AS invoice_no,
                    account_id, payment_id, printed_on, invoice_amount, 'issued' AS invoice_status FROM voided"""
        },
        finds={"LED-11c": f"SELECT org_id || '|' || {MONTH} FROM victim"},
        count=1,
    ),
)
