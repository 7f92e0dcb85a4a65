"""Alembic's folder for the registry. Run by wattledger.registry.schema, never by the alembic command."""
