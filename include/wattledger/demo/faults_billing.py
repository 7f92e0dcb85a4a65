"""Faults of billing and collection (audit area 2.4).

Belongs here: what goes wrong between the reading and the receivable, and with damages and adjustments.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import BILL, METER, MONTH, NOW, OF_THEM, THEIRS, Break, Fault, accounts

_SHOP: Final = "tariff_code = 'C1' AND plain AND monthly_kwh > 1000"
_RECEIVABLES: Final = "SELECT receivable_id FROM receivable JOIN victim USING (account_id)"

_UNPAID: Final = accounts("account_id IN (SELECT account_id FROM due WHERE NOT pays AND bill_amount > 20)")
_PAID: Final = accounts(
    "class <> 'hv' AND account_id IN (SELECT account_id FROM due WHERE pays AND damages = 0 AND bill_amount > 50)"
)

_ADJUSTMENT: Final = """
    INSERT INTO billing_adjustment BY NAME
    SELECT 'RSX' || i || '-' || n AS adjustment_id, account_id, {bill} AS bill_id,
        getvariable('month') + 9 + n::INTEGER AS adjusted_on, 'reading' AS cause,
        0 AS adjustment_kwh, {amount} AS adjustment_amount,
        staff_no(c, 4000) AS entered_by, {approver} AS approved_by
    FROM victim, range(1, {end}) AS t (n)"""

FAULTS: Final = (
    Fault(
        name="usage_wrongly_multiplied",
        note="usage of the reading 150 kWh too high, and billed so",
        victims=accounts(_SHOP),
        changes={
            "04_readings": f"""
                UPDATE meter_reading SET usage_kwh = usage_kwh + 150
                WHERE {NOW} AND {THEIRS}""",
        },
        costs={
            "BIL-02a": f"SELECT reading_id, account_id FROM meter_reading JOIN victim USING (account_id) WHERE {NOW}"
        },
    ),
    Fault(
        name="billed_more_than_read",
        note="120 kWh billed that no meter shows",
        victims=accounts("tariff_code IN ('C1', 'R1') AND plain"),
        changes={
            "05_billed": f"""
                UPDATE billing_rating_register SET usage = usage + 120
                WHERE register = 'total' AND bill_id IN (SELECT {BILL} FROM victim)"""
        },
        costs={"BIL-02b": f"SELECT account_id || '|electricity|' || {MONTH}, account_id FROM victim"},
        breaks=(
            Break(
                "reading_bill",
                "usage_mismatch",
                f"SELECT account_id || '|' || {MONTH} || '|' || {METER} AS business_key, org_id, account_id, "
                "-120 AS difference FROM victim",
            ),
        ),
        count=5,
    ),
    Fault(
        name="bill_line_lost",
        note="the line of a fund is missing, the bill's amount is right",
        victims=accounts("class <> 'lv_residential'"),
        changes={
            "06_bills": f"DELETE FROM bill_line WHERE charge_component = 'fund_reservoir' AND {THEIRS}",
        },
        finds={"BIL-03a": f"SELECT {BILL} FROM victim"},
    ),
    Fault(
        name="bill_rounded_up",
        note="the bill's amount is 8.80 yuan above its lines; receivable and receipt follow the bill",
        victims=accounts("class = 'lv_residential'"),
        changes={
            "06_bills": f"UPDATE bill SET bill_amount = bill_amount + 8.80 WHERE bill_id IN (SELECT {BILL} FROM victim)"
        },
        finds={"BIL-03a": f"SELECT {BILL} FROM victim"},
        count=2,
    ),
    Fault(
        name="receivable_too_low",
        note="the receivable is 30 yuan below the bill; receipts follow the receivable",
        victims=accounts(f"{_SHOP} AND i IN (SELECT i FROM due WHERE NOT is_late)"),
        changes={"07_due": f"UPDATE due SET bill_amount = bill_amount - 30 WHERE {OF_THEM}"},
        finds={"BIL-03b": f"SELECT {BILL} FROM victim"},
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
        victims=accounts("class <> 'hv'"),
        changes={"07_due": f"DELETE FROM due WHERE {OF_THEM}"},
        finds={"BIL-03b": f"SELECT {BILL} FROM victim"},
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
        victims=_PAID,
        changes={
            "08_money": """
                UPDATE receivable r SET late_from_on = paid_on - 7 FROM victim v JOIN due USING (i)
                WHERE r.account_id = v.account_id"""
        },
        finds={
            "BIL-04a": "SELECT receivable_id || '|' || received_on FROM receipt_allocation "
            "JOIN victim USING (account_id)"
        },
    ),
    Fault(
        name="damages_not_accrued",
        note="overdue since the 24th and unpaid, no damages entered",
        victims=_UNPAID,
        changes={
            "08_money": f"UPDATE receivable SET late_from_on = getvariable('month') + 23 WHERE {THEIRS}",
        },
        finds={
            "BIL-04b": _RECEIVABLES,
            # Few receivables fall due within the month; what is open of them, weighs unless the unit collected much.
            "BIL-08": f"""
                SELECT org_id || '|' || {MONTH} FROM receivable
                WHERE late_from_on < getvariable('month') + INTERVAL 1 MONTH AND settle_status <> 'written_off'
                GROUP BY org_id HAVING sum(received_amount) < sum(receivable_amount) * 0.999
                    AND org_id IN (SELECT org_id FROM victim)""",
        },
    ),
    Fault(
        name="damages_waived_alone",
        note="damages waived, nobody approved it",
        victims=_PAID,
        changes={
            "08_money": f"""
                UPDATE receivable SET late_payment_amount = 6.40, late_payment_waived_amount = 6.40
                WHERE {THEIRS}"""
        },
        finds={"BIL-05": _RECEIVABLES},
    ),
    Fault(
        name="adjusted_again_and_again",
        note="three adjustments in one month",
        victims=accounts("class <> 'hv' AND i NOT IN (SELECT i FROM adjusted)"),
        changes={
            "06_bills": _ADJUSTMENT.format(bill=BILL, amount="-15.20", approver="staff_no(c, 8300)", end=4)
        },
        finds={"BIL-06a": "SELECT account_id || '|' || year(getvariable('month')) FROM victim"},
    ),
    Fault(
        name="large_adjustment",
        note="a refund of 18,000 yuan",
        victims=accounts("class = 'hv'"),
        changes={
            "06_bills": _ADJUSTMENT.format(bill=BILL, amount="-18000", approver="staff_no(c, 8300)", end=2)
        },
        finds={"BIL-06b": "SELECT 'RSX' || i || '-1' FROM victim"},
        count=2,
    ),
    Fault(
        name="adjustment_self_approved",
        note="entered and approved by the same biller",
        victims=accounts("class <> 'hv' AND i NOT IN (SELECT i FROM adjusted)"),
        changes={
            "06_bills": _ADJUSTMENT.format(bill=BILL, amount="-66.50", approver="staff_no(c, 4000)", end=2)
        },
        finds={"BIL-06c": "SELECT 'RSX' || i || '-1' FROM victim"},
    ),
    Fault(
        name="reversal_does_not_cancel",
        note="the reversal cancels 10 yuan less than was billed",
        victims="SELECT account_id AS victim_key, * FROM acct WHERE story = 'reissued'",
        changes={
            "06_bills": f"""
                UPDATE bill SET bill_amount = bill_amount + 10 WHERE bill_id IN (SELECT {BILL} || 'R' FROM victim);
                UPDATE bill_line SET line_amount = line_amount + 10
                WHERE bill_id IN (SELECT {BILL} || 'R' FROM victim)"""
        },
        finds={"BIL-07": f"SELECT {BILL} FROM victim"},
        count=2,
    ),
)
