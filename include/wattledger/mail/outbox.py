"""The outbox: one row per mail, once per source, period and audience.

Belongs here: the rows, and how they may change. Sending is in deliver.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, Select, insert, select, update

from wattledger.errors import UsageError
from wattledger.mail.message import message_id
from wattledger.periods import Period
from wattledger.registry.engine import lock_source, reading, writing
from wattledger.registry.tables import outbox

Status = Literal["pending", "sending", "sent", "uncertain"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One mail: ``revision`` 1 is the bulletin as first sent, each later one was asked for by ``resend``."""

    id: int
    source: str
    period: str
    audience: str
    revision: int
    content_hash: str
    subject: str
    recipients: tuple[str, ...]
    status: Status
    message_id: str
    unsent_hash: str | None
    """The newest content that came after the mail was sent, and was therefore not sent."""
    claim_token: str | None
    """Who is sending it, or was the last to try."""
    repeatable: bool
    """Whether that sender's transport may send the same mail again."""
    claimed_at: datetime | None
    sent_at: datetime | None
    error: str | None


def enqueue(
    engine: Engine,
    source: str,
    period: Period,
    audience: str,
    *,
    content_hash: str,
    subject: str,
    recipients: Sequence[str],
    domain: str = "wattledger.localhost",
    resend: bool = False,
) -> OutboxRow:
    """The newest mail of (source, period, audience), made if there is none.

    Pending: it takes the new content. Sent, uncertain or just being sent: it stays as it is, and ``unsent_hash``
    notes other content; ``resend`` makes the next revision of a sent or uncertain one, pending.
    """
    new = {"content_hash": content_hash, "subject": subject, "recipients": list(recipients)}
    with writing(engine) as connection:
        lock_source(connection, source)
        newest = _newest(connection, source, period, audience)
        if newest is None or (resend and newest.status in ("sent", "uncertain")):
            revision = newest.revision + 1 if newest else 1
            identity = message_id(source, str(period), audience, revision, content_hash, domain=domain)
            where = {"source": source, "period": str(period), "audience": audience, "revision": revision}
            made = {**where, **new, "message_id": identity, "status": "pending", "repeatable": False}
            connection.execute(insert(outbox).values(made))
        elif newest.status == "pending":
            identity = message_id(source, str(period), audience, newest.revision, content_hash, domain=domain)
            _change(connection, newest.id, "pending", {**new, "message_id": identity, "unsent_hash": None})
        else:
            unsent = content_hash if content_hash != newest.content_hash else None
            _change(connection, newest.id, newest.status, {"unsent_hash": unsent})
        return as_row(connection.execute(_newest_query(source, period, audience)).mappings().one())


def get_mail(engine: Engine, source: str, period: Period, audience: str) -> OutboxRow | None:
    """The newest mail of (source, period, audience), or None."""
    with reading(engine) as connection:
        return _newest(connection, source, period, audience)


def list_outbox(engine: Engine, source: str, period: Period) -> list[OutboxRow]:
    """All mails of a period, by audience and revision."""
    query = _of_period(source, period).order_by(outbox.c.audience, outbox.c.revision)
    with reading(engine) as connection:
        return [as_row(row) for row in connection.execute(query).mappings()]


def confirm_sent(engine: Engine, source: str, period: Period, audience: str) -> OutboxRow:
    """Settle an uncertain mail that a person found delivered; raise UsageError where it is not uncertain."""
    with writing(engine) as connection:
        newest = _newest(connection, source, period, audience)
        if newest is None or newest.status != "uncertain":
            raise UsageError(
                f"The mail for {audience} about {period} is {newest.status if newest else 'not there'}, not uncertain.",
                where=f"outbox of {source}",
            )
        _change(connection, newest.id, "uncertain", {"status": "sent", "error": None})
        return as_row(connection.execute(_newest_query(source, period, audience)).mappings().one())


def as_row(row: RowMapping) -> OutboxRow:
    """The row as a value."""
    values: dict[str, Any] = dict(row)
    return OutboxRow(**{**values, "recipients": tuple(values["recipients"])})


def _newest(connection: Connection, source: str, period: Period, audience: str) -> OutboxRow | None:
    row = connection.execute(_newest_query(source, period, audience)).mappings().first()
    return as_row(row) if row else None


def _newest_query(source: str, period: Period, audience: str) -> Select[Any]:
    query = _of_period(source, period).where(outbox.c.audience == audience)
    return query.order_by(outbox.c.revision.desc()).limit(1)


def _of_period(source: str, period: Period) -> Select[Any]:
    return select(outbox).where(outbox.c.source == source, outbox.c.period == str(period))


def _change(connection: Connection, row_id: int, status: str, values: dict[str, Any]) -> None:
    """Change the row, unless its status has changed in the meantime."""
    connection.execute(update(outbox).where(outbox.c.id == row_id, outbox.c.status == status).values(values))
