"""Planting faults: what a fault kind is, and how it is planted while the utility is made.

Belongs here: the mechanism. The kinds themselves stand in ``faults_reading``, ``faults_billing``, ``faults_rating``,
``faults_industry``, ``faults_files``, ``faults_finance`` and ``faults_breaks``; to add one, add a ``Fault`` to the
tuple of its module.

A fault kind says whom it may befall, what it changes and after which step of the making (everything made later then
follows from the fault, as in life), and all that an honest audit finds of it. No two faults share a victim, so that
they do not blur each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wattledger.demo.billing import rate_rightly

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NOW: Final = "billing_month = getvariable('month')"
"""Rows of the audited month; the months before are history."""
MONTH: Final = "strftime(getvariable('month'), '%Y-%m')"
METER: Final = "'M' || (2000000000 + i * 10)"
"""The meter of a victim; the new one where a meter was changed has a number one higher."""
BILL: Final = "'B' || strftime(getvariable('month'), '%Y%m') || lpad(i::TEXT, 8, '0')"
"""The victim's bill of the audited month."""
THEIR_BILLS: Final = f"bill_id IN (SELECT {BILL} FROM victim)"
THEIRS: Final = "account_id IN (SELECT account_id FROM victim)"
OF_THEM: Final = "i IN (SELECT i FROM victim)"


def accounts(condition: str = "TRUE") -> str:
    """Candidates for most faults: accounts in use, without a story of their own, for which ``condition`` is true.

    One account in twenty of each route is kept for what befalls a whole route.
    """
    return (
        "SELECT account_id AS victim_key, * FROM acct WHERE NOT closed AND story IS NULL AND NOT vacant "
        "AND NOT switched AND i NOT IN (SELECT i FROM tenant) "
        f"AND (class = 'hv' OR place_in_route % 20 <> 7) AND ({condition})"
    )


@dataclass(frozen=True, slots=True)
class Break:
    """What the reconciliation shows of a fault."""

    link: str
    cause: str
    rows: str
    """SELECT of business_key, org_id, account_id and difference, from ``victim``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, written in the standard datasets' own columns."""

    name: str
    victims: str
    """SELECT of the candidates: ``victim_key`` (no other fault gets the same), ``org_id``, "
        "and what ``changes`` need."""
    changes: Mapping[str, str]
    """By step (the name of a file of ``sql/``), the statements that do the damage right after it. ``victim`` is the
    view of the chosen candidates, who are chosen at the first of the steps."""
    finds: Mapping[str, str] = field(default_factory=dict)
    """By rule, SELECT of the business keys that the rule then finds; collateral findings are findings too."""
    costs: Mapping[str, str] = field(default_factory=dict)
    """By rule, SELECT of business keys and accounts: findings whose amount is what the account's bill is short of,
    to the fen."""
    billed_wrongly: tuple[str, str] | None = None
    """Rule and cause of what is wrong with the victims' bills of the audited month, to the fen."""
    breaks: tuple[Break, ...] = ()
    note: str = ""
    count: int = 3
    """How many are planted at scale 1; at least one is planted at any scale above 0."""


_CHOOSE: Final = """
CREATE TABLE victim_{name} AS
WITH candidate AS ({victims}), free AS (
    SELECT *, row_number() OVER (PARTITION BY org_id ORDER BY draw(victim_key, '{name}', 1000000007),
        victim_key) AS turn
    FROM candidate WHERE victim_key NOT IN (FROM taken)
)
-- One per unit before any unit has two.
SELECT * EXCLUDE (turn) FROM free ORDER BY turn, draw(org_id, '{name}', 1000000007), org_id LIMIT {count}
"""


class Planter:
    """Plants ``faults`` on a utility in the making, ``scale`` times the count of each.

    A kind for which a small utility has no candidate left is planted less often, or not at all.
    """

    def __init__(self, faults: Iterable[Fault], scale: float) -> None:
        self._faults = tuple(faults) if scale > 0 else ()
        self._scale = scale

    def after(self, step: str, con: DuckDBPyConnection) -> None:
        """Do the damage that follows ``step``."""
        if step == "01_ground":
            con.execute("CREATE TABLE taken (victim_key TEXT)")
        for fault in self._faults:
            if step not in fault.changes:
                continue
            if step == next(iter(fault.changes)):
                count = max(1, round(fault.count * self._scale))
                con.execute(_CHOOSE.format(victims=fault.victims, name=fault.name, count=count))
                con.execute(f"INSERT INTO taken SELECT victim_key FROM victim_{fault.name}")
            con.execute(f"CREATE OR REPLACE VIEW victim AS FROM victim_{fault.name}")
            con.execute(fault.changes[step])

    def answers(self, con: DuckDBPyConnection) -> None:
        """Fill the tables ``answer`` and ``answer_break`` with all that an audit must find."""
        con.execute(
            "CREATE TABLE answer (rule_id TEXT, business_key TEXT, fault TEXT, note TEXT, cause TEXT, "
            "amount DECIMAL(18, 2))"
        )
        con.execute(
            "CREATE TABLE answer_break (link TEXT, business_key TEXT, org_id TEXT, account_id TEXT, cause TEXT, "
            "difference DECIMAL(18, 4), fault TEXT)"
        )
        self._rate_victims(con)
        for fault in self._faults:
            con.execute(f"CREATE OR REPLACE VIEW victim AS FROM victim_{fault.name}")
            named = [fault.name, fault.note]
            for rule_id, keys in fault.finds.items():
                con.execute(
                    f"INSERT INTO answer SELECT DISTINCT ?, *, ?, ?, NULL, NULL FROM ({keys})",
                    [rule_id, *named],
                )
            for rule_id, keys in fault.costs.items():
                con.execute(
                    "INSERT INTO answer SELECT ?, key, ?, ?, NULL, short FROM short_bill "
                    f"JOIN ({keys}) AS k (key, account_id) USING (account_id)",
                    [rule_id, *named],
                )
            if fault.billed_wrongly:
                rule_id, cause = fault.billed_wrongly
                con.execute(
                    "INSERT INTO answer SELECT ?, bill_id || '|' || ?, ?, ?, ?, short FROM short_bill "
                    "JOIN victim USING (account_id)",
                    [rule_id, cause, *named, cause],
                )
            for broken in fault.breaks:
                con.execute(
                    "INSERT INTO answer_break SELECT ?, business_key, org_id, account_id, ?, difference, ? "
                    f"FROM ({broken.rows})",
                    [broken.link, broken.cause, fault.name],
                )

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
