"""Rows and keys that could not be judged are counted apart, and a rule may have nothing to examine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from wattledger.registry.types import Exact

revision = "0003"
down_revision = "0002"

VERDICTS = "verdict IN ('PASS', 'FINDINGS', 'NO_ROWS', 'NOT_EVALUATED', 'ERROR')"
COUNTS = (
    ("verdict", "rows_judged", sa.BigInteger(), "0"),
    ("verdict", "rows_not_judged", sa.BigInteger(), "0"),
    ("verdict", "not_judged", sa.Text(), "[]"),
    ("reconciliation", "not_judged", sa.BigInteger(), "0"),
    ("reconciliation", "not_judged_difference", Exact(4), "0"),
    ("reconciliation", "not_judged_reasons", sa.Text(), "[]"),
)


def upgrade() -> None:
    """Add the counts, 0 for what was audited before: nobody counted then. Let a verdict be NO_ROWS."""
    for table, name, type_, default in COUNTS:
        op.add_column(table, sa.Column(name, type_, nullable=False, server_default=default))
    op.execute("UPDATE verdict SET rows_judged = rows_examined")
    # SQLite changes no constraint: the table is copied, which has a row per rule and period
    with op.batch_alter_table("verdict") as verdict:
        verdict.drop_constraint(op.f("ck_verdict_verdict"), type_="check")
        verdict.create_check_constraint(op.f("ck_verdict_verdict"), VERDICTS)
