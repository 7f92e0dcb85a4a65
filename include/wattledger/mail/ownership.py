"""Who owns a mail while it is being sent: a lock that is released when its owner dies.

Belongs here: telling a live sender from a dead one. What follows from that is in deliver.py.

A row that says ``sending`` may be in the hands of a live process or be left over from a killed one. A time-out cannot
tell: a slow mail server looks like a crash, and a clock may jump. So the owner holds a lock which the operating
system, or the database server, releases the moment the owner's process dies, and not before:

- PostgreSQL: a session's advisory lock on a connection of its own. The server drops it with the connection. If the
  owner's whole machine vanishes, it is dropped when TCP notices; until then the mail waits, which is the safe side.
  A connection pooler that shares sessions between clients (PgBouncer in transaction mode) must not stand in between.
- SQLite: ``flock`` on a small file beside the database, whose users are all on one machine anyway.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from wattledger.errors import ConfigurationError
from wattledger.mail.errors import MailUnreachableError
from wattledger.registry.engine import connected

WAIT_SECONDS = 120.0
"""How long a second sender waits for the first; a mail server's longest answer is about half of it."""

_SLOTS = 64
_LOCK_CLASS = 0x57415454  # "WATT": this program's own space among advisory locks


@contextmanager
def owned(engine: Engine, row_id: int, *, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Own an outbox row for the length of the block; raise MailUnreachableError where another sender keeps it."""
    if engine.dialect.name == "postgresql":
        with connected(engine) as connection:
            # locks of a session outlive transactions, and an idle transaction would hold back vacuuming
            session = connection.execution_options(isolation_level="AUTOCOMMIT")
            _await(lambda: _try_advisory(session, row_id), row_id, wait)
            try:
                yield
            finally:
                # a connection that is gone has taken its lock along
                with suppress(DBAPIError):
                    session.exec_driver_sql("SELECT pg_advisory_unlock(%s, %s)", (_LOCK_CLASS, row_id))
        return
    with _lock_file(engine, row_id) as descriptor:
        _await(lambda: _try_flock(descriptor), row_id, wait)
        yield


def _await(attempt: Callable[[], bool], row_id: int, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not attempt():
        if time.monotonic() > deadline:
            raise MailUnreachableError(
                "Another task is sending this mail right now and has not finished.",
                where=f"outbox row {row_id}",
                todo="Wait for that task, then run this one again.",
            )
        time.sleep(0.05)


def _try_advisory(session: Connection, row_id: int) -> bool:
    return bool(
        session.exec_driver_sql("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, row_id)).scalar()
    )


@contextmanager
def _lock_file(engine: Engine, row_id: int) -> Iterator[int]:
    """A file for every 64th row: rows that share a file wait for each other, and no file ever has to be removed."""
    if not engine.url.database or engine.url.database == ":memory:":
        raise ConfigurationError("Mail cannot be sent from a registry in memory.", todo="Use a SQLite file.")
    folder = Path(f"{engine.url.database}.locks")
    folder.mkdir(exist_ok=True)
    descriptor = os.open(
        folder / f"outbox-{row_id % _SLOTS:02}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try_flock(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
