"""Sends mails as a process that a test can kill, or that kills itself: ``python -m tests.mail.sender URL WAY [POINT]``.

WAY is an ``smtp://`` address or a folder. POINT is where the process kills itself: ``claimed`` (the row says sending),
``handed over`` (the transport has accepted the mail, the row does not say so yet).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Engine

from wattledger.mail import (
    Attachment,
    EmlFolder,
    MailUncertainError,
    OutboxRow,
    Smtp,
    Transport,
    build_message,
    deliver,
    enqueue,
)
from wattledger.periods import Period
from wattledger.registry import open_registry

OCTOBER = Period.parse("2026-10")
UNITS = [f"unit-{number}" for number in range(8)]


def queue(engine: Engine, audience: str, content: str = "one", *, resend: bool = False) -> OutboxRow:
    return enqueue(
        engine, "demo", OCTOBER, audience, content_hash=content, subject=f"稽核公告 {audience}",
        recipients=[f"{audience}@example.com", "李四 <second@example.com>"], domain="example.com", resend=resend,
    )  # fmt: skip


def written(mail: OutboxRow) -> EmailMessage:
    return build_message(
        sender="稽核 <audit@example.com>",
        recipients=mail.recipients,
        subject=mail.subject,
        text=f"正文 {mail.audience}\n",
        html=f"<p>正文 {mail.audience}</p>",
        message_id=mail.message_id,
        date=datetime(2026, 11, 1, tzinfo=UTC),
        attachments=[Attachment("清单.xlsx", b"PK" + mail.audience.encode() * 100)],
        language="zh-CN",
    )


class Dying:
    """A transport that kills its process at a point of the second mail."""

    def __init__(self, inner: Transport, point: str) -> None:
        self.inner, self.point, self.repeatable = inner, point, inner.repeatable

    @contextmanager
    def prepare(self, mail: OutboxRow, message: EmailMessage) -> Iterator[Callable[[], None]]:
        def dying(hand_over: Callable[[], None]) -> None:
            if mail.audience != UNITS[1]:
                return hand_over()
            if self.point == "handed over":
                hand_over()
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        with self.inner.prepare(mail, message) as hand_over:
            yield lambda: dying(hand_over)


def send_all(url: str, transport: Transport) -> None:
    engine = open_registry(url)
    for unit in UNITS:
        mail = queue(engine, unit)
        with suppress(MailUncertainError):
            deliver(engine, mail, written(mail), transport)
    engine.dispose()


def way_out(way: str) -> Transport:
    return Smtp.from_url(way) if way.startswith("smtp") else EmlFolder(Path(way))


if __name__ == "__main__":
    chosen = way_out(sys.argv[2])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    send_all(sys.argv[1], Dying(chosen, sys.argv[3]) if len(sys.argv) > 3 else chosen)
