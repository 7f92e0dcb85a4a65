"""The ways out: a folder of .eml files, or a mail server.

Belongs here: talking to the outside. Which mail may go, and what is written down about it, stands in deliver.py.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from wattledger.mail.outbox import OutboxRow


class Transport(Protocol):
    """Two steps, so that all that can be refused is refused before the outbox row says ``sending``."""

    repeatable: bool
    """Whether sending the same mail twice gives one mail."""

    def prepare(self, mail: OutboxRow, message: EmailMessage) -> AbstractContextManager[Callable[[], None]]:
        """Get ready; the callable that comes out hands the content over, and returns once it was accepted.

        Both raise MailUnreachableError or MailRefusedError where the mail is certainly not sent, and the callable
        MailUncertainError where nobody knows.
        """
        ...


class EmlFolder:
    """Writes ``<folder>/<source>/<period>/<audience>[-r<revision>].eml``."""

    repeatable = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, mail: OutboxRow, message: EmailMessage) -> AbstractContextManager[Callable[[], None]]:
        """See Transport."""
        raise NotImplementedError


class Smtp:
    """Hands the mail to an SMTP server. ``connect`` gives an open, greeted and logged-in connection."""

    repeatable = False

    def __init__(self, connect: Callable[[], smtplib.SMTP], *, where: str = "the mail server") -> None:
        self.connect, self.where = connect, where

    @classmethod
    def from_url(cls, url: str) -> Smtp:
        """From ``smtp://user:password@host:port`` (STARTTLS where offered) or ``smtps://...`` (TLS at once)."""
        raise NotImplementedError

    def prepare(self, mail: OutboxRow, message: EmailMessage) -> AbstractContextManager[Callable[[], None]]:
        """See Transport."""
        raise NotImplementedError
