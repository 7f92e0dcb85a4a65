"""Customers of the made-up bills as PySAM's utility rate module can take them, with what their energy should cost.

Belongs here: the translation, and which bills have to be left out. PySAM itself is in ``rate_pysam``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from wattledger.rating.rounding import half_up

TIERS = {"B-MONTH": (200, 400), "B-TOU": (200, 400)}
LARGE_HOUSEHOLD_KWH = 100
BANDS = {"220V": "<1kV", "380V": "<1kV", "10kV": "1-10kV", "35kV": "35kV"}

# Left out is what PySAM cannot do: tiers by calendar year, parts billed by another tariff, transformer losses, the
# 1.5-fold price. Demand is compared where the maximum demand itself is billed, at the full price.
CUSTOMERS = """
    WITH customer AS (
        SELECT point_id FROM rating_point WHERE tariff_code <> 'B-YEAR' AND parent_point_id IS NULL
        EXCEPT SELECT parent_point_id FROM rating_point
        EXCEPT SELECT point_id FROM rating_point WHERE loss_method IS NOT NULL
        EXCEPT SELECT point_id FROM rating_point JOIN rating_bill USING (bill_id) WHERE surcharged
    ), turned AS (
        SELECT bill_id, point_id, register, sum(multiplier * CASE WHEN register = 'demand' THEN reading
            ELSE reading - previous_reading + if(reading < previous_reading, 1000000, 0) END) AS kwh
        FROM rating_register GROUP BY ALL
    ), used AS (
        SELECT bill_id, point_id, map(list(register), list(kwh::DOUBLE)) AS kwh FROM turned GROUP BY ALL
    ), charged AS (
        SELECT bill_id, sum(amount) FILTER (by_kwh) AS energy, count(*) FILTER (by_kwh) AS lines,
            sum(amount) FILTER (component = 'demand' AND price IN (39.2, 37.6)) AS demand
        FROM (SELECT *, component NOT IN ('capacity', 'demand', 'power_factor', 'adjustment') AS by_kwh
            FROM expected_line)
        GROUP BY ALL
    )
    SELECT point_id, p.tariff_code, voltage, persons, bool_or(basic_mode = 'actual_demand'),
        list(kwh ORDER BY billing_month), list(energy::DOUBLE ORDER BY billing_month),
        list(lines ORDER BY billing_month),
        list(CASE WHEN basic_mode = 'actual_demand' THEN demand END::DOUBLE ORDER BY billing_month)
    FROM customer JOIN rating_point p USING (point_id) JOIN rating_bill USING (bill_id)
        JOIN used USING (bill_id, point_id) JOIN charged USING (bill_id)
    GROUP BY ALL HAVING count(*) = 12 ORDER BY point_id"""


def write_customers(connection: duckdb.DuckDBPyConnection, catalogue: Any, file: Path) -> int:
    """The customers of ``rating_*`` and ``expected_line`` that PySAM can rate; returns their number."""
    tariffs: dict[str, Any] = {}
    customers = []
    found = connection.execute(CUSTOMERS).fetchall()
    for _, code, voltage, persons, by_demand, kwh, energy, lines, demand in found:
        name = f"{code} {voltage} {persons >= 5} {by_demand}"
        scheme = catalogue.tou.get(next(t.tou for t in catalogue.tariffs if t.code == code))
        periods: tuple[str, ...] = scheme.periods if scheme else ("total",)
        if name not in tariffs:
            tariffs[name] = _tariff(catalogue, code, voltage, persons >= 5, by_demand, periods)
        numbered = []
        for month in range(12):
            used = dict(kwh[month])
            if scheme:
                used[scheme.balance_to] += used["total"] - sum(used[p] for p in periods)
            start = tariffs[name]["schedule"][month][0]
            numbered.append({str(start + at): used[p] for at, p in enumerate(periods)})
        customers.append(
            {
                "tariff": name,
                "kwh": numbered,
                "energy": energy,
                "lines": lines,
                "demand_amount": demand,
                "demand": [m["demand"] if by_demand else None for m in map(dict, kwh)],
            }
        )
    file.write_text(json.dumps({"tariffs": tariffs, "customers": customers}), encoding="utf-8")
    return len(customers)


def _tariff(
    catalogue: Any, code: str, voltage: str, large: bool, by_demand: bool, periods: Iterable[str]
) -> dict[str, Any]:
    """Prices by period and tier; where they change by month, each month has periods of its own (36 at the most)."""
    names = tuple(periods)
    months = 1 if code in TIERS else 12
    limits = [*(up + LARGE_HOUSEHOLD_KWH * large for up in TIERS.get(code, ())), 1e38]
    energy = [
        [
            month * len(names) + at + 1,
            tier,
            up,
            0,
            _price(catalogue, code, voltage, month + 1, tou, tier),
            0.0,
        ]
        for month in range(months)
        for at, tou in enumerate(names)
        for tier, up in enumerate(limits, start=1)
    ]
    each = 24 // len(names)
    schedule = [
        [(month % months) * len(names) + hour // each + 1 for hour in range(24)] for month in range(12)
    ]
    demand = None
    if by_demand:
        rate = next(r for r in catalogue.rates if r.component == "demand" and code in r.tariffs)
        demand = [float(rate.price[BANDS[voltage]])] * 12
    return {"energy": energy, "schedule": schedule, "demand": demand}


def _price(catalogue: Any, code: str, voltage: str, month: int, tou: str, tier: int) -> float:
    """All that a kWh costs."""
    day, total = date(2025, month, 1), Decimal(0)
    for rate in catalogue.rates:
        if code not in rate.tariffs or rate.per != "kwh" or not rate.holds(day):
            continue
        price = rate.price
        while isinstance(price, dict):
            price = next(price[key] for key in (BANDS[voltage], tou, tier) if key in price)
        if rate.floats:
            scheme = catalogue.tou[next(t.tou for t in catalogue.tariffs if t.code == code)]
            price *= next(r.ratio[tou] for r in scheme.ratios if r.holds(day))
        total += half_up(price, rate.decimals)
    return float(total)
