"""A mail server on loopback that a test can make difficult, and an outbox to send from."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import Engine

from tests.mail.sender import queue, written
from wattledger.mail import OutboxRow
from wattledger.registry import open_registry


@dataclass
class Catcher:
    """Takes every mail, unless told otherwise."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Address -> answer to RCPT."""
    answer: str = "250 OK"
    """To the content; ``hang up`` closes the connection instead, after the mail was taken."""
    seconds: float = 0.0
    """How long the answer to the content takes."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def received(self) -> Counter[str]:
        return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in self.mails)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.answer.startswith(("250", "hang")):
            self.mails.append(envelope.content)
        time.sleep(self.seconds)
        if self.answer == "hang up":
            assert server.transport is not None
            server.transport.abort()
        return self.answer


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data == LoginPassword(b"auditor", b"p@ss:word"), handled=False)


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Catcher(port)
    options: dict[str, Any] = {"authenticator": _authenticate, "auth_require_tls": False}
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def engine(registry_url: str) -> Engine:
    return open_registry(registry_url)


@pytest.fixture
def mail(engine: Engine) -> OutboxRow:
    return queue(engine, "company")


@pytest.fixture
def message(mail: OutboxRow) -> EmailMessage:
    return written(mail)
