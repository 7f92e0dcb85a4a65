"""The engine in plain Decimal: one bill at a time, with its arithmetic in steps.

    bill          the whole of it: ``rate(case, catalogue)``
    days          which tariffs hold, and on which day
    rated_use     a tariff of the bill, with the bill and the catalogue: what the steps are given
    registers     readings to kWh, kvarh and kW
    metered       the energy of a point, by time of use
    losses        of transformer and line
    children      sub-meters and fixed shares
    points        kWh of the bill and of its tariffs
    tiers         kWh by tier, and by tier and time of use
    charges       lines by the kWh, the bill, the month, the day
    lines         a quantity at a price
    by_days       the same, where each rate holds for its own days
    prices        of a rate on a day
    basic         the charge for capacity or for demand, each with a module of its own
    power_factor  the factor and its percentage
    percent       lines that are a percentage of others: power factor, taxes
    index         the catalogue, arranged for quick look-ups

Numbers are Decimals with as many digits as they need (``rating.rounding.CONTEXT``), exact until ``docs/rating.md``
rounds them. Nothing here is shared with the engine in SQL.
"""

from __future__ import annotations

from wattledger.rating.decimal_engine.bill import rate

__all__ = ["rate"]
