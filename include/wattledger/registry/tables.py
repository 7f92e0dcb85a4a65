"""The registry's tables.

Belongs here: columns, keys, indexes. A change here needs a migration in migrations/versions (a test compares them).
Periods are kept as their text with their first and last day beside it: periods are ordered by last day, then first.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from wattledger.registry.types import Exact, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MONEY, ENERGY, MEASURE = Exact(2), Exact(4), Exact(4)
"""Yuan to the fen; kWh; what a reconciliation compares, which is either."""

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("manifest_hash", Text, nullable=False),
    Column("rules_hash", Text, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("source", "period", "revision"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("source", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("recurrence", Text, nullable=False),
    Column("rows_examined", BigInteger, nullable=False),
    Column("rows_judged", BigInteger, nullable=False, server_default="0"),
    Column("rows_not_judged", BigInteger, nullable=False, server_default="0"),
    Column("not_judged", Text, nullable=False, server_default="[]"),
    Column("findings", BigInteger, nullable=False),
    Column("amount", MONEY),
    Column("kwh", ENERGY),
    Column("reason_code", Text),
    Column("reason", Text),
    Column("seconds", Double, nullable=False),
    CheckConstraint("verdict IN ('PASS', 'FINDINGS', 'NO_ROWS', 'NOT_EVALUATED', 'ERROR')", name="verdict"),
    CheckConstraint("recurrence IN ('event', 'condition')", name="recurrence"),
)

finding = Table(
    "finding",
    metadata,
    Column("source", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("business_key", Text, primary_key=True),
    Column("org_id", Text),
    Column("account_id", Text),
    Column("recurrence", Text, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("first_seen_start", Date, nullable=False),
    Column("first_seen_end", Date, nullable=False),
    Column("last_seen", Text, nullable=False),
    Column("last_seen_start", Date, nullable=False),
    Column("last_seen_end", Date, nullable=False),
    Column("amount", MONEY),
    Column("kwh", ENERGY),
    Column("sighted", Boolean, nullable=False),
    sqlite_with_rowid=False,
    comment="org_id, account_id, amount, kwh: of the latest sighting; sighted: whether any sighting is left",
)
Index(
    "ix_finding_withdrawn",
    finding.c.source,
    finding.c.first_seen,
    sqlite_where=finding.c.sighted == false(),
    postgresql_where=finding.c.sighted == false(),
)

sighting = Table(
    "sighting",
    metadata,
    Column("source", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("business_key", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("org_id", Text),
    Column("account_id", Text),
    Column("amount", MONEY),
    Column("kwh", ENERGY),
    Column("evidence", Text, nullable=False),
    Index(None, "source", "period", "org_id"),
)

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("source", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("link", Text, nullable=False),
    Column("org_id", Text),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("measure", Text, nullable=False),
    Column("compared", BigInteger, nullable=False),
    Column("agreeing", BigInteger, nullable=False),
    Column("left_total", MEASURE, nullable=False),
    Column("right_total", MEASURE, nullable=False),
    Column("difference", MEASURE, nullable=False),
    Column("not_judged", BigInteger, nullable=False, server_default="0"),
    Column("not_judged_difference", MEASURE, nullable=False, server_default="0"),
    Column("not_judged_reasons", Text, nullable=False, server_default="[]"),
)

recon_break = Table(
    "recon_break",
    metadata,
    Column("source", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("link", Text, nullable=False),
    Column("org_id", Text),
    Column("account_id", Text),
    Column("business_key", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("left_value", MEASURE),
    Column("right_value", MEASURE),
    Column("difference", MEASURE, nullable=False),
    Column("evidence", Text, nullable=False),
)

intake = Table(
    "intake",
    metadata,
    Column("source", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("dataset", Text, primary_key=True),
    Column("extracted", BigInteger, nullable=False),
    Column("landed", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("reasons", JSON, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("unsent_hash", Text),
    Column("claim_token", Text),
    Column("repeatable", Boolean, nullable=False),
    Column("claimed_at", Instant),
    Column("sent_at", Instant),
    Column("error", Text),
    UniqueConstraint("source", "period", "audience", "revision"),
    CheckConstraint("status IN ('pending', 'sending', 'sent', 'uncertain')", name="status"),
)
