"""Alembic's environment: migrations run on the connection that schema.py opened and locked."""

from __future__ import annotations

from alembic import context

from wattledger.registry.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
