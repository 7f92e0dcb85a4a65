# /// script
# requires-python = ">=3.11"
# dependencies = ["nrel-pysam==7.1.1.post1"]
# ///
"""The part of rating that PySAM's ``Utilityrate5`` can do: a year of hourly load of one customer at a time.

    uv run --script bench/rate_pysam.py CUSTOMERS.json

Belongs here: PySAM, and nothing of Wattledger's, which is not in this environment. ``rate_bills`` writes the customers
(``rate_pysam_input``) and starts this. A process per core, each with half of the customers; prints one line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path
from typing import Any

from PySAM import Utilityrate5

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
CORES = 2
COUNTS = ("bills", "amounts", "off", "cents", "execute", "fill")


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with multiprocessing.Pool(CORES) as pool:
        halves = [(given["tariffs"], given["customers"][core::CORES]) for core in range(CORES)]
        parts = pool.map(rate_all, halves, chunksize=1)
    told = {key: sum(part[key] for part in parts) for key in COUNTS}
    told |= {key: max(part[key] for part in parts) for key in ("wall", "largest")}
    told["peak"] = sum(part["peak"] for part in parts)
    print(json.dumps(told))


def rate_all(given: tuple[dict[str, Any], list[dict[str, Any]]]) -> dict[str, float]:
    """All customers, one run each; and how far the amounts are from what they should be."""
    tariffs, customers = given
    started = time.perf_counter()
    models = {name: model(tariff) for name, tariff in tariffs.items()}
    told = {**dict.fromkeys(COUNTS, 0), "largest": 0.0}
    for customer in customers:
        tariff, rated = tariffs[customer["tariff"]], models[customer["tariff"]]
        began = time.perf_counter()
        rated.Load.load = load(tariff["schedule"], customer)
        filled = time.perf_counter()
        rated.execute(0)
        told["fill"] += filled - began
        told["execute"] += time.perf_counter() - filled
        energy = rated.Outputs.year1_monthly_ec_charge_without_system
        demand = rated.Outputs.year1_monthly_dc_fixed_without_system
        for month in range(12):
            told["bills"] += 1
            pairs = [(energy[month], customer["energy"][month], customer["lines"][month])]
            if customer["demand_amount"][month] is not None:
                pairs.append((demand[month], customer["demand_amount"][month], 1))
            for theirs, ours, lines in pairs:
                told["amounts"] += 1
                difference = abs(theirs - ours)
                told["largest"] = max(told["largest"], difference)
                # each of our lines is rounded to the fen, theirs is not rounded at all
                told["off"] += difference > 0.005 * lines + 1e-6
                told["cents"] += round(theirs, 2) != round(ours, 2)
    told["wall"] = time.perf_counter() - started
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    return told


def model(tariff: dict[str, Any]) -> Any:
    """A rated year: energy by period and tier, demand by the month's highest hour."""
    made = Utilityrate5.new()
    rates = {
        "en_electricity_rates": 1,
        "ur_metering_option": 0,
        "rate_escalation": (0.0,),
        "ur_ec_tou_mat": tariff["energy"],
        "ur_ec_sched_weekday": tariff["schedule"],
        "ur_ec_sched_weekend": tariff["schedule"],
        "ur_dc_enable": int(tariff["demand"] is not None),
    }
    if tariff["demand"] is not None:
        none = [[1] * 24] * 12
        rates |= {
            "ur_dc_flat_mat": [[month, 1, 1e38, price] for month, price in enumerate(tariff["demand"])],
            "ur_dc_tou_mat": [[1, 1, 1e38, 0.0]],
            "ur_dc_sched_weekday": none,
            "ur_dc_sched_weekend": none,
        }
    made.ElectricityRates.assign(rates)
    made.Lifetime.assign(
        {"analysis_period": 1, "inflation_rate": 0, "system_use_lifetime_output": 0},
    )
    made.SystemOutput.assign({"gen": [0.0] * 8760, "degradation": (0.0,)})
    return made


def load(schedule: list[list[int]], customer: dict[str, Any]) -> list[float]:
    """8,760 hours that add up to the customer's kWh by month and period, evenly; one hour a month has the demand."""
    year: list[float] = []
    for month, days in enumerate(DAYS):
        hours = schedule[month]
        kwh = customer["kwh"][month]
        kw = {int(period): amount / (hours.count(int(period)) * days) for period, amount in kwh.items()}
        values = [kw[period] for period in hours] * days
        highest = customer["demand"][month]
        if highest is not None:
            first = hours[0]
            count = hours.count(first) * days
            rest = (kwh[str(first)] - highest) / (count - 1)
            values = [rest if hours[at % 24] == first else value for at, value in enumerate(values)]
            values[0] = highest
        year += values
    return year


if __name__ == "__main__":
    main()
