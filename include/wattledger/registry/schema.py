"""Bringing the registry's schema up to date.

Belongs here: when and under which lock migrations run. The migrations themselves stand in migrations/versions.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from wattledger.registry.engine import create_registry_engine, lock_source, reading, writing

HEAD = "0003"
"""The newest revision, stated here so that a registry which is current does not cost the import of Alembic."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def open_registry(url: str) -> Engine:
    """The engine for a SQLAlchemy URL (``sqlite:///path`` or ``postgresql://...``), schema brought up to date.

    Creates the folder of a SQLite file. Raises ConfigurationError for a wrong URL, SourceUnreachableError where the
    server does not answer.
    """
    engine = create_registry_engine(url)
    with reading(engine) as connection:
        current = _revision(connection) == HEAD
    if not current:
        _migrate(engine)
    return engine


def upgrade(url: str) -> None:
    """Bring the schema up to date; quick when it is, safe when several processes do it at once."""
    open_registry(url).dispose()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _migrate(engine: Engine) -> None:
    """Run what is missing in one transaction, behind a lock: who comes second finds nothing to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        lock_source(connection, "schema")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
