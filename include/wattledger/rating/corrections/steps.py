"""The steps of arithmetic of this package: each code with the values that its sentence may name.

Belongs here: the codes. Their sentences stand in ``reports_templates/sheet.<language>.yaml``.
"""

from __future__ import annotations

from typing import Final

from wattledger.sheets.model import Step, Value

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "late_days": ("owed", "days", "from_on", "to_on", "rate", "unrounded"),
    "late_sum": ("sum", "amount"),
    "late_minimum": ("minimum", "amount"),
    "late_in_time": ("late_from_on",),
    "energy_amount": ("kwh", "price", "unrounded", "amount"),
    "use_power": ("name", "kw", "days", "hours", "kwh"),
    "use_known": ("name", "kwh"),
    "use_sum": ("kwh",),
    "days_known": ("days", "from_on", "to_on"),
    "days_unknown": ("days",),
    "days_unknown_months": ("months", "days_per_month", "days"),
    "damages_multiple": ("base", "multiple", "unrounded", "amount"),
    "damages_rounded_first": (),
    "damages_unrounded": (),
    "damages_fixed": ("amount",),
    "class_difference": ("name", "kwh", "price_due", "price_paid", "unrounded", "amount"),
    "capacity_month": ("month", "days", "of_days"),
    "capacity_months": ("months",),
    "capacity_charge": ("kva", "price", "months", "unrounded", "amount"),
    "capacity_per_kva": ("kva", "price", "times", "amount"),
    "meter_inaccurate": ("kwh", "error_percent", "true_kwh"),
    "meter_time_share": ("kwh", "share", "correction_kwh"),
    "meter_rate_coefficient": ("coefficient", "rate"),
    "meter_rate_lost": ("elements", "working", "rate"),
    "meter_rate_ratios": ("true_ratio", "fitted", "elements", "measured", "rate"),
    "meter_rate_errors": ("errors", "elements", "measured", "rate"),
    "meter_correction": ("kwh", "rate", "correction_kwh"),
    "meter_usual": ("usual_kwh", "usual_days", "days", "true_kwh"),
    "meter_missing": ("true_kwh", "kwh", "correction_kwh"),
    "multiplier_of": ("which", "ct", "pt", "multiplier"),
    "multiplier_rate": ("right", "billed", "rate"),
    "multiplier_turn": ("previous_reading", "reading", "multiplier", "kwh"),
    "settlement_actual": ("previous_reading", "reading", "multiplier", "kwh"),
    "settlement_difference": ("actual_kwh", "estimated_kwh", "kwh"),
}


def step(code: str, **values: Value) -> Step:
    """A step; raise ValueError where the values are not those that ``STEPS`` names."""
    if set(values) != set(STEPS[code]):
        raise ValueError(f"step {code} has {', '.join(sorted(values))}, not {', '.join(sorted(STEPS[code]))}")
    return Step(code, values)
