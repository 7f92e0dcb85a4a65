"""Planting faults while the utility is made, and writing down all that an audit must find of them.

Belongs here: the mechanism. What goes wrong stands in the kinds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattledger.demo.billing import rate_rightly
from wattledger.demo.faults.kind import Fault
from wattledger.sql import sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from wattledger.audit.rules import RuleRecord


@dataclass(frozen=True, slots=True)
class Planted:
    """How often a kind was planted, and how often it should have been."""

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
        self._faults = tuple(faults) if scale > 0 else ()
        self._scale = scale
        owners: dict[tuple[str, int], str] = {}
        for fault in self._faults:
            pool = (fault.victims.name, fault.victims.share)
            owner = owners.setdefault(pool, fault.name)
            if owner != fault.name:
                raise ValueError(f"{owner} and {fault.name} both have share {pool[1]} of the pool {pool[0]}")

    def after(self, step: str, con: DuckDBPyConnection) -> None:
        """Do the damage that follows ``step``."""
        for fault in self._faults:
            if step not in fault.changes:
                continue
            if step == next(iter(fault.changes)):
                values = {
                    "kind": fault.name,
                    "candidates": fault.victims.candidates,
                    "count": self._wanted(fault),
                }
                con.execute(sql_text(__package__, "choose", **values))
            _show(con, fault)
            con.execute(fault.changes[step])

    def planted(self, con: DuckDBPyConnection) -> tuple[Planted, ...]:
        """Every kind, by name, with its victims."""
        return tuple(
            self._planted(con, fault) for fault in sorted(self._faults, key=lambda fault: fault.name)
        )

    def _planted(self, con: DuckDBPyConnection, fault: Fault) -> Planted:
        victims = con.execute(f"SELECT victim_key FROM victim_{fault.name} ORDER BY 1").fetchall()
        return Planted(fault.name, fault.note, self._wanted(fault), tuple(key for (key,) in victims))

    def answers(self, con: DuckDBPyConnection) -> None:
        """Fill ``answer`` and ``answer_break`` with all that an audit must find, under the rules' own keys."""
        from wattledger.audit.rules import load_rules
        from wattledger.settings import Settings

        records = {rule.rule_id: rule.record for rule in load_rules(Settings().expectations)}
        con.execute(sql_text(__package__, "answers"))
        self._rate_victims(con)
        for fault in self._faults:
            _show(con, fault)
            for rule_id, rows in fault.finds.items():
                _answer(con, fault, records[rule_id], rows)
            for rule_id, rows in fault.costs.items():
                _answer(
                    con,
                    fault,
                    records[rule_id],
                    f"FROM ({rows}) JOIN short_bill USING (account_id)",
                    "r.short",
                )
            if fault.billed_wrongly:
                rule_id, cause = fault.billed_wrongly
                rows = f"SELECT bill_id, '{cause}' AS cause, short FROM short_bill JOIN victim USING (account_id)"
                _answer(con, fault, records[rule_id], rows, "r.short", cause)
            for broken in fault.breaks:
                con.execute(
                    "INSERT INTO answer_break SELECT ?, business_key, org_id, account_id, ?, difference, ? "
                    f"FROM ({broken.rows})",
                    [broken.link, broken.cause, fault.name],
                )

    def _wanted(self, fault: Fault) -> int:
        return max(1, round(fault.count * self._scale))

    def _rate_victims(self, con: DuckDBPyConnection) -> None:
        """Make ``short_bill``: what the bills of victims of wrong billing are short of."""
        wrong = [fault for fault in self._faults if fault.costs or fault.billed_wrongly]
        victims = " UNION ALL ".join(
            [
                "SELECT NULL::TEXT AS account_id WHERE FALSE",
                *(f"SELECT account_id FROM victim_{f.name}" for f in wrong),
            ]
        )
        rate_rightly(con, f"SELECT bill_id FROM billed SEMI JOIN ({victims}) USING (account_id)")
        con.execute(
            "CREATE TABLE short_bill AS SELECT bill_id, b.account_id, e.amount - b.bill_amount AS short "
            "FROM right_expected_bill e JOIN bill b USING (bill_id)"
        )


def _show(con: DuckDBPyConnection, fault: Fault) -> None:
    con.execute(f"CREATE OR REPLACE VIEW victim AS FROM victim_{fault.name}")


def _answer(
    con: DuckDBPyConnection,
    fault: Fault,
    record: RuleRecord,
    rows: str,
    amount: str | None = None,
    cause: str | None = None,
) -> None:
    """Note what the rule must find: ``rows``, under the key of its record, for the amount that the record says."""
    from wattledger.audit.failing import business_key

    if amount is None:
        columns = {row[0] for row in con.execute(f"DESCRIBE {rows}").fetchall()}
        amount = record.amount if record.amount and _knows(columns, record.amount) else "NULL"
    con.execute(
        f"INSERT INTO answer SELECT DISTINCT ?, {business_key(record)}, ?, ?, ?, ({amount})::DECIMAL(18, 2) "
        f"FROM ({rows}) AS r",
        [record.rule_id, fault.name, fault.note, cause],
    )


def _knows(columns: Collection[str], expression: str) -> bool:
    return set(re.findall(r"\br\.(\w+)", expression)) <= set(columns)
