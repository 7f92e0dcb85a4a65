"""What a link is, and what a reconciliation reports.

Belongs here: the dataclasses. What each link compares stands in its own module and its files of ``sql/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from wattledger.lake.session import Session
from wattledger.sql import sql_text


@dataclass(frozen=True, slots=True)
class Link:
    """Two sides that must agree, and how they are laid side by side.

    ``build`` leaves two relations in the schema ``scratch``, which is dropped afterwards:

    - ``pair(org_id, left_value, right_value, agrees)``, a row per key compared; a side that does not have
      the key is NULL, and counts as 0;
    - ``part(org_id, account_id, business_key, cause, left_value, right_value, difference, evidence)``, the
      breaks; by key, their differences sum to the pair's, and no cause stands twice.

    What could not be compared, since the other side may lie in days that were not landed, goes into the table
    ``not_judged(org_id, code, left_value, right_value)`` there, a row per key, and into neither of the two.

    Values are DECIMAL(18,4) in ``measure``; ``evidence`` is a JSON object.
    """

    name: str
    measure: Literal["kWh", "gas", "yuan"]
    """Yuan stands for the source's currency; gas is in the unit that the company meters it in."""
    needs: Mapping[str, tuple[str, ...]]
    """Datasets and columns that it cannot do without."""
    build: Callable[[Session], None]
    only_where: str = ""
    """SQL that gives a row where the company has what the link is about; else it is left out. None: all have."""


def by_files(*names: str) -> Callable[[Session], None]:
    """A ``build`` that runs the files ``sql/<name>.sql``, one after the other."""

    def build(session: Session) -> None:
        for name in names:
            session.connection.execute(sql_text(__package__, name))

    return build


@dataclass(frozen=True, slots=True)
class LinkResult:
    """One link for the whole company; ``difference`` = left - right."""

    link: str
    measure: str
    reason: str | None
    """Why it was not evaluated; None if it was."""
    compared: int = 0
    agreeing: int = 0
    left_total: Decimal = Decimal(0)
    right_total: Decimal = Decimal(0)
    difference: Decimal = Decimal(0)
    breaks: int = 0
    unassigned: Decimal = Decimal(0)
    """The part of ``difference`` that belongs to no unit, because its account is in no customer file."""
    not_judged: int = 0
    """Keys that could not be compared."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All links of one audit, in the order in which money follows energy."""

    links: tuple[LinkResult, ...]

    @property
    def breaks(self) -> int:
        """Rows of ``recon_break``."""
        return sum(link.breaks for link in self.links)
