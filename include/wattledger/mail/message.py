"""Building a mail: the same content always gives the same bytes.

Belongs here: MIME and headers. No wall clock and no random boundary, so that a mail built again after a crash is the
same mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to attach; ``subtype`` is that of its ``application/...`` type."""

    name: str
    content: bytes
    subtype: str = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def message_id(
    source: str, period: str, audience: str, revision: int, content_hash: str, *, domain: str
) -> str:
    """The Message-ID of one mail, ``<...@domain>``: a function of its arguments and nothing else."""
    raise NotImplementedError


def build_message(
    *,
    sender: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime,
    attachments: Sequence[Attachment] = (),
    language: str | None = None,
) -> EmailMessage:
    """A mail with text and HTML of the same content and its attachments.

    ``sender`` and ``recipients``: ``name@example.com`` or ``Name <name@example.com>``. ``date``: aware, from the run.
    Raises MailRefusedError where an address is none.
    """
    raise NotImplementedError
