"""What an audit leaves behind, in a form that two installations can be compared by.

Left out is what may differ between equal audits: instants, Delta versions, file names.
"""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from deltalake import DeltaTable

from wattledger.settings import Settings

_INSTANTS = {"id", "opened_at", "finished_at", "claimed_at", "sent_at", "claim_token", "seconds", "inputs"}


def lake_contents(settings: Settings) -> dict[str, Any]:
    """Row count and order-free hash of every table, but the landing records, which name versions."""
    found = {}
    for log in sorted(settings.lake.rglob("_delta_log")):
        table = log.parent
        if "_landing" in table.parts:
            continue
        files = DeltaTable(str(table)).file_uris()
        columns = "* EXCLUDE (seconds)" if table.name == "_verdict" else "*"
        query = (
            f"SELECT count(*), sum(hash(r)::HUGEINT) FROM (SELECT {columns} FROM read_parquet({files!r})) r"
        )
        found[str(table.relative_to(settings.lake))] = duckdb.sql(query).fetchall() if files else []
    return found


def registry_contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, sorted."""
    engine = sa.create_engine(settings.registry)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    found = {}
    with engine.connect() as connection:
        for name, table in metadata.tables.items():
            columns = [column for column in table.columns if column.name not in _INSTANTS]
            rows = connection.execute(sa.select(*columns)).all()
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    engine.dispose()
    return found


def mails(settings: Settings) -> dict[str, Any]:
    """Every .eml file: its headers but the date, and its parts."""
    return {
        str(path.relative_to(settings.mail)): mail(path.read_bytes())
        for path in sorted(settings.mail.rglob("*"))
        if path.is_file()
    }


def mail(content: bytes) -> Any:
    """A mail without the instant in its Date header."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    headers = sorted((name, str(value)) for name, value in message.items() if name != "Date")
    return headers, [part.get_content() for part in message.walk() if not part.is_multipart()]


def bulletins(settings: Settings) -> dict[str, bytes]:
    """Every published file."""
    return {
        str(path.relative_to(settings.bulletins)): path.read_bytes()
        for path in sorted(settings.bulletins.rglob("*"))
        if path.is_file()
    }


def everything(home: Path) -> dict[str, Any]:
    """All that an audit of ``home`` left behind."""
    settings = Settings(home=home, registry_url="")
    return {
        "lake": lake_contents(settings),
        "registry": registry_contents(settings),
        "mails": mails(settings),
        "bulletins": bulletins(settings),
    }
