"""Ctrl-C: the command ends at once, with 130 and a word, whatever it was in the middle of.

Belongs here: the signal. Nothing has to be tidied up: a step that is cut off has changed nothing, or all (the lake
commits, the registry's transactions, the mail's claims), and scratch files are swept by a later run.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Final

STOPPED: Final = 130
_SHOW_CURSOR: Final = "\x1b[?25h\n"


def end_on_interrupt() -> None:
    """From now on let Ctrl-C end this process.

    Not by KeyboardInterrupt: libraries in C++ and Rust, and destructors, swallow it or make another error of it.
    """
    signal.signal(signal.SIGINT, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    if sys.stderr.isatty():
        os.write(2, _SHOW_CURSOR.encode())  # a spinner hides it
    os.write(2, b"Stopped by Ctrl-C. Nothing is left half done: give the same command again.\n")
    os._exit(STOPPED)
