"""Faults of tariff execution (audit area 2.7) that befall works: power factor, basic charge, losses, sub-meters.

Belongs here: what the billing system has wrong about a high-voltage account while the files are right.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults import THEIR_BILLS, accounts
from wattledger.demo.faults_rating import billed

_REWARDED: Final = "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 < used * 36 AND reactive_back IS NULL)"
_PENALISED: Final = "i IN (SELECT i FROM monthly WHERE m = 2 AND reactive * 100 > used * 51)"
_WORKS: Final = "plain AND metering_mode = 'hv_hv' AND NOT pumping AND pf_standard = 0.90"
_TWO_PART: Final = "tariff_code = 'I2T' AND plain AND capacity_story IS NULL"
_STATES: Final = "SELECT 1 FROM billing_rating_bill b WHERE b.bill_id = c.bill_id"

# What the contract counts for: the contract's demand, but no less than 40 % of the capacity.
_CONTRACT: Final = "greatest(contract_kw, kva * 0.4)"
_DEMAND: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'demand' AND used * factor * 0.01 > "
_FULL: Final = "SELECT i FROM register WHERE m = 2 AND reading_type = 'total' AND used * factor * 0.01 > "


def _state(name: str, story: str, cause: str, change: str, note: str, overlap: str) -> object:
    return billed(
        name,
        ("TAR-09", cause),
        f"capacity_story = '{story}' AND basic_mode = 'capacity' AND plain AND account_id IN (SELECT account_id "
        f"FROM capacity_state {overlap})",
        change,
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
        "penalty_forgiven",
        ("TAR-03", "power_factor_evaluation"),
        f"{_WORKS} AND pf_evaluation = 'both' AND {_PENALISED}",
        f"UPDATE billing_rating_bill SET power_factor_evaluation = 'reward_only' WHERE {THEIR_BILLS}",
        "the penalty of a low power factor was left out",
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
            WHERE r.register = 'demand' AND r.bill_id = {{bill}}""",
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
)
