"""Bill against receivable, by bill, in yuan.

Left: ``bill.bill_amount`` of the period. Right: the period's receivables of the bill, summed. Causes:
``missing_receivable``, ``missing_bill`` (also for a receivable that names no bill), ``rounding`` (up to the
parameter ``bill_receivable.rounding_amount``), ``period_shift`` (the other side, to the fen, is in an earlier
period), ``amount_mismatch``. Not judged: receivables of bills that may lie in the month
before, which was not landed. Key: the bill; of a receivable that names none, the receivable.

Belongs here: what the link is. What it does stands in ``sql/bill_receivable.sql``.
"""

from __future__ import annotations

from typing import Final

from wattledger.reconcile.model import Link, by_files

BILL_RECEIVABLE: Final = Link(
    "bill_receivable",
    "yuan",
    {"bill": ("bill_amount",), "receivable": ("bill_id", "receivable_amount")},
    by_files("bill_receivable"),
)
