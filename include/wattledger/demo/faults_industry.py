"""Faults of tariff execution (audit area 2.7) that befall works: power factor, basic charge, losses, sub-meters.

Belongs here: what the billing system has wrong about a high-voltage account while the files are right.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import BILL, THEIR_BILLS, Fault
from wattledger.demo.faults_rating import billed

_REWARDED: Final = (
    "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 < used * 36 AND reactive_back IS NULL)"
)
_PENALISED: Final = "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 > used * 52)"
_WORKS: Final = "plain AND metering_mode = 'hv_hv' AND NOT pumping AND pf_standard = 0.90"
_TWO_PART: Final = "tariff_code = 'I2T' AND plain AND capacity_story IS NULL"

# What the contract counts for: the contract's demand, but no less than 40 % of the capacity.
_CONTRACT: Final = "greatest(contract_kw, kva * 0.4)"
_DEMAND: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'demand' AND used * factor * 0.01 > "
_FULL: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'total' AND used * factor * 0.01 > "


def _state(name: str, story: str, change: str, note: str) -> Fault:
    return billed(
        name,
        ("TAR-09", "basic_charge_days"),
        f"capacity_story = '{story}' AND basic_mode = 'capacity' AND plain",
        f"UPDATE billing_rating_capacity SET {change} AND {THEIR_BILLS}",
        note,
        2,
    )


FAULTS: Final = (
    billed(
        "power_factor_standard_too_low",
        ("TAR-03", "power_factor_standard"),
        f"{_WORKS} AND pf_evaluation = 'both' AND {_REWARDED}",
        f"UPDATE billing_rating_bill SET power_factor_standard = 0.85 WHERE {THEIR_BILLS}",
        "power factor held against 0.85 instead of 0.90",
    ),
    billed(
        "power_factor_not_applied",
        ("TAR-03", "power_factor_standard"),
        f"{_WORKS} AND pf_evaluation = 'both' AND {_REWARDED}",
        f"UPDATE billing_rating_bill SET power_factor_standard = NULL WHERE {THEIR_BILLS}",
        "no power-factor adjustment on the bill",
        2,
    ),
    billed(
        "reward_given_undue",
        ("TAR-03", "power_factor_evaluation"),
        f"{_WORKS} AND pf_evaluation = 'penalty_only' AND {_REWARDED}",
        f"UPDATE billing_rating_bill SET power_factor_evaluation = 'both' WHERE {THEIR_BILLS}",
        "a reward for an account that is only to be penalised",
        2,
    ),
    billed(
        "penalty_undue",
        ("TAR-03", "power_factor_evaluation"),
        f"pf_standard = 0.90 AND plain AND pf_evaluation = 'reward_only' AND {_PENALISED}",
        f"UPDATE billing_rating_bill SET power_factor_evaluation = 'both' WHERE {THEIR_BILLS}",
        "a penalty for an account that is only to be rewarded",
        2,
    ),
    billed(
        "demand_billed_instead_of_capacity",
        ("TAR-02", "basic_charge_mode"),
        f"{_TWO_PART} AND basic_mode = 'capacity'",
        f"UPDATE billing_rating_bill SET basic_mode = 'actual_demand' WHERE {THEIR_BILLS}",
        "the basic charge by measured demand instead of capacity",
    ),
    billed(
        "capacity_billed_instead_of_demand",
        ("TAR-02", "basic_charge_mode"),
        f"{_TWO_PART} AND basic_mode = 'actual_demand'",
        f"UPDATE billing_rating_bill SET basic_mode = 'capacity' WHERE {THEIR_BILLS}",
        "the basic charge by capacity instead of measured demand",
        2,
    ),
    billed(
        "excess_demand_not_doubled",
        ("TAR-09", "demand_rule"),
        f"{_TWO_PART} AND basic_mode = 'contract_demand' AND i IN ({_DEMAND} 1.1 * {_CONTRACT})",
        f"""UPDATE billing_rating_register r SET usage = {_CONTRACT} FROM victim
            WHERE r.register = 'demand' AND r.bill_id = {BILL}""",
        "demand above 105 % of the contract was billed as contracted",
    ),
    billed(
        "high_load_discount_missed",
        ("TAR-09", "demand_rule"),
        f"{_TWO_PART} AND basic_mode = 'actual_demand' AND i IN ({_FULL} 262 * kva)",
        f"UPDATE billing_rating_bill SET capacity_kva = capacity_kva * 10 WHERE {THEIR_BILLS}",
        "260 kWh and more a kVA, and the demand price was not reduced",
        2,
    ),
    _state(
        "short_suspension_taken_off",
        "suspended_briefly",
        "state = 'cold_standby' WHERE state = 'suspended'",
        "a suspension of less than 15 days was taken off the capacity",
    ),
    _state(
        "suspension_not_taken_off",
        "suspended",
        "state = 'running' WHERE state = 'suspended'",
        "a suspension of 16 days and more was charged as running",
    ),
    _state(
        "new_transformer_charged_whole",
        "new",
        "from_on = NULL WHERE item = 'T2'",
        "a transformer connected within the month was charged for all of it",
    ),
    billed(
        "transformer_loss_missed",
        ("TAR-06", "loss"),
        "loss_method IS NOT NULL AND line_loss = 0 AND NOT pumping AND plain",
        f"UPDATE billing_rating_point SET loss_method = NULL WHERE {THEIR_BILLS}",
        "metered behind the transformer, its loss not billed",
    ),
    billed(
        "transformer_loss_undue",
        ("TAR-06", "loss"),
        "metering_mode = 'hv_hv' AND NOT pumping AND plain",
        f"UPDATE billing_rating_point SET loss_method = 'percent', loss_percent = 1.5 WHERE {THEIR_BILLS}",
        "metered before the transformer, and its loss billed once more",
        2,
    ),
    billed(
        "submeter_not_taken_off",
        ("TAR-10", "deduction"),
        "has_deduction AND NOT surcharged",
        f"""DELETE FROM billing_rating_register WHERE {THEIR_BILLS} AND point_id IN (
            SELECT point_id FROM billing_rating_point WHERE calculation = 'submeter' AND {THEIR_BILLS});
            DELETE FROM billing_rating_point WHERE calculation = 'submeter' AND {THEIR_BILLS}""",
        "a home behind the works' meter pays by itself, and the works pays for it too",
    ),
)
