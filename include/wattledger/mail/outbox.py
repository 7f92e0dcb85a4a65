"""The outbox: one row per mail, once per source, period and audience.

Belongs here: the rows and what may be written into them. Sending stands in deliver.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine

from wattledger.periods import Period

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
    repeatable: bool
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

    Not sent yet: it takes the new content. Sent (or uncertain): it stays, and ``unsent_hash`` notes other content;
    ``resend`` makes the next revision of it, pending.
    """
    raise NotImplementedError


def get_mail(engine: Engine, source: str, period: Period, audience: str) -> OutboxRow | None:
    """The newest mail of (source, period, audience), or None."""
    raise NotImplementedError


def list_outbox(engine: Engine, source: str, period: Period) -> list[OutboxRow]:
    """All mails of a period, by audience and revision."""
    raise NotImplementedError


def confirm_sent(engine: Engine, source: str, period: Period, audience: str) -> OutboxRow:
    """Settle an uncertain mail that a person found delivered; raise UsageError where it is not uncertain."""
    raise NotImplementedError
