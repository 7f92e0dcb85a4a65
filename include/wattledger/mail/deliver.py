"""Sending a mail once, whichever process is killed at whatever moment.

Belongs here: how an outbox row gets from pending to sent.

======================  ============================================  =========================================
killed                  the row says                                  what the next call does
======================  ============================================  =========================================
before the claim        pending                                       sends it
between claim and note  sending, and nobody owns it (ownership.py)    .eml: writes the same file again
                                                                      mail server: notes ``uncertain``, and stops
after the note          sent                                          nothing
======================  ============================================  =========================================

No protocol can tell whether a mail server took a mail whose answer was lost. Between a mail too many and a mail that
a person has to look for, the second is chosen. The window is kept small: connecting, greeting, logging in and naming
sender and recipients all come before the claim, so what is left is the content and the server's answer.

Two live senders of one row cannot be taken for a crashed one: the row is owned while it is being sent, and the second
waits for the first and then finds it sent. Should an owner lose its ownership and live (its connection to PostgreSQL
was cut), the token in the row still lets it note ``sent`` later, over ``uncertain``.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import ColumnElement, Engine, select, update

from wattledger.errors import WattledgerError
from wattledger.mail.errors import MailRefusedError, MailUncertainError, MailUnreachableError
from wattledger.mail.outbox import OutboxRow, as_row
from wattledger.mail.ownership import WAIT_SECONDS, owned
from wattledger.mail.transports import Transport
from wattledger.registry.engine import reading, writing
from wattledger.registry.tables import outbox


def deliver(
    engine: Engine,
    mail: OutboxRow,
    message: EmailMessage,
    transport: Transport,
    *,
    wait: float = WAIT_SECONDS,
) -> OutboxRow:
    """Send the mail unless it was sent, and return its row as it is then (``sent``).

    ``message`` must carry ``mail.message_id``. ``wait``: seconds to wait for another live sender of the same mail.
    Raises MailUnreachableError (pending again, try later), MailRefusedError (pending again, correct something first),
    MailUncertainError (a person has to decide; raised again by every call until then).
    """
    with owned(engine, mail.id, wait=wait):
        row = _read(engine, mail.id)
        if row.status == "sent":
            return row
        if row.status == "sending" and not row.repeatable:
            row = _note(engine, row, {"status": "uncertain", "error": "the sender was killed while sending"})
        if row.status == "uncertain":
            raise _uncertain(row)
        if row.status == "sending" and row.unsent_hash is not None:
            _note(
                engine, row, {"status": "pending"}
            )  # the next enqueue gives it the new content and its own id
            raise _changed(row)
        if message["Message-ID"] != row.message_id:
            raise ValueError(
                f"The message is {message['Message-ID']}, the outbox row {row.id} is {row.message_id}."
            )
        return _send(engine, row, message, transport)


def _send(engine: Engine, row: OutboxRow, message: EmailMessage, transport: Transport) -> OutboxRow:
    try:
        with transport.prepare(row, message) as hand_over:
            row = _claim(engine, row, transport.repeatable)
            hand_over()
            return _note(engine, row, {"status": "sent", "sent_at": datetime.now(UTC), "error": None})
    except (MailUnreachableError, MailRefusedError) as error:
        _note(engine, row, {"status": "pending", "error": str(error)})
        raise
    except MailUncertainError as error:
        raise _uncertain(_note(engine, row, {"status": "uncertain", "error": str(error)})) from error


def _claim(engine: Engine, row: OutboxRow, repeatable: bool) -> OutboxRow:
    """Claim the row for this call, if its status is still what was read: pending, or a repeatable ``sending``."""
    token = uuid.uuid4().hex
    claimed = {
        "status": "sending",
        "claim_token": token,
        "repeatable": repeatable,
        "claimed_at": datetime.now(UTC),
    }
    as_read = (outbox.c.status == row.status, outbox.c.claim_token.is_not_distinct_from(row.claim_token))
    same_content = outbox.c.message_id == row.message_id
    if not _update(engine, row.id, claimed, *as_read, same_content):
        raise _changed(row)
    return _read(engine, row.id)


def _note(engine: Engine, row: OutboxRow, values: dict[str, Any]) -> OutboxRow:
    """Write the outcome, unless another sender has claimed the row since."""
    _update(engine, row.id, values, outbox.c.claim_token.is_not_distinct_from(row.claim_token))
    return _read(engine, row.id)


def _update(engine: Engine, row_id: int, values: dict[str, Any], *only: ColumnElement[bool]) -> bool:
    with writing(engine) as connection:
        return (
            connection.execute(update(outbox).where(outbox.c.id == row_id, *only).values(values)).rowcount
            == 1
        )


def _read(engine: Engine, row_id: int) -> OutboxRow:
    with reading(engine) as connection:
        return as_row(connection.execute(select(outbox).where(outbox.c.id == row_id)).mappings().one())


def _changed(row: OutboxRow) -> MailUnreachableError:
    return MailUnreachableError(
        f"The mail for {row.audience} about {row.period} got another content while it was being prepared.",
        where=f"outbox row {row.id} of {row.source}",
        todo="Run this step again.",
    )


def _uncertain(row: OutboxRow) -> WattledgerError:
    claimed = row.claimed_at.isoformat(timespec="seconds") if row.claimed_at else "an unknown time"
    return MailUncertainError(
        f"It is not known whether the mail for {row.audience} about {row.period} went out: {row.error}",
        where=f"outbox row {row.id} of {row.source}, Message-ID {row.message_id}, sending since {claimed}, "
        f"to {', '.join(row.recipients)}",
        todo="Look for the Message-ID in the mail server's log, or ask a recipient. If it arrived, confirm it as sent; "
        "if it did not, ask for it to be sent again (resend). It is not sent again by itself.",
    )
