"""Sending a mail once, whatever is killed when.

Belongs here: the way of an outbox row from pending to sent.
"""

from __future__ import annotations

from email.message import EmailMessage

from sqlalchemy import Engine

from wattledger.mail.outbox import OutboxRow
from wattledger.mail.transports import Transport


def deliver(engine: Engine, mail: OutboxRow, message: EmailMessage, transport: Transport) -> OutboxRow:
    """Send the mail unless it was sent, and return its row as it is then (``sent``).

    ``message`` must carry ``mail.message_id``. Raises MailUnreachableError, MailRefusedError, MailUncertainError.
    """
    raise NotImplementedError
