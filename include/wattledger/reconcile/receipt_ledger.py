"""Receipts against the ledger, by unit and day, in yuan.

Left: receipts of the day, by the unit of their account. Right: what finance posted that day for the unit under
the item ``receipt``, credit less debit. Causes: ``posted_late`` (a day's excess, to the fen, is a later day's
shortfall within ``receipt_ledger.late_days`` days: the two cancel; one of them may lie in an earlier period),
``unposted``, ``posted_without_receipt``, ``amount_mismatch``. Not judged: days on which more was posted
than received, where the receipts of the days before were not landed. Key: unit and day.

Belongs here: what the link is. What it does stands in ``sql/receipt_ledger.sql``.
"""

from __future__ import annotations

from typing import Final

from wattledger.reconcile.model import Link, by_files

RECEIPT_LEDGER: Final = Link(
    "receipt_ledger",
    "yuan",
    {
        "receipt_allocation": ("received_amount",),
        "customer_account": ("org_id",),
        "ledger_entry": ("org_id", "ledger_item", "credit_amount"),
    },
    by_files("receipt_ledger"),
)
