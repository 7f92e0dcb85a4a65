from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from wattledger.mail import Attachment, MailRefusedError, build_message, message_id

IDENTITY = message_id("demo", "2026-10", "company", 1, "abc", domain="example.com")


def build(**changed: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": "电力稽核 <audit@example.com>",
        "recipients": ["张三 <zhang@example.com>", "li@example.com"],
        "subject": "2026-10 稽核公告:某某供电公司",
        "text": "正文\n.\n",
        "html": "<p>正文</p>",
        "message_id": IDENTITY,
        "date": datetime(2026, 11, 1, 3, 0, tzinfo=UTC),
        "attachments": [Attachment("稽核清单.xlsx", b"PK\x00\xff")],
        "language": "zh-CN",
    }
    return build_message(**{**values, **changed})


def read(message: EmailMessage) -> EmailMessage:
    return message_from_bytes(message.as_bytes(), policy=default)  # type: ignore[return-value]


def test_a_reader_gets_what_was_written() -> None:
    mail = read(build())
    assert mail["Subject"] == "2026-10 稽核公告:某某供电公司"
    assert [str(each) for each in mail["To"].addresses] == ["张三 <zhang@example.com>", "li@example.com"]
    assert mail["Date"] == "Sun, 01 Nov 2026 03:00:00 +0000"
    assert mail["Message-ID"] == IDENTITY
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["正文", "."]
    assert html.get_content().strip() == "<p>正文</p>"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "稽核清单.xlsx"
    assert attachment.get_content() == b"PK\x00\xff"
    assert mail.get_content_type() == "multipart/mixed"
    assert mail.defects == []


def test_the_same_content_is_the_same_bytes() -> None:
    assert build().as_bytes() == build().as_bytes()
    assert build().as_bytes() != build(text="anders").as_bytes()


def test_every_line_is_ascii_and_short() -> None:
    lines = build(subject="长" * 300, text="长" * 5000).as_bytes().split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: thief@example.com", "\nBcc: thief@example.com", "\x0bBcc:", "\u2028Bcc: x"]
)
def test_nothing_gets_into_the_headers(evil: str) -> None:
    mail = read(build(subject=f"Hello{evil}", attachments=[Attachment(f"a{evil}/../b.xlsx", b"")]))
    assert mail["Bcc"] is None
    (attachment,) = mail.iter_attachments()
    assert attachment["Bcc"] is None
    assert "/" not in str(attachment.get_filename())
    with pytest.raises(MailRefusedError):
        build(recipients=[f"a@example.com{evil}"])
    with pytest.raises(MailRefusedError):
        build(sender=f"Name{evil} <a@example.com>")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b",
        "a b@c.d",
        "张三@example.com",
        "a@b>, <c@d",
        "a@b,c@d",
        "A <a@b>, C",
        "a@b <c@d>",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MailRefusedError, match="not a mail address"):
        build(recipients=[address])


def test_message_ids_tell_mails_apart() -> None:
    base = ("demo", "2026-10", "company", 1, "abc")
    others = [("x", *base[1:]), (*base[:2], "unit", *base[3:]), (*base[:3], 2, "abc"), (*base[:4], "abd")]
    found = {message_id(*each, domain="example.com") for each in (base, *others)}
    assert len(found) == 5
    assert message_id(*base, domain="example.com") == IDENTITY
    assert IDENTITY.endswith("@example.com>")


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="time zone"):
        build(date=datetime(2026, 11, 1))  # noqa: DTZ001
