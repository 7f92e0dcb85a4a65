"""How far long work has got: a spinner on a terminal, plain lines in a log.

Belongs here: showing it. What the work is called is for the caller to say.
"""

from __future__ import annotations

import sys
from collections.abc import Callable


class Progress:
    """A context manager; what it gives is a function, to be called with what is being done now."""

    def __enter__(self) -> Callable[[str], None]:
        from rich.console import Console

        console = Console(stderr=True)
        self._status = console.status("") if console.is_terminal else None
        if self._status is None:
            return lambda text: print(text, file=sys.stderr, flush=True)
        self._status.start()
        return self._status.update

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()
