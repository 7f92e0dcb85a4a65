"""Faults of tariff execution (audit area 2.7) that befall dwellings and shops.

Belongs here: what the billing system has wrong about a tariff while the files are right, and bills that are wrong
in themselves. Two-part tariffs and power factors are in ``faults_industry``.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import BILL, THEIR_BILLS, THEIRS, Fault, accounts


def billed(
    name: str, finding: tuple[str, str], condition: str, change: str, note: str, count: int = 3
) -> Fault:
    """A fault of the billing system's view: ``change`` of its tables ``billing_rating_*``."""
    return Fault(
        name=name,
        note=note,
        victims=accounts(condition),
        changes={"05_billed": change},
        billed_wrongly=finding,
        count=count,
    )


def _other_tariff(name: str, right: str, wrong: str, note: str, count: int) -> Fault:
    return billed(
        name,
        ("TAR-01", "wrong_category"),
        f"tariff_code = '{right}' AND plain AND monthly_kwh > 150",
        f"UPDATE billing_rating_point SET tariff_code = '{wrong}' WHERE {THEIR_BILLS}",
        note,
        count,
    )


# The bill's amount follows its lines.
_TOTAL: Final = f"""
    UPDATE bill SET bill_amount = (SELECT sum(line_amount) FROM bill_line l WHERE l.bill_id = bill.bill_id)
    WHERE {THEIR_BILLS}"""


def _on_the_bill(
    name: str, finding: tuple[str, str], condition: str, change: str, note: str, count: int = 3
) -> Fault:
    """A fault of the bill itself: ``change`` of its lines, which its amount follows."""
    return Fault(
        name=name,
        note=note,
        victims=accounts(condition),
        changes={"06_bills": f"{change}; {_TOTAL}"},
        billed_wrongly=finding,
        count=count,
    )


_TRUNCATED: Final = "trunc(quantity * price, 2)::DECIMAL(18, 2)"
_LINES: Final = "SELECT account_id FROM bill_line GROUP BY account_id HAVING"

