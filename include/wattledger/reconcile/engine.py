"""Running the links and keeping their results, for the company and for each unit.

Belongs here: what all links have in common. What a link compares stands in its own module; to add a link, add it
to ``LINKS``.

A unit's row covers its own accounts and those of all units below it, as its bulletin does. A key whose account is
in no customer file has no unit: it counts for the company alone.
"""

from __future__ import annotations

from typing import Final

from wattledger.contracts import load_published
from wattledger.lake.session import Session
from wattledger.reconcile.bill_receivable import BILL_RECEIVABLE
from wattledger.reconcile.interval_bill import INTERVAL_BILL
from wattledger.reconcile.model import Link, LinkResult, Reconciliation
from wattledger.reconcile.reading_bill import READING_BILL, READING_BILL_GAS
from wattledger.reconcile.receipt_ledger import RECEIPT_LEDGER
from wattledger.reconcile.receivable_receipt import RECEIVABLE_RECEIPT
from wattledger.sql import sql_text

LINKS: Final[tuple[Link, ...]] = (
    READING_BILL,
    READING_BILL_GAS,
    INTERVAL_BILL,
    BILL_RECEIVABLE,
    RECEIVABLE_RECEIPT,
    RECEIPT_LEDGER,
)

_UNITS: Final = """
CREATE OR REPLACE TEMP TABLE unit AS
SELECT org_id FROM organisation_unit UNION SELECT org_id FROM customer_account
"""

_BREAKS: Final = """
INSERT INTO recon_break
SELECT $link, org_id, account_id, business_key, cause, $measure, left_value, right_value, difference, evidence
FROM scratch.part WHERE difference <> 0 ORDER BY business_key, cause
"""

_NOT_JUDGED: Final = """
CREATE TABLE scratch.not_judged (
    org_id VARCHAR, code VARCHAR, left_value DECIMAL(18, 4), right_value DECIMAL(18, 4)
)
"""

_NOT_EVALUATED: Final = """
INSERT INTO reconciliation
SELECT $link, org_id, 'NOT_EVALUATED', $reason, $measure, 0, 0, 0, 0, 0, 0, 0, '[]'
FROM (SELECT NULL AS org_id UNION ALL SELECT org_id FROM unit) ORDER BY org_id NULLS FIRST
"""

_SUMMARY: Final = """
SELECT compared, agreeing, left_total, right_total, difference,
    (SELECT count(*) FROM recon_break WHERE link = $link),
    (SELECT coalesce(sum(difference), 0) FROM recon_break WHERE link = $link AND org_id IS NULL), not_judged
FROM reconciliation WHERE link = $link AND org_id IS NULL
"""


def reconcile(session: Session, links: tuple[Link, ...] = LINKS) -> Reconciliation:
    """Run ``links`` and create the tables ``reconciliation`` and ``recon_break`` in the session.

    Each link has a row for the company (``org_id`` NULL) and one for each unit, with all units below it; its
    breaks add up to its difference exactly. What cannot be judged is counted apart, by reason. A link without its
    inputs, or of which nothing could be judged, is NOT_EVALUATED, with the reason.
    """
    for name in ("reconciliation", "recon_break"):
        session.connection.execute(f"CREATE OR REPLACE TABLE {name} {load_published()[name].definition}")
    session.connection.execute(_UNITS)
    return Reconciliation(tuple(_run(session, link) for link in links if _concerns(session, link)))


def _concerns(session: Session, link: Link) -> bool:
    """Whether the company has at all what the link is about."""
    return not link.only_where or bool(session.connection.execute(link.only_where).fetchone())


def _run(session: Session, link: Link) -> LinkResult:
    connection, names = session.connection, {"link": link.name, "measure": link.measure}
    if reason := _obstacle(session, link):
        connection.execute(_NOT_EVALUATED, {**names, "reason": reason})
        return LinkResult(link.name, link.measure, reason)
    connection.execute("CREATE SCHEMA scratch")
    try:
        connection.execute(_NOT_JUDGED)
        link.build(session)
        connection.execute(sql_text(__package__, "totals"), names)
        connection.execute(_BREAKS, names)
    finally:
        connection.execute("DROP SCHEMA scratch CASCADE")
    row = connection.execute(_SUMMARY, {"link": link.name}).fetchall()[0]
    return LinkResult(link.name, link.measure, None, *row)


def _obstacle(session: Session, link: Link) -> str | None:
    """Why the link cannot be evaluated, as ``code: sentence`` parted by ``; ``; None if it can."""
    return "; ".join(": ".join(entry) for entry in session.obstacles(link.needs)) or None
