"""Faults of billing and collection (audit area 2.4).

Belongs here: what goes wrong between the reading and the receivable, and with damages and adjustments.
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
    accounts,
)
from wattledger.demo.faults.wrong_bills import on_the_bill
from wattledger.sql import sql_text

_RECEIVABLES: Final = "SELECT r.* FROM receivable r JOIN victim USING (account_id)"
_PAID: Final = "i IN (SELECT i FROM due WHERE pays AND bill_amount > 50)"
_LINES: Final = "SELECT account_id FROM bill_line GROUP BY account_id HAVING"
_TRUNCATED: Final = "trunc(quantity * price, 2)::DECIMAL(18, 2)"


def _adjusted(amount: str, approver: str = "staff_no(c, 8300)", times: int = 1) -> dict[str, str]:
    return {
        "bills": sql_text(__package__, "adjusted", bill=BILL, amount=amount, approver=approver, times=times)
    }


FAULTS: Final = (
    Fault(
        name="usage_wrongly_multiplied",
        note="usage of the reading 150 kWh too high, and billed so",
        victims=accounts("shops", 0, "monthly_kwh > 1000"),
        changes={
            "readings": f"UPDATE meter_reading SET usage_kwh = usage_kwh + 150 WHERE {NOW} AND {THEIRS}"
        },
        costs={
            "BIL-02a": f"SELECT reading_id, account_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"
        },
    ),
    Fault(
        name="billed_more_than_read",
        note="120 kWh billed that no meter shows",
        victims=accounts("homes", 6),
        changes={
            "billed": f"""
                UPDATE billing_rating_register SET usage = usage + 120 WHERE register = 'total' AND {THEIR_BILLS}"""
        },
        costs={
            "BIL-02b": f"SELECT account_id, 'electricity' AS commodity, {MONTH} AS billing_month FROM victim"
        },
        breaks=(
            Break(
                "reading_bill",
                "unexplained",
                f"SELECT account_id || '|' || {MONTH} || '|' || {METER} AS business_key, org_id, account_id, "
                "-120 AS difference FROM victim",
            ),
        ),
        count=5,
    ),
    Fault(
        name="billed_twice",
        note="the month was billed a second time under another number",
        victims=accounts("unpaid", 4, "NOT tou"),
        changes={"bills": sql_text(__package__, "billed_twice", bill=BILL)},
        finds={
            "BIL-12": f"SELECT bill_id, bill_amount FROM bill WHERE bill_id IN (SELECT {BILL} || 'D' FROM victim)"
        },
        breaks=(
            Break(
                "reading_bill",
                "billed_twice",
                f"SELECT v.account_id || '|' || {MONTH} || '|' || {METER} AS business_key, v.org_id, v.account_id, "
                f"-usage_kwh AS difference FROM victim v JOIN bill ON bill_id = {BILL} || 'D'",
            ),
        ),
    ),
    on_the_bill(
        "fund_missed",
        ("BIL-01", "missing_component"),
        accounts("shops_by_time", 8, "monthly_kwh > 500"),
        f"DELETE FROM bill_line WHERE charge_component = 'fund_renewable' AND {THEIR_BILLS}",
        "a fund was not charged, and is not in the bill's amount",
    ),
    on_the_bill(
        "amounts_truncated",
        ("BIL-01", "rounding"),
        accounts(
            "shops_by_time",
            1,
            f"i NOT IN (SELECT i FROM adjusted) AND account_id IN ({_LINES} sum(line_amount - {_TRUNCATED}) > 0.02)",
        ),
        f"UPDATE bill_line SET line_amount = {_TRUNCATED} WHERE {THEIR_BILLS}",
        "every line cut off after the fen, not rounded",
    ),
    on_the_bill(
        "line_miscalculated",
        ("BIL-01", "arithmetic"),
        accounts("shops", 2),
        f"""UPDATE bill_line SET line_amount = line_amount + 12 WHERE charge_component = 'transmission_distribution'
            AND {THEIR_BILLS}""",
        "a line is 12 yuan more than its quantity times its price",
    ),
    on_the_bill(
        "sun_bought_too_dear",
        ("BIL-01", "unexplained"),
        accounts(
            "roofs",
            0,
            f"{NO_INVOICE} AND account_id IN ({_LINES} bool_or(charge_component = 'feed_in' AND quantity > 20))",
        ),
        f"""UPDATE bill_line SET price = 0.4153, line_amount = -round(quantity * 0.4153, 2)
            WHERE charge_component = 'feed_in' AND {THEIR_BILLS}""",
        "energy of a roof paid at 0.4153 instead of 0.3915",
        2,
    ),
    Fault(
        name="tariff_code_unknown",
        note="the files name a tariff that no catalogue knows",
        victims=accounts("shops", 3),
        changes={
            "billed": f"""
                UPDATE usage_point SET tariff_code = 'C9' WHERE {THEIRS};
                UPDATE customer_account SET tariff_code = 'C9' WHERE {THEIRS}"""
        },
        finds={"BIL-01b": f"SELECT {BILL} AS bill_id FROM victim"},
        count=2,
    ),
    Fault(
        name="bill_line_lost",
        note="the line of a fund is missing, the bill's amount is right",
        victims=accounts("shops_by_time", 10),
        changes={"bills": f"DELETE FROM bill_line WHERE charge_component = 'fund_reservoir' AND {THEIRS}"},
        finds={
            "BIL-03a": f"""
                SELECT bill_id, bill_amount, bill_amount AS expected_amount FROM bill WHERE {THEIR_BILLS}"""
        },
    ),
    Fault(
        name="bill_rounded_up",
        note="the bill's amount is 8.80 yuan above its lines; receivable and receipt follow the bill",
        victims=accounts("homes_by_time", 1),
        changes={"bills": f"UPDATE bill SET bill_amount = bill_amount + 8.80 WHERE {THEIR_BILLS}"},
        finds={
            "BIL-03a": "SELECT bill_id, bill_amount, bill_amount - 8.80 AS expected_amount FROM bill "
            f"WHERE {THEIR_BILLS}"
        },
        count=2,
    ),
    Fault(
        name="receivable_too_low",
        note="the receivable is 30 yuan below the bill; receipts follow the receivable",
        victims=accounts("shops", 5, "monthly_kwh > 1000"),
        changes={"due": f"UPDATE due SET bill_amount = bill_amount - 30 WHERE {OF_THEM}"},
        finds={
            "BIL-03b": f"""
                SELECT bill_id, bill_amount, bill_amount - 30 AS receivable_amount FROM bill WHERE {THEIR_BILLS}"""
        },
        breaks=(
            Break(
                "bill_receivable",
                "amount_mismatch",
                f"SELECT {BILL} AS business_key, org_id, account_id, 30 AS difference FROM victim",
            ),
        ),
    ),
    Fault(
        name="receivable_lost",
        note="billed, and never entered as a receivable",
        victims=accounts("homes", 2, NO_INVOICE),
        changes={"due": f"DELETE FROM due WHERE {OF_THEM}"},
        finds={
            "BIL-03b": f"SELECT bill_id, bill_amount, 0 AS receivable_amount FROM bill WHERE {THEIR_BILLS}",
        },
        breaks=(
            Break(
                "bill_receivable",
                "missing_receivable",
                f"SELECT bill_id AS business_key, org_id, account_id, bill_amount AS difference "
                f"FROM victim JOIN bill USING (account_id) WHERE {NOW}",
            ),
        ),
        count=2,
    ),
    Fault(
        name="damages_not_collected",
        note="paid eight days late, no damages collected",
        victims=accounts("homes", 11, _PAID),
        changes={
            "money": """
                UPDATE receivable r SET late_from_on = paid_on - 7 FROM victim v JOIN due USING (i)
                WHERE r.account_id = v.account_id"""
        },
        finds={
            "BIL-04a": "SELECT receivable_id, received_on FROM receipt_allocation JOIN victim USING (account_id)"
        },
    ),
    Fault(
        name="damages_not_accrued",
        note="overdue since the 24th and unpaid, no damages entered",
        victims=accounts("unpaid", 0, "i IN (SELECT i FROM due WHERE bill_amount > 20)"),
        changes={"money": f"UPDATE receivable SET late_from_on = getvariable('month') + 23 WHERE {THEIRS}"},
        finds={
            "BIL-04b": _RECEIVABLES,
            # Few receivables fall due within the month; what is open of them, weighs unless the unit collected much.
            "BIL-08": f"""
                SELECT org_id, {MONTH} AS month, sum(receivable_amount) AS due_amount,
                    sum(received_amount) AS received_amount
                FROM receivable
                WHERE late_from_on < getvariable('month') + INTERVAL 1 MONTH AND settle_status <> 'written_off'
                GROUP BY org_id HAVING sum(received_amount) < sum(receivable_amount) * 0.999
                    AND org_id IN (SELECT org_id FROM victim)""",
        },
    ),
    Fault(
        name="damages_waived_alone",
        note="damages waived, nobody approved it",
        victims=accounts("homes", 12, _PAID),
        changes={
            "money": f"""
                UPDATE receivable SET late_payment_amount = 6.40, late_payment_waived_amount = 6.40
                WHERE {THEIRS}"""
        },
        finds={"BIL-05": _RECEIVABLES},
    ),
    Fault(
        name="adjusted_again_and_again",
        note="three adjustments in one month",
        victims=accounts("homes", 13, "i NOT IN (SELECT i FROM adjusted)"),
        changes=_adjusted("-15.20", times=3),
        finds={
            "BIL-06a": "SELECT account_id, year(getvariable('month')) AS adjusted_year, -45.60 AS adjusted_amount "
            "FROM victim"
        },
    ),
    Fault(
        name="large_adjustment",
        note="a refund of 18,000 yuan",
        victims=accounts("works_of_one_part", 1),
        changes=_adjusted("-18000"),
        finds={
            "BIL-06b": "SELECT 'RSX' || i || '-1' AS adjustment_id, -18000 AS adjustment_amount FROM victim"
        },
        count=2,
    ),
    Fault(
        name="adjustment_self_approved",
        note="entered and approved by the same biller",
        victims=accounts("homes", 14, "i NOT IN (SELECT i FROM adjusted)"),
        changes=_adjusted("-66.50", approver="staff_no(c, 4000)"),
        finds={
            "BIL-06c": "SELECT 'RSX' || i || '-1' AS adjustment_id, -66.50 AS adjustment_amount FROM victim"
        },
    ),
    Fault(
        name="reversal_does_not_cancel",
        note="the reversal cancels 10 yuan less than was billed",
        victims=accounts("reissued", 0),
        changes={
            "bills": f"""
                UPDATE bill SET bill_amount = bill_amount + 10 WHERE bill_id IN (SELECT {BILL} || 'R' FROM victim);
                UPDATE bill_line SET line_amount = line_amount + 10
                WHERE bill_id IN (SELECT {BILL} || 'R' FROM victim)"""
        },
        finds={
            "BIL-07": f"""
                SELECT o.bill_id AS original_bill_id, o.bill_amount AS original_amount, r.bill_amount AS reversed_amount
                FROM bill o JOIN bill r ON r.bill_id = o.bill_id || 'R' WHERE o.{THEIR_BILLS}"""
        },
        count=2,
    ),
)
