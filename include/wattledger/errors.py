"""The errors that a person is meant to read: each says what is wrong, where, and what to do.

Belongs here: exception classes. Their wording belongs where they are raised. A finding is never an error.
"""

from __future__ import annotations


class WattledgerError(Exception):
    """Base of every expected failure; its text is complete without a traceback."""

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__("\n".join(_lines(what, where, todo)))


def _lines(what: str, where: str, todo: str) -> list[str]:
    return [what, *([f"  where: {where}"] if where else []), *([f"  to do: {todo}"] if todo else [])]


class UsageError(WattledgerError):
    """The caller asked for something that does not exist or makes no sense (exit code 2)."""


class ConfigurationError(WattledgerError):
    """A source file, contract, rule or parameter table is wrong."""


class DataError(WattledgerError):
    """An extract cannot be used as it is; trying again without changing it is of no use."""


class SourceUnreachableError(WattledgerError):
    """A database or share did not answer; the same call may work later."""
