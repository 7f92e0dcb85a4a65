"""Faults of tariff execution (audit area 2.7) that befall works: power factor, basic charge, losses, sub-meters.

Belongs here: what the billing system has wrong about a high-voltage account while the files are right.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import BILL, THEIR_BILLS, Fault, accounts
from wattledger.demo.faults.wrong_bills import billed

_REWARDED: Final = (
    "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 < used * 36 AND reactive_back IS NULL)"
)
_PENALISED: Final = "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 > used * 52)"
_HELD_AGAINST_90: Final = f"pf_standard = 0.90 AND pf_evaluation = 'both' AND {_REWARDED}"

# What the contract counts for: the contract's demand, but no less than 40 % of the capacity.
_CONTRACT: Final = "greatest(contract_kw, kva * 0.4)"
_DEMAND: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'demand' AND used * factor * 0.01 > "
_FULL: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'total' AND used * factor * 0.01 > "


def _days(name: str, pool: str, change: str, note: str) -> Fault:
    change = f"UPDATE billing_rating_capacity SET {change} AND {THEIR_BILLS}"
    return billed(name, ("TAR-09", "basic_charge_days"), accounts(pool, 0), change, note, 2)


FAULTS: Final = (
    billed(
        "power_factor_standard_too_low",
        ("TAR-03", "power_factor_standard"),
        accounts("works_by_capacity", 0, _HELD_AGAINST_90),
        f"UPDATE billing_rating_bill SET power_factor_standard = 0.85 WHERE {THEIR_BILLS}",
        "power factor held against 0.85 instead of 0.90",
    ),
    billed(
        "power_factor_not_applied",
        ("TAR-03", "power_factor_standard"),
        accounts("works_by_capacity", 1, _HELD_AGAINST_90),
        f"UPDATE billing_rating_bill SET power_factor_standard = NULL WHERE {THEIR_BILLS}",
        "no power-factor adjustment on the bill",
        2,
    ),
    billed(
        "reward_given_undue",
        ("TAR-03", "power_factor_evaluation"),
        accounts("works_penalty_only", 0, _REWARDED),
        f"UPDATE billing_rating_bill SET power_factor_evaluation = 'both' WHERE {THEIR_BILLS}",
        "a reward for an account that is only to be penalised",
        2,
    ),
    billed(
        "penalty_undue",
        ("TAR-03", "power_factor_evaluation"),
        accounts("works_reward_only", 0, _PENALISED),
        f"UPDATE billing_rating_bill SET power_factor_evaluation = 'both' WHERE {THEIR_BILLS}",
        "a penalty for an account that is only to be rewarded",
        2,
    ),
    billed(
        "demand_billed_instead_of_capacity",
        ("TAR-02", "basic_charge_mode"),
        accounts("works_by_capacity", 2),
        f"UPDATE billing_rating_bill SET basic_mode = 'actual_demand' WHERE {THEIR_BILLS}",
        "the basic charge by measured demand instead of capacity",
    ),
    billed(
        "capacity_billed_instead_of_demand",
        ("TAR-02", "basic_charge_mode"),
        accounts("works_by_demand", 0),
        f"UPDATE billing_rating_bill SET basic_mode = 'capacity' WHERE {THEIR_BILLS}",
        "the basic charge by capacity instead of measured demand",
        2,
    ),
    billed(
        "excess_demand_not_doubled",
        ("TAR-09", "demand_rule"),
        accounts("works_by_contract", 0, f"i IN ({_DEMAND} 1.1 * {_CONTRACT})"),
        f"""UPDATE billing_rating_register r SET usage = {_CONTRACT} FROM victim
            WHERE r.register = 'demand' AND r.bill_id = {BILL}""",
        "demand above 105 % of the contract was billed as contracted",
    ),
    billed(
        "high_load_discount_missed",
        ("TAR-09", "demand_rule"),
        accounts("works_of_high_load", 0, f"i IN ({_FULL} 262 * kva)"),
        f"UPDATE billing_rating_bill SET capacity_kva = capacity_kva * 10 WHERE {THEIR_BILLS}",
        "260 kWh and more a kVA, and the demand price was not reduced",
        2,
    ),
    _days(
        "short_suspension_taken_off",
        "works_suspended_briefly",
        "state = 'cold_standby' WHERE state = 'suspended'",
        "a suspension of less than 15 days was taken off the capacity",
    ),
    _days(
        "suspension_not_taken_off",
        "works_suspended",
        "state = 'running' WHERE state = 'suspended'",
        "a suspension of 16 days and more was charged as running",
    ),
    _days(
        "new_transformer_charged_whole",
        "works_growing",
        "from_on = NULL WHERE item = 'T2'",
        "a transformer connected within the month was charged for all of it",
    ),
    billed(
        "transformer_loss_missed",
        ("TAR-06", "loss"),
        accounts("works_behind_transformer", 0),
        f"UPDATE billing_rating_point SET loss_method = NULL WHERE {THEIR_BILLS}",
        "metered behind the transformer, its loss not billed",
    ),
    billed(
        "transformer_loss_undue",
        ("TAR-06", "loss"),
        accounts("works_by_capacity", 3, "metering_mode = 'hv_hv'"),
        f"UPDATE billing_rating_point SET loss_method = 'percent', loss_percent = 1.5 WHERE {THEIR_BILLS}",
        "metered before the transformer, and its loss billed once more",
        2,
    ),
    billed(
        "submeter_not_taken_off",
        ("TAR-10", "deduction"),
        accounts("works_with_home", 0),
        f"""DELETE FROM billing_rating_register WHERE {THEIR_BILLS} AND point_id IN (
            SELECT point_id FROM billing_rating_point WHERE calculation = 'submeter' AND {THEIR_BILLS});
            DELETE FROM billing_rating_point WHERE calculation = 'submeter' AND {THEIR_BILLS}""",
        "a home behind the works' meter pays by itself, and the works pays for it too",
    ),
)
