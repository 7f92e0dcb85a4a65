"""Planting faults while the utility is made.

Belongs here: who is chosen, and when the damage is done. What goes wrong stands in the kinds, what an audit finds of it
is written down in ``answers``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattledger.demo.faults.kind import Fault
from wattledger.sql import sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Planted:
    """A kind, how often it should have been planted, and on whom it was."""

    fault: str
    note: str
    wanted: int
    victims: tuple[str, ...]


class Planter:
    """Plants ``faults`` on a utility in the making, ``scale`` times the count of each.

    A kind for which a small utility has too few candidates is planted less often, or not at all: ``planted`` tells.

    Raises:
        ValueError: two kinds have the same share of a pool.
    """

    def __init__(self, faults: Iterable[Fault], scale: float) -> None:
        self.faults = tuple(faults) if scale > 0 else ()
        self._scale = scale
        owners: dict[tuple[str, int], str] = {}
        for fault in self.faults:
            pool = (fault.victims.name, fault.victims.share)
            owner = owners.setdefault(pool, fault.name)
            if owner != fault.name:
                raise ValueError(f"{owner} and {fault.name} both have share {pool[1]} of the pool {pool[0]}")

    def after(self, step: str, con: DuckDBPyConnection) -> None:
        """Do the damage that follows ``step``."""
        for fault in self.faults:
            if step not in fault.changes:
                continue
            if step == next(iter(fault.changes)):
                chosen = {"kind": fault.name, "candidates": fault.victims.candidates}
                con.execute(sql_text(__package__, "choose", **chosen, count=self._wanted(fault)))
            show_victims(con, fault)
            con.execute(fault.changes[step])

    def planted(self, con: DuckDBPyConnection) -> tuple[Planted, ...]:
        """Every kind, by name, with its victims."""
        return tuple(self._planted(con, fault) for fault in sorted(self.faults, key=lambda fault: fault.name))

    def _planted(self, con: DuckDBPyConnection, fault: Fault) -> Planted:
        victims = con.execute(f"SELECT victim_key FROM victim_{fault.name} ORDER BY 1").fetchall()
        return Planted(fault.name, fault.note, self._wanted(fault), tuple(key for (key,) in victims))

    def _wanted(self, fault: Fault) -> int:
        return max(1, round(fault.count * self._scale))


def show_victims(con: DuckDBPyConnection, fault: Fault) -> None:
    """Let the view ``victim`` be the victims of ``fault``."""
    con.execute(f"CREATE OR REPLACE VIEW victim AS FROM victim_{fault.name}")
