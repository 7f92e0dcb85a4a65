"""The first tables."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _exact(places: int) -> sa.types.TypeEngine[Decimal]:
    """As wattledger.registry.types.Exact was at this revision."""
    return sa.Numeric(18, places).with_variant(sa.BigInteger(), "sqlite")


def _instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("manifest_hash", sa.Text(), nullable=False),
        sa.Column("rules_hash", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("opened_at", _instant(), nullable=False),
        sa.Column("finished_at", _instant()),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("source", "period", "revision", name="uq_run_source_period_revision"),
    )
    op.create_table(
        "verdict",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rows_examined", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("amount", _exact(2)),
        sa.Column("kwh", _exact(4)),
        sa.Column("reason_code", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.CheckConstraint("verdict IN ('PASS', 'FINDINGS', 'NOT_EVALUATED', 'ERROR')", name=op.f("ck_verdict_verdict")),
        sa.CheckConstraint("subject IN ('event', 'condition')", name=op.f("ck_verdict_subject")),
        sa.PrimaryKeyConstraint("source", "period", "rule_id", name="pk_verdict"),
    )
    _create_findings()
    _create_reconciliation()
    op.create_table(
        "intake",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("extracted", sa.BigInteger(), nullable=False),
        sa.Column("landed", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "period", "dataset", name="pk_intake"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("unsent_hash", sa.Text()),
        sa.Column("claim_token", sa.Text()),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", _instant()),
        sa.Column("sent_at", _instant()),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint("status IN ('pending', 'sending', 'sent', 'uncertain')", name=op.f("ck_outbox_status")),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "source", "period", "audience", "revision", name="uq_outbox_source_period_audience_revision"
        ),
    )


def _create_findings() -> None:
    op.create_table(
        "finding",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("first_seen_start", sa.Date(), nullable=False),
        sa.Column("first_seen_end", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Text(), nullable=False),
        sa.Column("last_seen_start", sa.Date(), nullable=False),
        sa.Column("last_seen_end", sa.Date(), nullable=False),
        sa.Column("amount", _exact(2)),
        sa.Column("kwh", _exact(4)),
        sa.Column("sighted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "rule_id", "business_key", name="pk_finding"),
        sqlite_with_rowid=False,
        comment="org_id, account_id, amount, kwh: of the latest sighting; sighted: whether any sighting is left",
    )
    withdrawn = sa.column("sighted") == sa.false()
    op.create_index(
        "ix_finding_withdrawn",
        "finding",
        ["source", "first_seen"],
        sqlite_where=withdrawn,
        postgresql_where=withdrawn,
    )
    op.create_table(
        "sighting",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("org_id", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("amount", _exact(2)),
        sa.Column("kwh", _exact(4)),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "rule_id", "business_key", "period", name="pk_sighting"),
    )
    op.create_index("ix_sighting_source_period_org_id", "sighting", ["source", "period", "org_id"])


def _create_reconciliation() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("agreeing", sa.BigInteger(), nullable=False),
        sa.Column("left_total", _exact(4), nullable=False),
        sa.Column("right_total", _exact(4), nullable=False),
        sa.Column("difference", _exact(4), nullable=False),
        sa.PrimaryKeyConstraint("source", "period", "position", name="pk_reconciliation"),
    )
    op.create_table(
        "recon_break",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("org_id", sa.Text()),
        sa.Column("account_id", sa.Text()),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("left_value", _exact(4)),
        sa.Column("right_value", _exact(4)),
        sa.Column("difference", _exact(4), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "period", "position", name="pk_recon_break"),
    )
