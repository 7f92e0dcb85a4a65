"""How far long work is: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable


class Progress:
    """As a context, a function that says what is being done."""

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
