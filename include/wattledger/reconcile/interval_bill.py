"""Interval readings against bill periods, in kWh.

Left: the intervals of the period's days. Right: what was billed for them. The difference of one period is
broken into steps, each a break of its own, from the one to the other:

- ``read_clock``: the register was not read at midnight;
- ``energy_credit``: community solar or net metering, with what was carried over from earlier bills;
- ``credit_taken_twice``: the rest is the credit once more;
- and the rest: ``rounding``, ``read_minute`` (small: not read at the full hour), ``read_one_day_late``
  (cancels with the bill next to it, and is about a day's use), ``credit_missing`` (an account with credits
  has none for this period), ``missing_intervals``, ``missing_period`` (the bill has no dates) or
  ``unexplained``.

Parameters ``interval_bill.*`` say what counts as small, near or about; without them, it is 0. The hour at which
a meter is read is ``interval_bill.read_hour.<meter_id>``, or by the length of its intervals
``interval_bill.read_hour.<minutes>min``; 24, the end of the day, where neither is given. A period agrees if its
rest is within ``interval_bill.tolerance_ratio`` of what was metered. Energy outside all bill periods is not
compared. The table ``interval_bill_period`` stays in the session: a row per period compared, with each step.
Key: account and statement, or first and last day; and the meter where the bill names one.

Belongs here: what the link is. What was metered is worked out in ``sql/interval_use.sql``, what was credited in
``sql/interval_credit.sql``, and why the two sides differ in ``sql/interval_bill.sql``.
"""

from __future__ import annotations

from typing import Final

from wattledger.reconcile.model import Link, by_files

INTERVAL_BILL: Final = Link(
    "interval_bill",
    "kWh",
    {"interval_reading": ("kwh",), "bill": ("period_start_on", "period_end_on", "usage_kwh")},
    by_files("interval_use", "interval_credit", "interval_bill"),
)
