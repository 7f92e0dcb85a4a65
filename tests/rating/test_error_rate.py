"""KP-01 (livelovelifegateway.com/tiku/shiti/3264252.html): an error rate is by the number of meters, not by kWh.

Of 1000 meters read two are wrong, one by -5000 and one by +3000 kWh: 0.2 %. The reconciliation of readings and bills
counts in this way.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.reconcile.sessions import session_on
from wattledger.bulletin.wording import Wording
from wattledger.reconcile import reconcile
from wattledger.settings import Settings

READ, BILLED = 10_000, {7: 5_000, 8: 13_000}


def test_two_wrong_meters_of_a_thousand_are_two_per_mille(tmp_path: Path) -> None:
    month = date(2026, 10, 1)
    shared = [{"account_id": f"A{n}", "meter_id": f"M{n}", "billing_month": month} for n in range(1000)]
    readings: list[dict[str, Any]] = [
        {**row, "reading_id": f"R{n}", "reading_type": "total", "usage_kwh": READ, "multiplier": 1}
        for n, row in enumerate(shared)
    ]
    bills: list[dict[str, Any]] = [
        {**row, "bill_id": f"B{n}", "bill_kind": "normal", "usage_kwh": BILLED.get(n, READ)}
        for n, row in enumerate(shared)
    ]
    with session_on(tmp_path, {"meter_reading": readings, "bill": bills}) as session:
        link = reconcile(session).links[0]
    assert (link.compared, link.breaks) == (1000, 2)
    assert link.left_total - link.right_total == Decimal(2000)
    assert Wording(Settings().templates, "en", "CNY").share(link.breaks, link.compared) == "0.2%"
