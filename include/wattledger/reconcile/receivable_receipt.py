"""Receivable against receipts, by receivable, in yuan.

Left: what the period's receivables note as received. Right: the receipts set against them, of all days up to
the period's end, and the period's receipts whose receivable is nowhere on file (not judged, and no break, where the
months in which it may lie were not landed). Causes: ``missing_receipt``,
``orphan_receipt``, ``amount_mismatch``. Receipts for receivables of earlier periods belong to those periods.
Key: the receivable; of a receipt that names none, the receipt.

Belongs here: what the link is. What it does stands in ``sql/receivable_receipt.sql``.
"""

from __future__ import annotations

from typing import Final

from wattledger.reconcile.model import Link, by_files

RECEIVABLE_RECEIPT: Final = Link(
    "receivable_receipt",
    "yuan",
    {"receivable": ("received_amount",), "receipt_allocation": ("receivable_id", "received_amount")},
    by_files("receivable_receipt"),
)
