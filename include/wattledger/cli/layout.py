"""A table that fits the terminal: rows of one height, no word broken, no key cut while anything else can give way.

Belongs here: widths. What stands in the cells is for ``words``, where it is printed for ``printing``.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

_GAP = 2
_READABLE = 24
"""Cells that a text keeps before a column leaves instead."""
_LEAST = 8


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a table, see ``contracts.listed.ListedColumn``."""

    text: str
    numeric: bool = False
    words: bool = False
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Laid:
    """A table as lines, the heading first, and the columns that there was no room for."""

    lines: list[str]
    left_out: list[str]


def terminal_width() -> int | None:
    """How wide a table may be; None where it does not go to a terminal, and the environment says no COLUMNS."""
    if os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    return None


def lay_out(headings: Sequence[Heading], rows: Sequence[Sequence[str]], width: int | None) -> Laid:
    """Lay rows out within ``width`` cells, a Chinese character being two of them; None: as wide as they are."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(_texts(headings), *rows, strict=True)]
    kept = list(range(len(headings)))
    if width is not None:
        while (wide := _narrowed(headings, widths, kept, width, _READABLE)) is None:
            leaving = [n for n in kept if headings[n].leaves]
            if not leaving:
                wide = _narrowed(headings, widths, kept, width, _LEAST) or _squeezed(widths, kept, width)
                break
            kept.remove(min(leaving, key=lambda n: headings[n].leaves))
        widths = wide
    lines = [_line(headings, row, widths, kept) for row in (_texts(headings), *rows)]
    return Laid(lines, [h.text for n, h in enumerate(headings) if n not in kept])


def cut(text: str, width: int) -> str:
    """``text`` in so many cells, cut between words, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    kept = set_cell_size(text, width - 1).rstrip()
    if re.match(r"[!-~]", text[len(kept) :]):  # in the midst of a word of letters, or of a number
        kept = re.sub(r"[!-~]+$", "", kept).rstrip() or kept
    return f"{kept}…"


def _texts(headings: Sequence[Heading]) -> list[str]:
    return [heading.text for heading in headings]


def _total(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[n] for n in kept) + _GAP * (len(kept) - 1)


def _narrowed(
    headings: Sequence[Heading], widths: Sequence[int], kept: Sequence[int], width: int, least: int
) -> list[int] | None:
    """Widths that fit, taken from the widest text column by column; None where no text can give so much."""
    found = list(widths)
    while (over := _total(found, kept) - width) > 0:
        texts = [n for n in kept if headings[n].words and found[n] > max(least, cell_len(headings[n].text))]
        if not texts:
            return None
        widest = max(texts, key=lambda n: found[n])
        found[widest] -= min(over, found[widest] - max(least, cell_len(headings[widest].text)))
    return found


def _squeezed(widths: Sequence[int], kept: Sequence[int], width: int) -> list[int]:
    """Widths that fit at any price: a key of a hundred characters on a narrow terminal is cut too."""
    found = list(widths)
    while (over := _total(found, kept) - width) > 0:
        widest = max(kept, key=lambda n: found[n])
        if found[widest] <= _LEAST:
            break
        found[widest] -= min(over, found[widest] - _LEAST)
    return found


def _line(headings: Sequence[Heading], row: Sequence[str], widths: Sequence[int], kept: Sequence[int]) -> str:
    cells = []
    for n in kept:
        text = cut(row[n], widths[n])
        room = " " * (widths[n] - cell_len(text))
        cells.append(room + text if headings[n].numeric else text + room)
    return (" " * _GAP).join(cells).rstrip()
