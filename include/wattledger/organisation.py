"""The organisation: units, what is below them, and who gets their bulletin.

Belongs here: the tree of units of one audit. Findings of a unit are looked up by its subtree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wattledger.errors import UsageError

if TYPE_CHECKING:
    from wattledger.lake.session import Session


@dataclass(frozen=True, slots=True)
class OrganisationUnit:
    """A unit as its company's file has it."""

    org_id: str
    parent_org_id: str | None
    name_zh: str
    name_en: str
    org_type: str
    recipients: tuple[str, ...]


class Organisation:
    """All units of a company; codes that occur in accounts alone are units without a name."""

    def __init__(self, units: list[OrganisationUnit]) -> None:
        self.units = {unit.org_id: unit for unit in units}

    def subtree(self, org_id: str) -> list[str]:
        """The unit and all units below it; raise UsageError for a code that is not a unit's."""
        if org_id not in self.units:
            raise UsageError(
                f"There is no unit {org_id!r}.",
                where=f"the units are: {', '.join(sorted(self.units)) or 'none'}",
                todo="Give a unit's code as the extracts have it.",
            )
        found, queue = {org_id: None}, [org_id]
        while queue:
            below = [child for child in self._children.get(queue.pop(), []) if child not in found]
            found.update(dict.fromkeys(below))
            queue += below
        return list(found)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for unit in self.units.values():
            if unit.parent_org_id and unit.parent_org_id != unit.org_id:
                children.setdefault(unit.parent_org_id, []).append(unit.org_id)
        return children


def load_organisation(session: Session) -> Organisation:
    """The units in the session's snapshots, by code."""
    rows: list[tuple[Any, ...]] = session.connection.execute(
        "SELECT org_id, parent_org_id, org_name, org_name_en, org_type, bulletin_email FROM organisation_unit "
        "UNION ALL SELECT DISTINCT org_id, NULL, NULL, NULL, 'county', NULL FROM customer_account "
        "WHERE org_id NOT IN (SELECT org_id FROM organisation_unit) ORDER BY 1"
    ).fetchall()
    return Organisation([_unit(*row) for row in rows])


def audience_rows(organisation: Organisation, title: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Rows of all for whom bulletins are made, the company (``org_id`` None) first; addresses parted by commas."""
    company = {"org_id": None, "name_zh": title.get("zh"), "name_en": title.get("en")}
    return [
        company,
        *({**asdict(unit), "recipients": ",".join(unit.recipients)} for unit in organisation.units.values()),
    ]


def read_organisation(rows: Iterable[Mapping[str, Any]]) -> Organisation:
    """The organisation of such rows."""
    return Organisation(
        [
            OrganisationUnit(**{**row, "recipients": _addresses(row["recipients"])})
            for row in rows
            if row["org_id"] is not None
        ]
    )


def _unit(
    org_id: str, parent: str | None, zh: str | None, en: str | None, org_type: str, mail: str | None
) -> OrganisationUnit:
    return OrganisationUnit(org_id, parent, zh or org_id, en or zh or org_id, org_type, _addresses(mail))


def _addresses(text: str | None) -> tuple[str, ...]:
    return tuple(address.strip() for address in (text or "").split(",") if address.strip())
