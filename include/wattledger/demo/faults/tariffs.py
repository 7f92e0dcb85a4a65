"""Faults of tariff execution (audit area 2.7) that befall dwellings and shops.

Belongs here: what the billing system has wrong about a tariff while the files are right, and charges that no tariff
knows. Two-part tariffs and power factors stand in ``tariffs_of_works``.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import BILL, THEIR_BILLS, Fault, Pool, accounts
from wattledger.demo.faults.wrong_bills import billed, on_the_bill


def _other_tariff(name: str, victims: Pool, wrong: str, note: str, count: int) -> Fault:
    change = f"UPDATE billing_rating_point SET tariff_code = '{wrong}' WHERE {THEIR_BILLS}"
    return billed(name, ("TAR-01", "wrong_category"), victims, change, note, count)


FAULTS: Final = (
    _other_tariff(
        "shop_billed_as_pump", accounts("shops", 1), "A1", "a shop billed by the agricultural tariff", 3
    ),
    _other_tariff(
        "pump_billed_as_shop", accounts("pumps", 0), "C1", "agricultural pumping billed as commercial", 2
    ),
    _other_tariff(
        "home_billed_without_tiers",
        accounts("homes", 15, "monthly_kwh > 150"),
        "R2",
        "a dwelling billed as shared, without tiers",
        2,
    ),
    billed(
        "tiers_counted_wrongly",
        ("TAR-13", "tier_split"),
        accounts("homes", 16, "monthly_kwh > 320"),
        # In autumn the year's kWh were lost; before that, last year's still count.
        f"""UPDATE billing_rating_bill SET kwh_before = CASE WHEN month(billing_month) >= 10 THEN 0
            ELSE kwh_before + 3840 END WHERE {THEIR_BILLS}""",
        "the tiers do not count from 1 January",
        4,
    ),
    billed(
        "large_household_missed",
        ("TAR-13", "household"),
        accounts(
            "large_households",
            0,
            "i IN (SELECT i FROM billed WHERE m = 2 AND kwh_before + metered_kwh > 2900 AND kwh_before < 3800)",
        ),
        f"UPDATE billing_rating_bill SET persons = 0 WHERE {THEIR_BILLS}",
        "a household of five and more without its larger tiers",
    ),
    billed(
        "surcharge_missed",
        ("TAR-11", "surcharge_missed"),
        accounts("surcharged", 0, "monthly_kwh > 500"),
        f"UPDATE billing_rating_bill SET surcharged = FALSE WHERE {THEIR_BILLS}",
        "the 1.5-fold agency price was not charged",
    ),
    billed(
        "surcharge_undue",
        ("TAR-11", "surcharge_undue"),
        accounts("shops_by_time", 9, "monthly_kwh > 500"),
        f"UPDATE billing_rating_bill SET surcharged = TRUE WHERE {THEIR_BILLS}",
        "the 1.5-fold agency price was charged without reason",
        2,
    ),
    billed(
        "dwelling_behind_shop_forgotten",
        ("TAR-10", "deduction"),
        accounts("dwellings_behind", 0, "monthly_kwh > 500"),
        f"DELETE FROM billing_rating_point WHERE calculation LIKE 'fixed_%' AND {THEIR_BILLS}",
        "the dwelling's fixed part was billed at the shop's price",
    ),
    billed(
        "times_of_use_ignored",
        ("TAR-05", "tou"),
        accounts("shops_by_time", 0, "monthly_kwh > 500"),
        f"""DELETE FROM billing_rating_register WHERE register IN ('sharp', 'peak', 'valley', 'deep_valley')
            AND {THEIR_BILLS};
            UPDATE billing_rating_register r SET usage = t.usage
            FROM (SELECT bill_id, usage FROM billing_rating_register WHERE register = 'total') t
            WHERE r.register = 'flat' AND r.bill_id = t.bill_id AND r.{THEIR_BILLS}""",
        "all kWh billed at the flat price",
    ),
    on_the_bill(
        "fee_nobody_approved",
        ("TAR-14", "unknown_component"),
        accounts("homes", 17),
        f"""INSERT INTO bill_line BY NAME SELECT {BILL} || '-99' AS bill_line_id, {BILL} AS bill_id,
            getvariable('month') AS billing_month, account_id, 'meter_service_fee' AS charge_component, 1 AS quantity,
            5 AS price, 5 AS line_amount FROM victim""",
        "a fee of 5 yuan that no tariff knows",
    ),
)
