"""Failures that are nobody's error message yet: those of the operating system, the lake's files and the settings.

Belongs here: what they say to people. Errors with words of their own are ``wattledger.errors``.
"""

from __future__ import annotations

import errno
import re
from urllib.parse import unquote

from wattledger.errors import WattledgerError

_TODO = {
    errno.ENOSPC: "Free space on the disk, or name a home on another one with --home or WATTLEDGER_HOME.",
    errno.EDQUOT: "Free space in your quota, or name a home on another disk with --home or WATTLEDGER_HOME.",
    errno.EACCES: "Run the command as a user who may write there, or name another home with --home.",
    errno.EPERM: "Run the command as a user who may write there, or name another home with --home.",
    errno.EROFS: "The disk can only be read: name another home with --home or WATTLEDGER_HOME.",
    errno.EEXIST: "A file has the name of a folder that is needed: move it away, or name another place.",
    errno.ENOTDIR: "A file has the name of a folder that is needed: move it away, or name another place.",
    errno.EISDIR: "A folder has the name of a file that is needed: move it away, or name another place.",
    errno.EMFILE: "Too many files are open: raise the limit (ulimit -n).",
}
_IN_WORDS = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Permission denied": errno.EACCES,
    "Read-only file system": errno.EROFS,
    "Not a directory": errno.ENOTDIR,
}
"""What DuckDB and Delta say of the same, without its number."""
_PARQUET = re.compile(r"[^\s\"']*/lake/(?P<source>[^/]+)/(?P<table>.+)/_period=(?P<period>[^/]+)/[^\s\"']*")


def as_failure(error: Exception) -> WattledgerError | None:
    """The error that a person is meant to read; None of what is a fault of the program."""
    told = str(error)
    if (found := _PARQUET.search(told)) and (
        "No such file" in told or "No files found" in told or "not found" in told
    ):
        return gone(found[0], found["table"], unquote(found["period"]))
    number = error.errno if isinstance(error, OSError) else None
    if number is None:
        number = next((known for words, known in _IN_WORDS.items() if words in told), None)
    if number is None:
        return None
    where = str(error.filename or "") if isinstance(error, OSError) else ""
    reason = getattr(error, "strerror", None) or told.splitlines()[0]
    return WattledgerError(
        f"The operating system refuses: {reason}.",
        where=where,
        todo=_TODO.get(number, "Mend it, then give the same command again."),
    )


def gone(path: str, table: str, period: str) -> WattledgerError:
    """A file of the lake that is no longer there."""
    return WattledgerError(
        f"A file of the lake is gone: {table} of {period}.",
        where=path,
        todo=f"Put it back from a backup, or audit {period} again, which lands it anew; then this period.",
    )
