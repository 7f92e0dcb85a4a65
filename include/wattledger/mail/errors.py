"""What can go wrong with a mail, told apart by what has to happen next.

Belongs here: exception classes. Each derives from one of ``wattledger.errors``, which tells Airflow whether to retry.
"""

from __future__ import annotations

from wattledger.errors import DataError, SourceUnreachableError


class MailUnreachableError(SourceUnreachableError):
    """The mail was not sent and is pending again; the same call may work later."""


class MailRefusedError(DataError):
    """The mail was not sent and is pending again; it will be refused until an address or a setting is changed."""


class MailUncertainError(DataError):
    """Nobody knows whether the mail went out; it is not sent again until a person has decided."""
