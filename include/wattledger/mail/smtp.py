"""Handing a mail to an SMTP server.

Belongs here: the dialogue, and what each answer means: refused for good, not now, or nobody knows.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

from wattledger.errors import ConfigurationError, WattledgerError
from wattledger.mail.errors import MailRefusedError, MailUncertainError, MailUnreachableError
from wattledger.mail.message import parse_address
from wattledger.mail.outbox import OutboxRow

ANSWER_SECONDS = 60.0
"""How long any single answer of the server may take."""


class Smtp:
    """Hands the mail to an SMTP server. ``connect`` gives an open connection, secured and logged in as needed."""

    repeatable = False

    def __init__(self, connect: Callable[[], smtplib.SMTP], *, where: str = "the mail server") -> None:
        self.connect, self.where = connect, where

    @classmethod
    def from_url(cls, url: str) -> Smtp:
        """Read ``smtp://user:password@host:port`` or ``smtps://...`` (TLS at once); percent-encode the password.

        ``smtp`` uses STARTTLS where the server offers it, and insists on it before it shows a password;
        ``?starttls=never`` does without.
        """
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
            raise ConfigurationError("The mail server's address is wrong.", todo=_URL_HELP)
        never = parse_qs(parts.query).get("starttls") == ["never"]
        host = parts.hostname
        user, password = unquote(parts.username or ""), unquote(parts.password or "")

        def connect() -> smtplib.SMTP:
            if parts.scheme == "smtps":
                context = ssl.create_default_context()
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port or 465, timeout=ANSWER_SECONDS, context=context
                )
            else:
                client = smtplib.SMTP(host, port or 587, timeout=ANSWER_SECONDS)
            try:
                _secure_and_log_in(
                    client, "" if never or parts.scheme == "smtps" else host, user, password, never
                )
            except BaseException:
                client.close()
                raise
            return client

        return cls(connect, where=f"{host}:{port or (465 if parts.scheme == 'smtps' else 587)}")

    @contextmanager
    def prepare(self, mail: OutboxRow, message: EmailMessage) -> Iterator[Callable[[], None]]:
        """See Transport."""
        content = message.as_bytes(policy=SMTP)
        sender = str(message["From"].addresses[0].addr_spec)
        client = self._connected()
        try:
            self._envelope(
                client, sender, [parse_address(each).addr_spec for each in mail.recipients], len(content)
            )
            yield lambda: self._hand_over(client, content)
        finally:
            # the mail's fate is settled by now: a server that hangs up rudely changes nothing
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()

    def _connected(self) -> smtplib.SMTP:
        try:
            client = self.connect()
            client.ehlo_or_helo_if_needed()
            return client
        except (smtplib.SMTPException, OSError) as error:
            raise self._not_sent(error) from error

    def _envelope(self, client: smtplib.SMTP, sender: str, recipients: list[str], size: int) -> None:
        """Name sender and recipients. All of them or nobody: a mail to half of them could not be sent once more."""
        try:
            options = [f"size={size}"] if client.has_extn("size") else []
            code, answer = client.mail(sender, options)
            if code != 250:
                raise smtplib.SMTPSenderRefused(code, answer, sender)
            answers = {address: client.rcpt(address) for address in recipients}
        except (smtplib.SMTPException, OSError) as error:
            raise self._not_sent(error) from error
        refused = {address: answer for address, answer in answers.items() if answer[0] not in (250, 251)}
        if refused:
            raise self._not_sent(smtplib.SMTPRecipientsRefused(refused))

    def _hand_over(self, client: smtplib.SMTP, content: bytes) -> None:
        try:
            code, answer = client.data(content)
            if code != 250:
                raise smtplib.SMTPDataError(code, answer)
        except smtplib.SMTPResponseException as error:  # the server spoke: it has not taken the mail
            raise self._not_sent(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailUncertainError(
                f"the connection to the mail server was lost while it took the mail ({_say(error)})",
                where=self.where,
            ) from error

    def _not_sent(self, error: Exception) -> WattledgerError:
        codes = _codes(error)
        if isinstance(error, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError) or any(
            code >= 500 for code in codes
        ):
            return MailRefusedError(
                f"The mail server refused the mail: {_say(error)}",
                where=self.where,
                todo="Correct what it names (address, user, size, certificate), then run this step again. "
                "Nothing was sent to anybody.",
            )
        return MailUnreachableError(
            f"The mail server did not take the mail now: {_say(error)}",
            where=self.where,
            todo="Check that the server runs and can be reached, then run this step again. Nothing was sent.",
        )


_URL_HELP = "Set WATTLEDGER_SMTP_URL to smtp://USER:PASSWORD@HOST:PORT or smtps://..., percent-encoded."


def _secure_and_log_in(
    client: smtplib.SMTP, starttls_host: str, user: str, password: str, never: bool
) -> None:
    client.ehlo()
    if starttls_host and client.has_extn("starttls"):
        client.starttls(context=ssl.create_default_context())
        client.ehlo()
    elif starttls_host and user and not never:
        raise smtplib.SMTPNotSupportedError(
            "the server offers no STARTTLS, and the password is not shown in clear (starttls=never allows it)"
        )
    if user:
        client.login(user, password)


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _say(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.items()
        return "; ".join(f"{address}: {code} {_text(answer)}" for address, (code, answer) in answers)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
