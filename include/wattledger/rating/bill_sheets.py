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
from wattledger.rating.inputs import StoredCases, case_of, create_rating_inputs
from wattledger.sheets.model import BilledLine, NotRatableError, Place, Sheet
from wattledger.sql import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NARROWED = ("bill", "meter_reading")


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
    cases, billed = StoredCases(session.connection, bill_ids), _billed(session.connection, bill_ids)
    found = {}
    for bill_id in dict.fromkeys(bill_ids):
        with suppress(NotRatableError, UsageError):
            found[bill_id] = RatedBill(rate(cases.case(bill_id), catalogue), billed.get(bill_id, ()))
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
        account = "SELECT any_value(account_id) FROM lake_bill WHERE bill_id = ?"
        of = session.connection.execute(account, [bill_id]).fetchall()[0][0] or ""
        case = case_of(session.connection, bill_id)
        named = case.model_copy(update={"account_id": of, "jurisdiction": catalogue.jurisdiction})
        sheet = rate(named, catalogue)
        return RatedBill(sheet, _billed(session.connection, [bill_id]).get(bill_id, ()))
    except NotRatableError as error:
        raise UsageError(f"The bill {bill_id} cannot be rated ({error.code}): {error}") from error


def _prepare(session: Session, bill_ids: Collection[str]) -> None:
    _narrow(session.connection, bill_ids)
    create_rating_inputs(session)


def _narrow(connection: DuckDBPyConnection, bill_ids: Collection[str]) -> None:
    """Leave only these bills' lines, and of the rest their accounts and those of their sub-meters.

    Lines are taken out of the lake once, or whatever looks for some would go through all of them again.
    """
    listed = ", ".join(literal(bill_id) for bill_id in bill_ids)
    rows = connection.execute(
        f"WITH own AS (SELECT DISTINCT account_id FROM bill WHERE bill_id IN ({listed})) FROM own "
        "UNION SELECT c.account_id FROM usage_point c JOIN usage_point p ON p.usage_point_id = c.parent_usage_point_id "
        "JOIN own ON own.account_id = p.account_id WHERE c.account_id IS NOT NULL"
    ).fetchall()
    accounts = ", ".join(literal(str(account)) for (account,) in rows) or "NULL"
    for view in [f"{dataset}{history}" for dataset in _NARROWED for history in ("", "_history")]:
        connection.execute(f"ALTER VIEW {view} RENAME TO {view}_of_all")
        connection.execute(f"CREATE VIEW {view} AS FROM {view}_of_all WHERE account_id IN ({accounts})")
    connection.execute("ALTER VIEW bill_line RENAME TO bill_line_of_all")
    connection.execute(
        "CREATE TABLE bill_line AS SELECT bill_id, bill_line_id, charge_component, tou_period, tier, quantity, price, "
        f"line_amount FROM bill_line_of_all WHERE bill_id IN ({listed})"
    )


def _billed(connection: DuckDBPyConnection, bill_ids: Collection[str]) -> dict[str, tuple[BilledLine, ...]]:
    """The lines of each bill that has any."""
    rows = connection.execute(
        "SELECT bill_id, charge_component, tou_period, tier, quantity, price, coalesce(line_amount, 0) "
        "FROM bill_line WHERE bill_id IN (SELECT unnest(?)) ORDER BY bill_line_id",
        [[*bill_ids]],
    ).fetchall()
    found: dict[str, tuple[BilledLine, ...]] = {}
    for bill_id, *line in rows:
        found[bill_id] = (*found.get(bill_id, ()), BilledLine(*line))
    return found
