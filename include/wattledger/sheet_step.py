"""The step between findings and bulletins: for whom bulletins are, and the calculation sheets that they show.

Belongs here: working both out, for publishing to read. Which findings have a sheet is for ``bulletin.listed`` to say,
how a bill is worked out for ``rating``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wattledger.bulletin.listed import Listed, bills_of
from wattledger.bulletin.view import Limits
from wattledger.organisation import audience_rows, load_organisation
from wattledger.rating.bill_sheets import RatedBill, rated_bills
from wattledger.registry import FindingRow
from wattledger.sheets.model import BillSheet
from wattledger.sheets.stored import sheet_row

if TYPE_CHECKING:
    from wattledger.context import Audit

Row = dict[str, Any]


def work_out(audit: Audit) -> tuple[list[Row], list[Row]]:
    """The rows of all audiences and of their sheets. A bill is worked out once, however many bulletins show it."""
    listed = Listed(audit.registry, audit.source.name, audit.period)
    with audit.session(priced=True) as session:
        organisation = load_organisation(session)
        found = {None: bills_of(listed.of(None), audit.rules)} | {
            org_id: bills_of(listed.of(organisation.subtree(org_id)), audit.rules)
            for org_id in organisation.units
        }
        wanted = {bill_id for pairs in found.values() for _, bill_id in pairs}
        rated = rated_bills(session, audit.catalogue, sorted(wanted))
    sheets = [
        {"org_id": org_id, "position": position, **sheet_row(sheet)}
        for org_id, pairs in found.items()
        for position, sheet in enumerate(sheets_for(pairs, rated))
    ]
    return audience_rows(organisation, audit.source.title), sheets


def sheets_for(
    pairs: Iterable[tuple[FindingRow, str]], rated: Mapping[str, RatedBill]
) -> tuple[BillSheet, ...]:
    """The sheets of a bulletin, the largest amount first; a bill that is right has none."""
    made = [
        BillSheet(
            finding.rule_id,
            finding.business_key,
            bill_id,
            finding.account_id or "",
            rated[bill_id].sheet,
            rated[bill_id].billed,
        )
        for finding, bill_id in pairs
        if bill_id in rated and not rated[bill_id].agrees
    ]
    return tuple(made[: Limits().sheets])
