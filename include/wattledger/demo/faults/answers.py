"""The answer key: all that an honest audit must find of the planted faults.

Belongs here: the tables ``answer`` and ``answer_break``. A finding stands under the key of its rule's record; its
amount is what the record works out of the rows that the kind foretells, or what the victim's bill is short of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from wattledger.demo.billing import JURISDICTION, rate_rightly
from wattledger.demo.faults.kind import Fault
from wattledger.demo.faults.planter import show_victims
from wattledger.sql import sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from wattledger.audit.rules import RuleRecord
    from wattledger.periods import Period


class _Foretold(NamedTuple):
    """What a rule finds of a fault."""

    rule_id: str
    rows: str
    is_short: bool = False
    """Whether the amount is the column ``short``, and not the record's."""
    cause: str | None = None


def write_answers(con: DuckDBPyConnection, faults: Iterable[Fault], period: Period) -> None:
    """Fill ``answer`` and ``answer_break`` with all that an audit of ``period`` must find of ``faults``.

    A rule that is not in force in the period finds nothing.
    """
    from wattledger.audit.rules import load_rules
    from wattledger.settings import Settings

    faults = tuple(faults)
    rules = {rule.rule_id: rule for rule in load_rules(Settings().expectations)}
    con.execute(sql_text(__package__, "answers"))
    _rate_victims(con, faults)
    for fault in faults:
        show_victims(con, fault)
        for foretold in _foretold(fault):
            rule = rules[foretold.rule_id]
            if rule.in_force(period, JURISDICTION):
                _note(con, fault, rule.record, foretold)
        for broken in fault.breaks:
            con.execute(
                "INSERT INTO answer_break SELECT ?, business_key, org_id, account_id, ?, difference, ? "
                f"FROM ({broken.rows})",
                [broken.link, broken.cause, fault.name],
            )


def _foretold(fault: Fault) -> Iterator[_Foretold]:
    for rule_id, rows in fault.finds.items():
        yield _Foretold(rule_id, rows)
    for rule_id, rows in fault.costs.items():
        yield _Foretold(rule_id, f"FROM ({rows}) JOIN short_bill USING (account_id)", is_short=True)
    if fault.billed_wrongly:
        rule_id, cause = fault.billed_wrongly
        rows = f"SELECT bill_id, '{cause}' AS cause, short FROM short_bill JOIN victim USING (account_id)"
        yield _Foretold(rule_id, rows, is_short=True, cause=cause)


def _note(con: DuckDBPyConnection, fault: Fault, record: RuleRecord, foretold: _Foretold) -> None:
    from wattledger.audit.failing import business_key

    amount = "r.short" if foretold.is_short else _amount(con, record, foretold.rows)
    con.execute(
        f"INSERT INTO answer SELECT DISTINCT ?, {business_key(record)}, ?, ?, ?, ({amount})::DECIMAL(18, 2) "
        f"FROM ({foretold.rows}) AS r",
        [record.rule_id, fault.name, fault.note, foretold.cause],
    )


def _amount(con: DuckDBPyConnection, record: RuleRecord, rows: str) -> str:
    """The record's amount, where ``rows`` have all that it is worked out from; else none is promised."""
    columns = {row[0] for row in con.execute(f"DESCRIBE {rows}").fetchall()}
    needed = set(re.findall(r"\br\.(\w+)", record.amount or ""))
    return record.amount if record.amount and needed <= columns else "NULL"


def _rate_victims(con: DuckDBPyConnection, faults: tuple[Fault, ...]) -> None:
    """Make ``short_bill``: what the bills of victims of wrong billing are short of."""
    wrong = [fault.name for fault in faults if fault.costs or fault.billed_wrongly]
    none = "SELECT NULL::TEXT AS account_id WHERE FALSE"
    victims = " UNION ALL ".join([none, *(f"SELECT account_id FROM victim_{name}" for name in wrong)])
    rate_rightly(con, f"SELECT bill_id FROM billed SEMI JOIN ({victims}) USING (account_id)")
    con.execute(
        "CREATE TABLE short_bill AS SELECT bill_id, b.account_id, e.amount - b.bill_amount AS short "
        "FROM right_expected_bill e JOIN bill b USING (bill_id)"
    )
