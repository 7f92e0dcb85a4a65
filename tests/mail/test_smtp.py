from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.mail.conftest import Catcher
from wattledger.errors import ConfigurationError, DataError, SourceUnreachableError
from wattledger.mail import (
    EmlFolder,
    MailRefusedError,
    MailUncertainError,
    MailUnreachableError,
    OutboxRow,
    Smtp,
    confirm_sent,
    deliver,
    get_mail,
)
from wattledger.periods import Period

# SQLite and PostgreSQL do not differ in what a mail server says
pytestmark = pytest.mark.parametrize("registry_url", ["sqlite"], indirect=True)
OCTOBER = Period.parse("2026-10")


def now(engine: Engine) -> OutboxRow:
    row = get_mail(engine, "demo", OCTOBER, "company")
    assert row is not None
    return row


def test_the_mail_arrives_as_it_was_built(
    engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher
) -> None:
    deliver(engine, mail, message, Smtp.from_url(catcher.url))
    (received,) = catcher.mails
    assert received.rstrip() == message.as_bytes().rstrip()
    assert message_from_bytes(received, policy=default)["Subject"] == "稽核公告 company"


def test_lines_that_begin_with_a_dot_survive(engine: Engine, mail: OutboxRow, catcher: Catcher) -> None:
    plain = EmailMessage()
    plain["From"], plain["To"], plain["Message-ID"] = "a@example.com", "b@example.com", mail.message_id
    plain.set_content("one\n.\n..two\n", cte="7bit")
    deliver(engine, mail, plain, Smtp.from_url(catcher.url))
    assert b"one\r\n.\r\n..two\r\n" in catcher.mails[0]


def test_a_given_connection_is_used(
    engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher
) -> None:
    opened: list[smtplib.SMTP] = []

    def connect() -> smtplib.SMTP:
        opened.append(smtplib.SMTP("127.0.0.1", catcher.port))
        return opened[-1]

    assert deliver(engine, mail, message, Smtp(connect)).status == "sent"
    assert len(opened) == 1


def test_logging_in(engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher) -> None:
    host = f"127.0.0.1:{catcher.port}"
    with pytest.raises(MailRefusedError, match="no STARTTLS"):
        deliver(engine, mail, message, Smtp.from_url(f"smtp://auditor:p%40ss%3Aword@{host}"))
    with pytest.raises(MailRefusedError, match="535"):
        deliver(engine, mail, message, Smtp.from_url(f"smtp://auditor:wrong@{host}?starttls=never"))
    assert now(engine).status == "pending"
    assert catcher.mails == []
    sent = deliver(
        engine, mail, message, Smtp.from_url(f"smtp://auditor:p%40ss%3Aword@{host}?starttls=never")
    )
    assert sent.status == "sent"
    assert "p@ss" not in repr(sent)


@pytest.mark.parametrize(
    ("answers", "kind", "house"),
    [
        ({"second@example.com": "550 no such user"}, MailRefusedError, DataError),
        ({"second@example.com": "451 greylisted"}, MailUnreachableError, SourceUnreachableError),
        ({"second@example.com": "451 x", "company@example.com": "550 y"}, MailRefusedError, DataError),
    ],
)
def test_one_refused_recipient_holds_the_mail_for_all(
    engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher,
    answers: dict[str, str], kind: type[Exception], house: type[Exception],
) -> None:  # fmt: skip
    catcher.refused = answers
    with pytest.raises(kind, match=r"second@example\.com") as caught:
        deliver(engine, mail, message, Smtp.from_url(catcher.url))
    assert isinstance(caught.value, house)
    assert now(engine).status == "pending"
    assert "second@example.com" in str(now(engine).error)
    assert catcher.mails == []
    catcher.refused = {}
    row = deliver(engine, mail, message, Smtp.from_url(catcher.url))
    assert (row.status, row.error) == ("sent", None)


