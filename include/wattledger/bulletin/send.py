"""Sending: the published files of each audience become one mail, through the outbox.

Belongs here: making the mail of a published bulletin. That it goes out once is the outbox's care (``wattledger.mail``).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.bulletin.publish import Published, read_index
from wattledger.errors import UsageError, WattledgerError
from wattledger.mail import (
    Attachment,
    EmlFolder,
    OutboxRow,
    Smtp,
    Transport,
    build_message,
    deliver,
    enqueue,
)
from wattledger.registry import Run

if TYPE_CHECKING:
    from wattledger.context import Audit

log = logging.getLogger(__name__)
_ATTACHED_BYTES = 10 * 1024 * 1024
"""Many mail servers refuse more; a larger worklist stays in the bulletin's folder."""


def send(
    audit: Audit, run: Run, folder: Path, transport: Transport | None, *, resend: Collection[str]
) -> list[OutboxRow]:
    """Mail each audience's bulletin; try all, then raise the first error.

    Raises UsageError, before any mail, where somebody in ``resend`` has no mail of the period.
    """
    index = read_index(folder)
    mailed = [entry.audience for entry in index if entry.recipients]
    if unknown := sorted(set(resend).difference(mailed)):
        raise UsageError(
            f"{', '.join(unknown)} gets no bulletin of {audit.period} by mail.",
            where=f"audiences with recipients: {', '.join(mailed) or 'none'}",
        )
    way = transport or _transport(audit, index)
    sent, failed = [], []
    for entry in index:
        if not entry.recipients:
            continue
        try:
            sent.append(_send_one(audit, run, entry, folder, way, resend=entry.audience in resend))
        except WattledgerError as error:
            log.error("%s: %s", entry.audience, error)
            failed.append(error)
    if failed:
        raise failed[0]
    return sent


def _send_one(
    audit: Audit, run: Run, entry: Published, folder: Path, way: Transport, *, resend: bool
) -> OutboxRow:
    mail = enqueue(
        audit.registry,
        audit.source.name,
        audit.period,
        entry.audience,
        content_hash=entry.content_hash,
        subject=entry.subject,
        recipients=entry.recipients,
        domain=parseaddr(audit.settings.mail_from)[1].rpartition("@")[2] or "localhost",
        resend=resend,
    )
    sheet = (folder / f"{entry.file}.xlsx").read_bytes()
    message = build_message(
        sender=audit.settings.mail_from,
        recipients=entry.recipients,
        subject=entry.subject,
        text=(folder / f"{entry.file}.txt").read_text(encoding="utf-8"),
        html=(folder / f"{entry.file}.html").read_text(encoding="utf-8"),
        message_id=mail.message_id,
        date=run.opened_at,
        attachments=[Attachment(entry.worklist, sheet)] if len(sheet) <= _ATTACHED_BYTES else [],
        language=audit.source.language,
    )
    return deliver(audit.registry, mail, message, way)


def _transport(audit: Audit, index: list[Published]) -> Transport:
    if audit.settings.smtp_url:
        return Smtp.from_url(audit.settings.smtp_url)
    return EmlFolder(audit.settings.mail, {entry.audience: entry.file for entry in index})
