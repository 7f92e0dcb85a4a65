"""One audit of a period at a time: a second one waits, and says so.

Belongs here: the lock of the command line. In Airflow the DAG's own limits see to it.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wattledger.duckdb_connection import scratch_folder
from wattledger.file_names import file_name

if TYPE_CHECKING:
    from wattledger.context import Audit


@contextmanager
def alone(work: Audit) -> Iterator[None]:
    """Keep other audits of the source and period waiting; the lock ends with the process, however that ends."""
    path = scratch_folder(work.settings) / f"{file_name(f'{work.source.name}-{work.period}')}.lock"
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(
                f"Process {lock.read() or '?'} audits {work.source.name} for {work.period}: waiting for it to end.",
                file=sys.stderr,
                flush=True,
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