@pytest.mark.parametrize(
    ("answer", "kind"), [("452 full", MailUnreachableError), ("554 spam", MailRefusedError)]
)
def test_content_that_was_refused_was_not_sent(
    engine: Engine,
    mail: OutboxRow,
    message: EmailMessage,
    catcher: Catcher,
    answer: str,
    kind: type[Exception],
) -> None:
    catcher.answer = answer
    with pytest.raises(kind, match=answer):
        deliver(engine, mail, message, Smtp.from_url(catcher.url))
    assert now(engine).status == "pending"
    catcher.answer = "250 OK"
    assert deliver(engine, mail, message, Smtp.from_url(catcher.url)).status == "sent"


def test_nobody_there(engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher) -> None:
    with pytest.raises(MailUnreachableError, match="refused"):
        deliver(engine, mail, message, Smtp.from_url("smtp://127.0.0.1:1"))
    assert now(engine).status == "pending"


def test_a_lost_answer_is_uncertain_until_a_person_decides(
    engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher
) -> None:
    catcher.answer = "hang up"
    transport = Smtp.from_url(catcher.url)
    with pytest.raises(MailUncertainError) as caught:
        deliver(engine, mail, message, transport)
    assert mail.message_id in str(caught.value)
    assert "resend" in str(caught.value)
    assert now(engine).status == "uncertain"
    catcher.answer = "250 OK"
    with pytest.raises(MailUncertainError):
        deliver(engine, mail, message, transport)
    assert len(catcher.mails) == 1
    assert confirm_sent(engine, "demo", OCTOBER, "company").status == "sent"
    assert deliver(engine, mail, message, transport).status == "sent"
    assert len(catcher.mails) == 1


def test_a_message_of_another_row_is_a_mistake(engine: Engine, mail: OutboxRow, catcher: Catcher) -> None:
    other = EmailMessage()
    other["Message-ID"] = "<other@example.com>"
    with pytest.raises(ValueError, match="outbox row"):
        deliver(engine, mail, other, Smtp.from_url(catcher.url))


@pytest.mark.parametrize("url", ["", "localhost:25", "http://x", "smtp://", "smtp://host:port"])
def test_a_wrong_address_of_the_server(registry_url: str, url: str) -> None:
    with pytest.raises(ConfigurationError):
        Smtp.from_url(url)


def test_tls_at_once_to_a_plain_server(
    engine: Engine, mail: OutboxRow, message: EmailMessage, catcher: Catcher
) -> None:
    with pytest.raises(MailUnreachableError) as caught:
        deliver(engine, mail, message, Smtp.from_url(catcher.url.replace("smtp:", "smtps:")))
    assert isinstance(caught.value.__cause__, ssl.SSLError)


def test_eml_files(engine: Engine, mail: OutboxRow, message: EmailMessage, tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path / "mail")
    assert deliver(engine, mail, message, folder).status == "sent"
    (path,) = [each for each in tmp_path.joinpath("mail").rglob("*") if each.is_file()]
    assert path == tmp_path / "mail" / "demo" / "2026-10" / "company.eml"
    assert path.read_bytes() == message.as_bytes()


@pytest.mark.parametrize("audience", ["../../etc/passwd", "/root", "a/b", "..", "单位:甲", "x" * 300])
def test_eml_files_stay_in_their_folder(
    engine: Engine, mail: OutboxRow, message: EmailMessage, tmp_path: Path, audience: str
) -> None:

    folder = EmlFolder(tmp_path / "mail")
    path = folder.path(replace(mail, audience=audience, revision=2))
    assert path.parent == tmp_path / "mail" / "demo" / "2026-10"
    with folder.prepare(replace(mail, audience=audience, revision=2), message) as hand_over:
        hand_over()
    assert path.exists()


def test_a_full_or_closed_folder_is_reported(
    engine: Engine, mail: OutboxRow, message: EmailMessage, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(MailUnreachableError, match="could not be written"):
        deliver(engine, mail, message, EmlFolder(tmp_path / "mail"))
    assert now(engine).status == "pending"
