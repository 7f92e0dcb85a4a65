"""Faults of the execution of policy (audit area 2.1).

Belongs here: bills by prices that were in force at another time.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import THEIR_BILLS, accounts
from wattledger.demo.faults.wrong_bills import billed

FAULTS: Final = (
    billed(
        "last_months_prices",
        ("POL-02", "wrong_version"),
        accounts("shops_by_time", 7, "monthly_kwh > 1000"),
        f"UPDATE billing_rating_bill SET priced_on = billing_month - INTERVAL 1 MONTH WHERE {THEIR_BILLS}",
        "billed by the prices of the month before",
    ),
)
