"""The few prices by which the demo utility bills.

Belongs here: prices and the power-factor table, as data for ``sql/06_bills.sql``. The tariff catalogue, by which bills
are rated again, is another thing and does not belong here.

Residential prices are those published for Zhejiang (annual tiers of 2760 and 4800 kWh). The prices of the other
customers are made up; their time-of-use ratios (peak 1.6, valley 0.4, sharp 1.2 of peak) are those published for
Sichuan, and the power-factor table follows the steps of 1983 for the standards 0.90 and 0.85.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

TIER_1_UP_TO: Final = 2760
TIER_2_UP_TO: Final = 4800

PRICES: Final[dict[tuple[str, str], Decimal]] = {
    ("R1", "tier_1"): Decimal("0.538"),
    ("R1", "tier_2"): Decimal("0.588"),
    ("R1", "tier_3"): Decimal("0.838"),
    ("R1T", "peak"): Decimal("0.568"),
    ("R1T", "valley"): Decimal("0.288"),
    ("R1T", "tier_2_extra"): Decimal("0.05"),
    ("R1T", "tier_3_extra"): Decimal("0.30"),
    ("C1", "energy"): Decimal("0.7215"),
    ("C1T", "sharp"): Decimal("1.2864"),
    ("C1T", "peak"): Decimal("1.072"),
    ("C1T", "flat"): Decimal("0.67"),
    ("C1T", "valley"): Decimal("0.268"),
    ("I1T", "sharp"): Decimal("1.1904"),
    ("I1T", "peak"): Decimal("0.992"),
    ("I1T", "flat"): Decimal("0.62"),
    ("I1T", "valley"): Decimal("0.248"),
    ("I2T", "sharp"): Decimal("1.0368"),
    ("I2T", "peak"): Decimal("0.864"),
    ("I2T", "flat"): Decimal("0.54"),
    ("I2T", "valley"): Decimal("0.216"),
    ("I2T", "capacity"): Decimal("30"),
    ("C1", "fund"): Decimal("0.0285"),
    ("C1T", "fund"): Decimal("0.0285"),
    ("I1T", "fund"): Decimal("0.0285"),
    ("I2T", "fund"): Decimal("0.0285"),
}
"""Yuan per kWh, and per kVA and month for ``capacity``, by (tariff code, component)."""


def power_factor_percent(standard: Decimal, factor: Decimal) -> Decimal:
    """The adjustment in percent at ``factor`` (two decimals) against the ``standard`` 0.90 or 0.85.

    Negative is a reward. Good from 0.65 upwards, which is all that the demo needs.
    """
    steps = int((factor - standard) * 100)
    if steps < 0:
        beyond = max(0, -steps - 20)
        return Decimal("0.5") * (-steps - beyond) + beyond
    first = 0 if standard == Decimal("0.90") else min(steps, 5)
    later = min(steps - first, 5 if standard == Decimal("0.90") else 4)
    return -(Decimal("0.1") * first + Decimal("0.15") * later)


def power_factor_table() -> list[tuple[Decimal, Decimal, Decimal]]:
    """Rows (standard, power factor, percent)."""
    return [
        (standard, factor, power_factor_percent(standard, factor))
        for standard in (Decimal("0.90"), Decimal("0.85"))
        for factor in (Decimal(n) / 100 for n in range(65, 101))
    ]
