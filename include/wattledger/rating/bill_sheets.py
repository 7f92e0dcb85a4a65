"""The calculation sheets of single bills, worked out again from the lake.

Belongs here: the way from a bill in the lake to its sheet, and to what was billed. Only the bills that are asked for
are worked out, by the engine that explains. Which bills these are, and how a sheet looks, is for bulletins to say.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from wattledger.errors import UsageError
from wattledger.lake.session import Session
from wattledger.rating.catalogue.model import Catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.rating.inputs import case_of, create_rating_inputs
from wattledger.sheets.model import BilledLine, NotRatableError, Place, Sheet
from wattledger.sql import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NARROWED = ("bill", "bill_line", "meter_reading")


@dataclass(frozen=True, slots=True)
class RatedBill:
    """A bill as it should be, and as it was billed."""

    sheet: Sheet
    billed: tuple[BilledLine, ...]

    @property
    def amounts(self) -> dict[Place, tuple[Decimal, Decimal]]:
        """What was billed and what was due, by component, time and tier."""
        found: dict[Place, tuple[Decimal, Decimal]] = {}
        for line in self.sheet.lines:
            billed, due = found.get((line.component, line.tou, line.tier), (Decimal(0), Decimal(0)))
            found[line.component, line.tou, line.tier] = (billed, due + line.amount)
        for paid in self.billed:
            billed, due = found.get((paid.component, paid.tou, paid.tier), (Decimal(0), Decimal(0)))
            found[paid.component, paid.tou, paid.tier] = (billed + paid.amount, due)
        return found

    @property
    def agrees(self) -> bool:
        """Whether every component, time and tier was billed as it should be: then a sheet says nothing."""
        return all(billed == due for billed, due in self.amounts.values())


def rated_bills(session: Session, catalogue: Catalogue, bill_ids: Collection[str]) -> dict[str, RatedBill]:
    """The sheets of bills by bill; one that does not stand, or cannot be rated, has none.

    The session's views of bills and readings are narrowed to the accounts of these bills: it is of no use for
    anything else afterwards.
    """
    if not bill_ids:
        return {}
    _prepare(session, bill_ids)
    found = {}
    for bill_id in dict.fromkeys(bill_ids):
        with suppress(NotRatableError, UsageError):
            found[bill_id] = _rated(session, catalogue, bill_id)
    return found


def rated_bill(session: Session, catalogue: Catalogue, bill_id: str) -> RatedBill:
    """One bill as ``rated_bills`` does it; raise UsageError where it does not stand or cannot be rated, and why."""
    _prepare(session, [bill_id])
    landed = "SELECT count(*) FROM bill WHERE bill_id = ?"
    if not session.connection.execute(landed, [bill_id]).fetchall()[0][0]:
        raise UsageError(
            f"The bill {bill_id} is not among the landed bills of the period.",
            todo="Compare the id with the extract. Its row may have been rejected: see the rejects in the bulletin.",
        )
    refused = "SELECT reason FROM rating_refused WHERE bill_id = ?"
    try:
        if reason := session.connection.execute(refused, [bill_id]).fetchone():
            raise NotRatableError(reason[0], "its files or readings lack what rating needs")
        return _rated(session, catalogue, bill_id)
    except NotRatableError as error:
        raise UsageError(f"The bill {bill_id} cannot be rated ({error.code}): {error}") from error


def _prepare(session: Session, bill_ids: Collection[str]) -> None:
    _narrow(session.connection, bill_ids)
    create_rating_inputs(session)


def _rated(session: Session, catalogue: Catalogue, bill_id: str) -> RatedBill:
    sheet = rate(case_of(session.connection, bill_id), catalogue)
    return RatedBill(sheet, _billed(session.connection, bill_id))


def _narrow(connection: DuckDBPyConnection, bill_ids: Collection[str]) -> None:
    """Leave only these bills' accounts, and those of their sub-meters, in what rating reads row by row.

    Lines are taken out of the lake once, or every bill would go through all of them again.
    """
    listed = ", ".join(literal(bill_id) for bill_id in bill_ids)
    rows = connection.execute(
        f"WITH own AS (SELECT DISTINCT account_id FROM bill WHERE bill_id IN ({listed})) FROM own "
        "UNION SELECT c.account_id FROM usage_point c JOIN usage_point p ON p.usage_point_id = c.parent_usage_point_id "
        "JOIN own ON own.account_id = p.account_id WHERE c.account_id IS NOT NULL"
    ).fetchall()
    accounts = ", ".join(literal(str(account)) for (account,) in rows) or "NULL"
    for dataset in _NARROWED:
        for view in (dataset, f"{dataset}_history"):
            kind = "TABLE" if view == "bill_line" else "VIEW"
            connection.execute(f"ALTER VIEW {view} RENAME TO {view}_of_all")
            connection.execute(f"CREATE {kind} {view} AS FROM {view}_of_all WHERE account_id IN ({accounts})")


def _billed(connection: DuckDBPyConnection, bill_id: str) -> tuple[BilledLine, ...]:
    rows = connection.execute(
        "SELECT charge_component, tou_period, tier, quantity, price, coalesce(line_amount, 0) FROM bill_line "
        "WHERE bill_id = ? ORDER BY bill_line_id",
        [bill_id],
    ).fetchall()
    return tuple(BilledLine(*row) for row in rows)
