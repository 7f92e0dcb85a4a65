"""The demo's billing system: its bills are what the engine in plain Decimal makes of the same facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from wattledger.demo.billing import JURISDICTION
from wattledger.demo.world import build_world
from wattledger.parameters import load_parameters
from wattledger.periods import Period
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.rating.inputs import case_of
from wattledger.settings import Settings


@pytest.mark.parametrize("month", [date(2024, 5, 1), date(2026, 10, 1)])
def test_both_engines_make_the_same_bills(tmp_path: Path, month: date) -> None:
    settings = Settings()
    parameters = load_parameters(settings.parameters, JURISDICTION)
    catalogue = load_catalogue(settings.tariffs, JURISDICTION, parameters=parameters)
    with build_world(2000, 11, month, tmp_path) as con:
        # of each tariff a few, and everybody whose bill has something of its own
        bills = con.execute("""
            SELECT bill_id, bill_amount FROM bill JOIN acct USING (account_id)
            WHERE billing_month = getvariable('month') AND bill_kind = 'normal' AND story IS DISTINCT FROM 'reissued'
            QUALIFY row_number() OVER (PARTITION BY bill.tariff_code ORDER BY i) <= 8
                OR NOT plain AND row_number() OVER (PARTITION BY has_deduction, second, behind, roof, surcharged
                    ORDER BY i) <= 8
                OR capacity_story IS NOT NULL ORDER BY bill_id""").fetchall()
        made = [(bill_id, rate(case_of(con, bill_id, "billing_"), catalogue).total) for bill_id, _ in bills]
    assert made == bills
    assert len(bills) > 60


def test_wrong_bills_are_short_to_the_fen(tmp_path: Path) -> None:
    """A fault's amount is what the right bill has more than the wrong one, and the right one is as without faults."""
    from wattledger.demo.faults import FAULTS
    from wattledger.demo.faults.answers import write_answers
    from wattledger.demo.faults.planter import Planter

    wrong = [fault for fault in FAULTS if fault.billed_wrongly]
    with build_world(3000, 11, date(2026, 10, 1), tmp_path) as con:
        right = dict(con.execute("SELECT bill_id, bill_amount FROM bill").fetchall())
    planter = Planter(wrong, 1)
    with build_world(3000, 11, date(2026, 10, 1), tmp_path, planter.after) as con:
        write_answers(con, planter.faults, Period.parse("2026-10"))
        billed = dict(con.execute("SELECT bill_id, bill_amount FROM bill").fetchall())
        short = {
            key.split("|")[0]: amount
            for key, amount in con.execute("SELECT business_key, amount FROM answer").fetchall()
        }
    assert short == {
        bill_id: right[bill_id] - billed[bill_id] for bill_id in right if right[bill_id] != billed[bill_id]
    }
    assert len(short) > 50
