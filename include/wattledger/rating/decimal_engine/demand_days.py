"""The part of a month for which demand is billed (``docs/rating.md``, step 7).

Belongs here: on which days the account could draw power. How much it drew is in ``demand``.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from wattledger.rating.decimal_engine.capacity import as_counted, days_within, is_whole, month_days, share_of
from wattledger.rating.decimal_engine.rated_use import RatedUse
from wattledger.rating.rounding import ONE, ZERO, total
from wattledger.sheets.model import Clause, Step


def part_of_month(rated: RatedUse, steps: list[Step], clauses: list[Clause]) -> tuple[Decimal, int] | None:
    """Days that are billed, and days of the month; None where the account ran all through it."""
    bill, case = rated.of_bill, rated.case
    first = case.period_start_on.toordinal()
    days_so_far = range(bill.period_start_on.toordinal(), case.period_end_on.toordinal() + 1)
    by_day = dict.fromkeys(days_so_far, ZERO if case.capacity else ONE)
    explained: list[Step] = []
    rests_on: list[Clause] = []
    so_far = bill.model_copy(update={"period_end_on": case.period_end_on})
    for item in case.capacity:
        days = days_within(so_far, item)
        share = share_of(item, rated, explained, rests_on) if days else ZERO
        by_day.update({day: max(by_day[day], share) for day in days})
    shares = Counter(share for day, share in by_day.items() if day >= first)
    before = Counter(share for day, share in by_day.items() if day < first)
    if set(shares) == {ONE} and rated.whole is None and is_whole(case):
        return None
    month, clause = month_days(rated)
    counted = total(
        share * (as_counted(bill, before[share] + n, month) - as_counted(bill, before[share], month))
        for share, n in shares.items()
    )
    billed = min(counted, Decimal(month))
    steps += explained
    for share, n in sorted(shares.items(), reverse=True):
        steps.append(Step("demand_days", {"days": n, "share": share}))
    steps.append(Step("demand_part", {"days": billed, "month_days": month}))
    clauses += [clause, *rests_on]
    return billed, month
