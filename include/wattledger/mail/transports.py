"""How mail leaves: what a transport is, and the folder of .eml files.

Belongs here: the protocol, and the transport that needs no server. SMTP is in smtp.py; which mail may go, and what is
noted about it, in deliver.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from wattledger.file_names import file_name
from wattledger.mail.errors import MailUnreachableError
from wattledger.mail.outbox import OutboxRow
from wattledger.periods import Period


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
    """Writes ``<folder>/<source>/<period>/<audience>[-r<revision>].eml``, whole or not at all."""

    repeatable = True

    def __init__(self, folder: Path, names: Mapping[str, str] | None = None) -> None:
        """``names``: the audiences' file names, which tell audiences apart that differ in case alone."""
        self.folder, self.names = folder, names or {}

    def path(self, mail: OutboxRow) -> Path:
        """Where the mail is, or will be."""
        revision = f"-r{mail.revision}" if mail.revision > 1 else ""
        folder = self.folder / file_name(mail.source) / Period.parse(mail.period).slug
        return folder / f"{self.names.get(mail.audience) or file_name(mail.audience)}{revision}.eml"

    @contextmanager
    def prepare(self, mail: OutboxRow, message: EmailMessage) -> Iterator[Callable[[], None]]:
        """See Transport."""
        path, content = self.path(mail), message.as_bytes()
        yield lambda: _write(path, content)


def _write(path: Path, content: bytes) -> None:
    # the row's owner is alone here, so a killed owner's half file is written over by the next one
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise MailUnreachableError(
            f"The mail could not be written: {error}",
            where=str(path),
            todo="Check the folder's space and permissions, then run this step again.",
        ) from error
