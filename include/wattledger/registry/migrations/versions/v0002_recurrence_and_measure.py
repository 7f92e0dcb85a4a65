"""What a rule's findings are about is its recurrence, and what a link counts in is its measure."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

RENAMED = (
    ("verdict", "subject", "recurrence"),
    ("finding", "subject", "recurrence"),
    ("reconciliation", "unit", "measure"),
    ("recon_break", "unit", "measure"),
)


def upgrade() -> None:
    """Rename the columns, and the check that bears the name of one."""
    for table, former, name in RENAMED:
        # as SQL, because Alembic would copy the whole table on SQLite, and findings come in millions
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {former} TO {name}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE verdict RENAME CONSTRAINT ck_verdict_subject TO ck_verdict_recurrence")
        return
    # SQLite renames no constraint: the table is copied, which has a row per rule and period
    with op.batch_alter_table("verdict", recreate="always") as verdict:
        verdict.drop_constraint(op.f("ck_verdict_subject"), type_="check")
        verdict.create_check_constraint(op.f("ck_verdict_recurrence"), "recurrence IN ('event', 'condition')")
