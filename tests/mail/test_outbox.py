from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.mail.conftest import Catcher
from tests.mail.sender import OCTOBER, queue, written
from wattledger.errors import UsageError
from wattledger.mail import OutboxRow, Smtp, confirm_sent, deliver, get_mail, list_outbox


def test_once_per_period_and_audience(engine: Engine, mail: OutboxRow) -> None:
    assert queue(engine, "company") == mail
    assert get_mail(engine, "demo", OCTOBER, "company") == mail
    assert (mail.status, mail.revision) == ("pending", 1)
    other = queue(engine, "unit-1")
    assert list_outbox(engine, "demo", OCTOBER) == [mail, other]
    assert get_mail(engine, "demo", OCTOBER, "unit-2") is None


def test_a_pending_mail_takes_the_new_content(engine: Engine, mail: OutboxRow) -> None:
    changed = queue(engine, "company", "two")
    assert (changed.id, changed.revision, changed.content_hash) == (mail.id, 1, "two")
    assert changed.message_id != mail.message_id
    assert queue(engine, "company", "two", resend=True) == changed


def test_a_sent_mail_is_not_sent_again(engine: Engine, mail: OutboxRow, catcher: Catcher) -> None:
    transport = Smtp.from_url(catcher.url)
    sent = deliver(engine, mail, written(mail), transport)
    assert (sent.status, sent.unsent_hash) == ("sent", None)
    assert sent.sent_at is not None
    assert queue(engine, "company") == sent
    changed = queue(engine, "company", "two")
    assert (changed.status, changed.content_hash, changed.unsent_hash) == ("sent", "one", "two")
    assert deliver(engine, changed, written(changed), transport) == changed
    assert queue(engine, "company").unsent_hash is None
    assert sum(catcher.received().values()) == 1


def test_resend_is_another_mail(engine: Engine, mail: OutboxRow, catcher: Catcher) -> None:
    transport = Smtp.from_url(catcher.url)
    deliver(engine, mail, written(mail), transport)
    again = queue(engine, "company", resend=True)
    assert (again.revision, again.status) == (2, "pending")
    assert queue(engine, "company", resend=True) == again
    deliver(engine, again, written(again), transport)
    assert catcher.received() == {mail.message_id: 1, again.message_id: 1}
    assert queue(engine, "company").revision == 2


def test_only_an_uncertain_mail_can_be_confirmed(engine: Engine, mail: OutboxRow) -> None:
    with pytest.raises(UsageError, match="pending, not uncertain"):
        confirm_sent(engine, "demo", OCTOBER, "company")
    with pytest.raises(UsageError, match="not there"):
        confirm_sent(engine, "demo", OCTOBER, "nobody")
