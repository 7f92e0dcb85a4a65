"""Readings against billed energy, by account, month and meter: electricity in kWh, gas by itself as it is metered.

Left: usage of the total registers of settlement points, without reversed readings. Right: billed kWh less
losses, plus deductions, of all bills but credit notes, so that a reversal and its reissue net.

A reading goes with the bill of its meter; where that meter has none, with the bill that another meter of
the same usage point has (a changed meter); all that is left of an account and month, on both sides, is
compared as one. Key: account, month, and the meter unless it is that rest; and the commodity, if not electricity.

Causes: ``period_shift`` (cancels, to the last digit, with the month next to it), ``missing_bill``,
``missing_reading``, ``rounding`` (up to the parameter ``reading_bill.rounding_kwh``), ``multiplier``
(billed as if another multiplier on file held), ``loss_or_deduction``, ``billed_twice`` (a bill stands there a
second time), ``dial_turn`` (off by a whole turn of a dial), ``billed_without_advance`` (the register did not
move), ``billed_zero`` (it did, and the bill is of 0), ``reading_fell_back``, ``unexplained``.

Belongs here: what the link is, and of which rows the two sides are made. How they are laid side by side stands in
``sql/reading_bill_sides.sql``, why they differ in ``sql/reading_bill_causes.sql``.
"""

from __future__ import annotations

from typing import Final

from wattledger.lake.session import Session
from wattledger.reconcile.model import Link
from wattledger.sql import sql_text

_MONTH: Final = "date_trunc('month', billing_month)::DATE"
# The month before the period counts as one, whichever way the period was cut.
_MONTH_BEFORE: Final = (
    "(date_trunc('month', (SELECT period_start FROM audit_period)) - INTERVAL 1 MONTH)::DATE"
)


def _build(session: Session, commodity: str) -> None:
    # Where bills name no meter, all of an account's readings stand against all of its bills.
    by_meter = "meter_id" in session.datasets["bill"].columns
    meters = {
        "reading_meter": "meter_id" if by_meter else "''",
        "bill_meter": "coalesce(meter_id, '')" if by_meter else "''",
    }
    of = {"commodity": commodity, **meters}
    now = {"to": "now", "readings": "meter_reading", "bills": "bill", "month": _MONTH}
    before = {
        "to": "before",
        "readings": "scratch.earlier_reading",
        "bills": "scratch.earlier_bill",
        "month": _MONTH_BEFORE,
    }
    run = session.connection.execute
    run(sql_text(__package__, "reading_bill_sides", **now, **of))
    run(sql_text(__package__, "reading_bill_pairs", commodity=commodity))
    run(sql_text(__package__, "reading_bill_sides", **before, **of))
    run(sql_text(__package__, "reading_bill_causes", commodity=commodity))


_NEEDS: Final = {"meter_reading": ("usage_kwh",), "bill": ("usage_kwh",)}

READING_BILL: Final = Link("reading_bill", "kWh", _NEEDS, lambda session: _build(session, "electricity"))
READING_BILL_GAS: Final = Link(
    "reading_bill_gas",
    "gas",
    _NEEDS,
    lambda session: _build(session, "gas"),
    only_where="SELECT 1 FROM (SELECT commodity FROM meter_reading UNION ALL SELECT commodity FROM bill) "
    "WHERE commodity = 'gas'",
)
"""Of companies that sell gas: its units are none of electricity's, and are never added to them."""
