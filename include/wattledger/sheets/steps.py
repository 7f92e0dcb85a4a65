"""The steps of arithmetic that a sheet can explain: each code, declared once, with the values that its sentence names.

Belongs here: the vocabulary that the sentences ``step.<code>`` of ``reports_templates/sheet.<language>.yaml`` are
written for. A value is a number, a day, or a code of the catalogue's or the case's. Numbers are exact; where one named
``unrounded`` is a quotient, it is shown to 6 or 8 decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CODES: Final[dict[str, str]] = {
    # bills: the numbers are the steps of docs/rating.md
    # 2 registers; in metered_kwh, reactive_kvarh, basic_quantity, deducted_kwh, usage_kwh, and in lines of feed-in
    "register_turn": "point_id meter_id register previous_reading reading turn multiplier usage",
    "register_rolled_over": (
        "point_id meter_id register previous_reading reading dial_digits turn multiplier usage"
    ),
    "register_given": "point_id meter_id register usage",
    "demand_reading": "point_id meter_id reading multiplier demand_kw",
    "demand_given": "point_id meter_id demand_kw",
    "demand_largest": "point_id demand_kw",
    # 3 energy of a point; in metered_kwh and, for sub-meters, in deducted_kwh and usage_kwh
    "energy_of_total": "point_id energy_kwh",
    "energy_of_times": "point_id energy_kwh",
    "energy_none": "point_id",
    "tou_balance": "point_id energy_kwh times_kwh tou difference_kwh",
    # 3 losses; in loss_kwh, the reactive one in reactive_kvarh
    "loss_percent": "point_id energy_kwh percent unrounded loss_kwh",
    "loss_formula": (
        "point_id no_load_kw hours curve_factor load_loss_kw energy_kwh "
        "reactive_kvarh rated_kva unrounded loss_kwh"
    ),
    "loss_formula_reactive": (
        "point_id no_load_current_percent rated_kva hours curve_factor impedance_percent "
        "energy_kwh reactive_kvarh unrounded loss_kvarh"
    ),
    "loss_iron": "point_id a_month months unrounded lost",
    "loss_iron_of_days": "point_id a_month months days month_days unrounded lost",
    "loss_iron_reactive": "point_id a_month months unrounded lost",
    "loss_iron_reactive_of_days": "point_id a_month months days month_days unrounded lost",
    "loss_copper": "point_id energy_kwh percent unrounded loss_kwh",
    "loss_copper_reactive": "point_id copper_kwh factor unrounded loss_kvarh",
    "line_loss": "point_id energy_kwh transformer_loss_kwh percent unrounded loss_kwh",
    # 3, 4 losses and children that no register tells by time; in loss_kwh and usage_kwh
    "untimed_share": "point_id tou untimed_kwh tou_kwh whole_kwh part_kwh",
    "untimed_rest": "point_id tou part_kwh",
    # 4 children; in deducted_kwh where they have no tariff, else in usage_kwh
    "child_submeter": "point_id parent_point_id kwh",
    "child_fixed_kwh": "point_id parent_point_id fixed_kwh left_kwh kwh",
    "child_fixed_ratio": "point_id parent_point_id gross_kwh fixed_ratio unrounded kwh",
    "point_billed": "point_id tariff_code gross_kwh children_kwh billed_kwh",
    "tariff_billed": "tariff_code billed_kwh",
    # 5 tiers; in tier1_kwh and the others
    "tier_limits": "tariff_code cycle day listed_kwh factor",
    "tier_household": "persons of_persons raise_kwh_per_month months raise_kwh",
    "tier_split": "tariff_code tier lower_kwh upper_kwh before_kwh usage_kwh tier_kwh",
    "tier_split_last": "tariff_code tier lower_kwh before_kwh usage_kwh tier_kwh",
    # 6 quantities of lines
    "quantity_tier_tou": "tier tou tier_kwh tou_kwh usage_kwh unrounded quantity",
    "quantity_tier_rest": "tier tou tier_kwh others_kwh quantity",
    "quantity_of_days": (
        "whole_quantity from_on to_on first_day last_day period_days up_to_last before_first quantity"
    ),
    # 6 prices
    "price_listed": "listed day decimals price",
    "price_ratio": "listed tou ratio day unrounded decimals price",
    "price_surcharged": "listed surcharge_factor day unrounded decimals price",
    "price_ratio_surcharged": "listed tou ratio surcharge_factor day unrounded decimals price",
    # 6 amounts
    "amount": "quantity price unrounded amount",
    "amount_of_days": ("quantity price days from_on to_on first_day last_day period_days unrounded amount"),
    "credit": "amount",
    # 7 basic charge; up to basic_quantity also in that figure
    "capacity_days": "item kva state from_on to_on days share kva_days",
    "capacity_short_suspension": "item kva from_on to_on suspension_days min_days",
    "capacity_capped": "item kva share days counted_days kva_days",
    "capacity_quantity": "kva_days month_days basic_quantity",
    "capacity_whole": "kva_days month_days unrounded basic_quantity",
    "capacity_amount_whole": "price quantity months unrounded amount",
    "capacity_amount": "price kva_days months month_days unrounded amount",
    "demand_together": "demand_kw",
    "demand_floor": "demand_kw share capacity_kva floor_kw billed_kw",
    "contract_floor": "contract_kw share capacity_kva floor_kw billed_kw",
    "contract_kept": "demand_kw contract_kw share limit_kw billed_kw",
    "contract_exceeded": "demand_kw contract_kw share limit_kw excess_kw billed_kw",
    "demand_discount": (
        "kwh capacity_kva months kwh_per_kva threshold listed discount_factor unrounded decimals price"
    ),
    "demand_no_discount": "kwh capacity_kva months kwh_per_kva threshold",
    "demand_days": "days share",
    "demand_part": "days month_days",
    "demand_whole": "unrounded billed_kw",
    "demand_amount": "quantity price months unrounded amount",
    "demand_amount_of_days": "quantity price days month_days months unrounded amount",
    # 8 power factor
    "reactive_of_point": "point_id reactive reactive_reverse transformer kvarh",
    "factor": "active_kwh reactive_kvarh unrounded factor",
    "percent_at_knot": "standard factor percent",
    "percent_between_knots": "standard factor from_factor from_percent hundredths each percent",
    "percent_reward_only": "before percent",
    "percent_penalty_only": "before percent",
    # 8, 9 percentages of amounts
    "base_component": "component amount",
    "percent_amount": "base percent unrounded amount",
    "amount_as_given": "amount",
    # notes: what was taken as it stands, and may be a mistake
    "note_tou_missing": "point_id register energy_kwh times_kwh tou",
    "note_tou_absent": "point_id register",
    "note_backwards": "point_id register previous_reading reading usage",
    "note_far": "point_id register dial_digits turn",
    "note_reactive_still": "factor",
    "note_reactive_missing": "point_id",
    "note_no_basic": "tariff_code",
    "note_negative": "amount",
    # what comes after a bill: late payment, theft and default use, wrong meters and multipliers, estimates
    "late_days": "owed days from_on to_on rate unrounded",
    "late_sum": "sum amount",
    "late_minimum": "minimum amount",
    "late_in_time": "late_from_on",
    "energy_amount": "kwh price unrounded amount",
    "solved": "component total price",
    "price_solved": "amount kwh price",
    "last_of_list": "last listed kwh",
    "use_power": "name kw days hours kwh",
    "use_known": "name kwh",
    "use_sum": "kwh",
    "days_known": "days from_on to_on",
    "days_unknown": "days",
    "days_unknown_months": "months days_per_month days",
    "damages_multiple": "base multiple unrounded amount",
    "damages_rounded_first": "",
    "damages_unrounded": "",
    "damages_fixed": "amount",
    "class_difference": "name kwh price_due price_paid unrounded amount",
    "capacity_month": "month days of_days",
    "capacity_months": "months",
    "capacity_charge": "kva price months unrounded amount",
    "capacity_per_kva": "kva price times amount",
    "meter_inaccurate": "kwh error_percent true_kwh",
    "meter_time_share": "kwh share correction_kwh",
    "meter_rate_coefficient": "coefficient rate",
    "meter_rate_lost": "elements working rate",
    "meter_rate_ratios": "true_ratio fitted elements measured rate",
    "meter_rate_errors": "errors elements measured rate",
    "meter_correction": "kwh rate correction_kwh",
    "meter_usual": "usual_kwh usual_days days true_kwh",
    "meter_missing": "true_kwh kwh correction_kwh",
    "multiplier_of": "which ct pt multiplier",
    "multiplier_rate": "right billed rate",
    "multiplier_turn": "previous_reading reading multiplier kwh",
    "settlement_actual": "previous_reading reading multiplier kwh",
    "settlement_difference": "actual_kwh estimated_kwh kwh",
}

STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {code: frozenset(names.split()) for code, names in _CODES.items()}
)
"""Every code with the names of its values."""
AMOUNTS: Final = frozenset({"amount", "base", "owed", "total"})
"""Values that are amounts of money, and are shown to the fen at least."""
WORDED: Final = frozenset({"tou", "register", "state", "cycle", "which", "component"})
"""Values that are codes, whose words are ``<name>.<code>``."""
