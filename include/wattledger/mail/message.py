"""Building a mail: the same content always gives the same bytes.

Belongs here: MIME and headers. No wall clock and no random boundary, so that a mail built again after a crash is the
same mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from wattledger.mail.errors import MailRefusedError

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"({_ADDRESS})|\"?([^\"<>@]*)\"?\s*<({_ADDRESS})>")
"""The whole text is one address: the library's parser takes the first of several and drops the others."""


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
    # the unit separator cannot come out of two different lists of arguments alike
    whole = "\x1f".join([source, period, audience, str(revision), content_hash])
    return f"<wattledger.{hashlib.sha256(whole.encode()).hexdigest()[:40]}@{domain}>"


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
    Bodies and file names may hold any language. Raises MailRefusedError where an address is not valid.
    """
    if date.tzinfo is None:
        raise TypeError("The date of a mail needs a time zone.")
    message = EmailMessage(policy=SMTP)
    message["From"] = parse_address(sender)
    message["To"] = [parse_address(recipient) for recipient in recipients]
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    if language:
        message["Content-Language"] = language
    # base64: no server on the way rewrites it, and Chinese text is shorter so than quoted-printable
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    for attachment in attachments:
        name = one_line(attachment.name).replace("/", "_").replace("\\", "_")
        message.add_attachment(
            attachment.content, maintype="application", subtype=attachment.subtype, filename=name
        )
    _fix_boundaries(message, message_id)
    return message


def parse_address(text: str) -> Address:
    """One address, with or without a display name; raise MailRefusedError where the text is not one.

    Only ASCII addresses: others need SMTPUTF8 on every server along the way.
    """
    found = None if _CONTROL.search(text) else _MAILBOX.fullmatch(text.strip())
    if not found:
        raise MailRefusedError(
            f"{text!r} is not a mail address.",
            todo="Correct the recipients in the source file (or the sender).",
        )
    bare, name, address = found.groups()
    try:
        return Address(display_name=(name or "").strip(), addr_spec=bare or address)
    except (ValueError, HeaderParseError) as error:
        raise MailRefusedError(f"{text!r} is not a mail address: {error}") from error


def one_line(text: str) -> str:
    """The text without line breaks and control characters, so that it can never begin another header."""
    return _CONTROL.sub(" ", text).strip()


def _fix_boundaries(message: EmailMessage, seed: str) -> None:
    """Boundaries that follow from the mail; base64 has no underscore, so none can occur in a body."""
    digest = hashlib.sha256(seed.encode()).hexdigest()[:24]
    parts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{digest}_{number}")
