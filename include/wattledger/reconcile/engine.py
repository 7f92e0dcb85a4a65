"""Running the links, and writing their results down, for the company and for each unit.

Belongs here: what all links have in common. What a link compares stands in its module; to add one, add it
to ``LINKS``.

A unit's row is about its accounts and those of all units below it, as its bulletin is. A key whose account
is in no customer file has no unit: it counts for the company alone.
"""

from __future__ import annotations

from typing import Final

from wattledger.lake.session import Session
from wattledger.reconcile.bill_receivable import BILL_RECEIVABLE
from wattledger.reconcile.interval_bill import INTERVAL_BILL
from wattledger.reconcile.model import Link, LinkResult, Reconciliation
from wattledger.reconcile.reading_bill import READING_BILL
from wattledger.reconcile.receipt_ledger import RECEIPT_LEDGER
from wattledger.reconcile.receivable_receipt import RECEIVABLE_RECEIPT

LINKS: Final[tuple[Link, ...]] = (
    READING_BILL,
    INTERVAL_BILL,
    BILL_RECEIVABLE,
    RECEIVABLE_RECEIPT,
    RECEIPT_LEDGER,
)

_RESULTS: Final = """
CREATE OR REPLACE TABLE reconciliation (
    link VARCHAR, org_id VARCHAR, status VARCHAR, reason VARCHAR, unit VARCHAR,
    compared BIGINT, agreeing BIGINT,
    left_total DECIMAL(18,4), right_total DECIMAL(18,4), difference DECIMAL(18,4));
CREATE OR REPLACE TABLE recon_break (
    link VARCHAR, org_id VARCHAR, account_id VARCHAR, business_key VARCHAR, cause VARCHAR, unit VARCHAR,
    left_value DECIMAL(18,4), right_value DECIMAL(18,4), difference DECIMAL(18,4), evidence VARCHAR);
CREATE OR REPLACE TEMP TABLE unit AS
SELECT org_id FROM organisation_unit UNION SELECT org_id FROM customer_account;
"""

# UNION, not UNION ALL: a unit that is its own ancestor by mistake does not go round for ever.
_MEASURE: Final = """
INSERT INTO reconciliation
WITH RECURSIVE own AS (
    SELECT org_id, count(*) AS compared, count(*) FILTER (agrees) AS agreeing,
        coalesce(sum(left_value), 0) AS left_total, coalesce(sum(right_value), 0) AS right_total
    FROM scratch.pair GROUP BY org_id
), known AS (
    SELECT org_id FROM unit UNION SELECT org_id FROM own WHERE org_id IS NOT NULL
), below AS (
    SELECT org_id, org_id AS part FROM known
    UNION
    SELECT b.org_id, u.org_id FROM below b JOIN organisation_unit u ON u.parent_org_id = b.part
), summed AS (
    SELECT NULL AS org_id, own.* EXCLUDE (org_id) FROM own
    UNION ALL
    SELECT b.org_id, own.* EXCLUDE (org_id) FROM below b LEFT JOIN own ON own.org_id = b.part
    UNION ALL
    SELECT NULL, 0, 0, 0, 0
)
SELECT $link, org_id, 'EVALUATED', NULL, $unit, coalesce(sum(compared), 0), coalesce(sum(agreeing), 0),
    coalesce(sum(left_total), 0), coalesce(sum(right_total), 0),
    coalesce(sum(left_total) - sum(right_total), 0)
FROM summed GROUP BY org_id ORDER BY org_id NULLS FIRST
"""

_BREAKS: Final = """
INSERT INTO recon_break
SELECT $link, org_id, account_id, business_key, cause, $unit, left_value, right_value, difference, evidence
FROM scratch.part WHERE difference <> 0 ORDER BY business_key, cause
"""

_NOT_EVALUATED: Final = """
INSERT INTO reconciliation
SELECT $link, org_id, 'NOT_EVALUATED', $reason, $unit, 0, 0, 0, 0, 0
FROM (SELECT NULL AS org_id UNION ALL SELECT org_id FROM unit) ORDER BY org_id NULLS FIRST
"""

_SUMMARY: Final = """
SELECT compared, agreeing, left_total, right_total, difference,
    (SELECT count(*) FROM recon_break WHERE link = $link),
    (SELECT coalesce(sum(difference), 0) FROM recon_break WHERE link = $link AND org_id IS NULL)
FROM reconciliation WHERE link = $link AND org_id IS NULL
"""


def reconcile(session: Session, links: tuple[Link, ...] = LINKS) -> Reconciliation:
    """Run ``links`` and create the tables ``reconciliation`` and ``recon_break`` in the session.

    For each link there is a row for the company (``org_id`` NULL) and one for each unit with all units
    below it, whose breaks sum to its difference exactly. A link without its inputs is NOT_EVALUATED, with
    the reason.
    """
    session.connection.execute(_RESULTS)
    return Reconciliation(tuple(_run(session, link) for link in links))


def _run(session: Session, link: Link) -> LinkResult:
    connection, names = session.connection, {"link": link.name, "unit": link.measure}
    if reason := _obstacle(session, link):
        connection.execute(_NOT_EVALUATED, {**names, "reason": reason})
        return LinkResult(link.name, link.measure, reason)
    connection.execute("CREATE SCHEMA scratch")
    try:
        link.build(session)
        connection.execute(_MEASURE, names)
        connection.execute(_BREAKS, names)
    finally:
        connection.execute("DROP SCHEMA scratch CASCADE")
    row = connection.execute(_SUMMARY, {"link": link.name}).fetchall()[0]
    return LinkResult(link.name, link.measure, None, *row)


def _obstacle(session: Session, link: Link) -> str | None:
    """Why the link cannot be evaluated, as ``code: sentence`` parted by ``; ``; None if it can."""
    return "; ".join(": ".join(entry) for entry in session.obstacles(link.needs)) or None