FAULTS: Final = (
    _other_tariff("shop_billed_as_pump", "C1", "A1", "a shop billed by the agricultural tariff", 3),
    _other_tariff("pump_billed_as_shop", "A1", "C1", "agricultural pumping billed as commercial", 2),
    _other_tariff("home_billed_without_tiers", "R1", "R2", "a dwelling billed as shared, without tiers", 2),
    billed(
        "last_months_prices",
        ("POL-02", "wrong_version"),
        "tariff_code IN ('C1', 'C1T') AND plain AND monthly_kwh > 1000",
        f"UPDATE billing_rating_bill SET priced_on = billing_month - INTERVAL 1 MONTH WHERE {THEIR_BILLS}",
        "billed by the prices of the month before",
    ),
    billed(
        "tiers_counted_wrongly",
        ("TAR-13", "tier_split"),
        "tariff_code IN ('R1', 'R1T') AND plain AND persons < 5 AND monthly_kwh > 320",
        # In autumn the year's kWh were lost; before that, last year's still count.
        f"""UPDATE billing_rating_bill SET kwh_before = CASE WHEN month(billing_month) >= 10 THEN 0
            ELSE kwh_before + 3840 END WHERE {THEIR_BILLS}""",
        "the tiers do not count from 1 January",
        4,
    ),
    billed(
        "large_household_missed",
        ("TAR-13", "household"),
        "persons >= 5 AND plain AND i IN (SELECT i FROM billed WHERE m = 2 AND kwh_before + metered_kwh > 2900 "
        "AND kwh_before < 3800)",
        f"UPDATE billing_rating_bill SET persons = 0 WHERE {THEIR_BILLS}",
        "a household of five and more without its larger tiers",
    ),
    billed(
        "surcharge_missed",
        ("TAR-11", "surcharge_missed"),
        "surcharged AND NOT second AND NOT has_deduction AND behind IS NULL AND monthly_kwh > 500",
        f"UPDATE billing_rating_bill SET surcharged = FALSE WHERE {THEIR_BILLS}",
        "the 1.5-fold agency price was not charged",
    ),
    billed(
        "surcharge_undue",
        ("TAR-11", "surcharge_undue"),
        "tariff_code IN ('C1', 'C1T', 'I1T') AND plain AND monthly_kwh > 500",
        f"UPDATE billing_rating_bill SET surcharged = TRUE WHERE {THEIR_BILLS}",
        "the 1.5-fold agency price was charged without reason",
        2,
    ),
    billed(
        "dwelling_behind_shop_forgotten",
        ("TAR-10", "deduction"),
        "behind IS NOT NULL AND NOT roof AND NOT surcharged AND monthly_kwh > 500",
        f"DELETE FROM billing_rating_point WHERE calculation LIKE 'fixed_%' AND {THEIR_BILLS}",
        "the dwelling's fixed part was billed at the shop's price",
    ),
    billed(
        "times_of_use_ignored",
        ("TAR-05", "tou"),
        "tariff_code = 'C1T' AND plain AND monthly_kwh > 500",
        f"""DELETE FROM billing_rating_register WHERE register IN ('sharp', 'peak', 'valley', 'deep_valley')
            AND {THEIR_BILLS};
            UPDATE billing_rating_register r SET usage = t.usage
            FROM (SELECT bill_id, usage FROM billing_rating_register WHERE register = 'total') t
            WHERE r.register = 'flat' AND r.bill_id = t.bill_id AND r.{THEIR_BILLS}""",
        "all kWh billed at the flat price",
    ),
    _on_the_bill(
        "fund_missed",
        ("BIL-01", "missing_component"),
        "tariff_code IN ('C1', 'C1T') AND plain AND monthly_kwh > 500",
        f"DELETE FROM bill_line WHERE charge_component = 'fund_renewable' AND {THEIR_BILLS}",
        "a fund was not charged, and is not in the bill's amount",
    ),
    _on_the_bill(
        "fee_nobody_approved",
        ("TAR-14", "unknown_component"),
        "class <> 'hv' AND plain",
        f"""INSERT INTO bill_line BY NAME SELECT {BILL} || '-99' AS bill_line_id, {BILL} AS bill_id,
            getvariable('month') AS billing_month, account_id, 'meter_service_fee' AS charge_component, 1 AS quantity,
            5 AS price, 5 AS line_amount FROM victim""",
        "a fee of 5 yuan that no tariff knows",
    ),
    _on_the_bill(
        "amounts_truncated",
        ("BIL-01", "rounding"),
        f"tariff_code = 'C1T' AND plain AND i NOT IN (SELECT i FROM adjusted) AND account_id IN ({_LINES} "
        f"sum(line_amount - {_TRUNCATED}) > 0.02)",
        f"UPDATE bill_line SET line_amount = {_TRUNCATED} WHERE {THEIR_BILLS}",
        "every line cut off after the fen, not rounded",
    ),
    _on_the_bill(
        "line_miscalculated",
        ("BIL-01", "arithmetic"),
        "tariff_code = 'C1' AND plain",
        f"""UPDATE bill_line SET line_amount = line_amount + 12 WHERE charge_component = 'transmission_distribution'
            AND {THEIR_BILLS}""",
        "a line is 12 yuan more than its quantity times its price",
    ),
    _on_the_bill(
        "sun_bought_too_dear",
        ("BIL-01", "unexplained"),
        f"tariff_code IN ('R1', 'C1') AND roof AND account_id IN ({_LINES} bool_or(charge_component = 'feed_in' "
        "AND quantity > 20))",
        f"""UPDATE bill_line SET price = 0.4153, line_amount = -round(quantity * 0.4153, 2)
            WHERE charge_component = 'feed_in' AND {THEIR_BILLS}""",
        "energy of a roof paid at 0.4153 instead of 0.3915",
        2,
    ),
    Fault(
        name="tariff_code_unknown",
        note="the files name a tariff that no catalogue knows",
        victims=accounts("tariff_code = 'C1' AND plain"),
        changes={
            "05_billed": f"""
                UPDATE usage_point SET tariff_code = 'C9' WHERE {THEIRS};
                UPDATE customer_account SET tariff_code = 'C9' WHERE {THEIRS}"""
        },
        finds={"BIL-01b": f"SELECT {BILL} FROM victim"},
        count=2,
    ),
)
