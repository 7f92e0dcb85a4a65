"""Kinds of wrong bills, which a rule finds by the cause that rating names, for the amount that the bill is short of.

Belongs here: the two ways in which a bill goes wrong. Which bills do, stands in the modules of the audit contents.
"""

from __future__ import annotations

from typing import Final

from wattledger.demo.faults.kind import THEIR_BILLS, Fault, Pool


def billed(
    name: str, finding: tuple[str, str], victims: Pool, change: str, note: str, count: int = 3
) -> Fault:
    """A fault of the billing system's view: ``change`` of its tables ``billing_rating_*``."""
    return Fault(name, note, victims, {"billed": change}, billed_wrongly=finding, count=count)


# The bill's amount follows its lines.
_TOTAL: Final = f"""
    UPDATE bill SET bill_amount = (SELECT sum(line_amount) FROM bill_line l WHERE l.bill_id = bill.bill_id)
    WHERE {THEIR_BILLS}"""


def on_the_bill(
    name: str, finding: tuple[str, str], victims: Pool, change: str, note: str, count: int = 3
) -> Fault:
    """A fault of the bill itself: ``change`` of its lines, which its amount follows."""
    return Fault(name, note, victims, {"bills": f"{change}; {_TOTAL}"}, billed_wrongly=finding, count=count)
