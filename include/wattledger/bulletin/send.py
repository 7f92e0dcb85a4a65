"""Sending: the published files of each audience become one mail, through the outbox.

Belongs here: who gets which bulletin. That a mail goes out once is the outbox's care (``wattledger.mail``).
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wattledger.bulletin.publish import COMPANY, worklist_name
from wattledger.errors import DataError, WattledgerError
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
from wattledger.units import Organisation

if TYPE_CHECKING:
    from wattledger.pipeline import Audit

log = logging.getLogger(__name__)
_ATTACHED_BYTES = 10 * 1024 * 1024
"""Many mail servers refuse more; a larger worklist stays in the bulletin's folder."""


def send(
    audit: Audit,
    run: Run,
    organisation: Organisation,
    folder: Path,
    transport: Transport | None,
    *,
    resend: bool,
) -> list[OutboxRow]:
    """Mail each audience's bulletin; try all, then raise the first error."""
    way = transport or _transport(audit)
    sent, failed = [], []
    for audience, recipients in _recipients(audit, organisation).items():
        try:
            sent.append(_send_one(audit, run, audience, recipients, folder, way, resend=resend))
        except WattledgerError as error:
            log.error("%s: %s", audience, error)
            failed.append(error)
    if failed:
        raise failed[0]
    return sent


def _recipients(audit: Audit, organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Addresses by audience; the source file's outrank the organisation's."""
    found = {unit.org_id: unit.recipients for unit in organisation.units.values()}
    found = {COMPANY: (), **found} | dict(audit.source.recipients)
    return {audience: addresses for audience, addresses in found.items() if addresses}


def _send_one(
    audit: Audit,
    run: Run,
    audience: str,
    recipients: tuple[str, ...],
    folder: Path,
    way: Transport,
    *,
    resend: bool,
) -> OutboxRow:
    html, text, sheet = (folder / f"{audience}.{suffix}" for suffix in ("html", "txt", "xlsx"))
    if not html.is_file():
        raise DataError(
            f"There is no bulletin for {audience}, who is to get one.",
            where=str(html),
            todo=f"Take {audience} out of recipients in the source file, or publish the bulletins again.",
        )
    contents = [path.read_bytes() for path in (html, text, sheet)]
    subject = contents[1].decode("utf-8").splitlines()[0]
    mail = enqueue(
        audit.registry,
        audit.source.name,
        audit.period,
        audience,
        content_hash=hashlib.sha256(b"".join(contents)).hexdigest(),
        subject=subject,
        recipients=recipients,
        resend=resend,
    )
    org_id = None if audience == COMPANY else audience
    attached = (
        [Attachment(worklist_name(audit, org_id), contents[2])] if len(contents[2]) <= _ATTACHED_BYTES else []
    )
    message = build_message(
        sender=audit.settings.mail_from,
        recipients=recipients,
        subject=subject,
        text=contents[1].decode("utf-8"),
        html=contents[0].decode("utf-8"),
        message_id=mail.message_id,
        date=run.opened_at,
        attachments=attached,
        language=audit.source.language,
    )
    return deliver(audit.registry, mail, message, way)


def _transport(audit: Audit) -> Transport:
    if audit.settings.smtp_url:
        return Smtp.from_url(audit.settings.smtp_url)
    return EmlFolder(audit.settings.mail)
