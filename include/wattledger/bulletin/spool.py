"""Rows that wait on disk for the files that they go into, each kept once and found by its unit.

Belongs here: keeping texts in order, and giving out those of some units. What is in them is for the writer.
"""

from __future__ import annotations

import mmap
import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path


class Spool:
    """Texts with the unit that each belongs to; they are read after all have been added."""

    def __init__(self, folder: Path, rows: Iterable[tuple[str | None, str]]) -> None:
        """Keep ``rows`` (unit, text) in a file below ``folder`` that nobody else sees."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._ends = array("Q", [0])
        self._of_unit: dict[str | None, array[int]] = {}
        end = 0
        for number, (unit, text) in enumerate(rows):
            end += self._file.write(text.encode("utf-8", "surrogatepass"))
            self._ends.append(end)
            self._of_unit.setdefault(unit, array("Q")).append(number)

    def rows(self, units: Collection[str] | None) -> Iterator[str]:
        """The texts of ``units``, None: all, in the order in which they were added."""
        chosen = self._of_unit.values() if units is None else map(self._of_unit.get, units)
        numbers = sorted(chain.from_iterable(part for part in chosen if part))
        if not numbers:
            return
        self._file.flush()
        with closing(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)) as content:
            for n in numbers:
                yield content[self._ends[n] : self._ends[n + 1]].decode("utf-8", "surrogatepass")

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
