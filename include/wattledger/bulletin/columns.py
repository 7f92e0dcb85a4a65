"""Plain text in columns, where a Chinese character is two cells wide.

Belongs here: width, padding, wrapping. Not here: what a bulletin says (``plain``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

WIDTH = 78
"""Cells of a line: what mail programs show without breaking it."""


def width(text: str) -> int:
    """Cells that ``text`` takes in a fixed-width font."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, cells: int, *, right: bool = False) -> str:
    """``text`` in exactly ``cells`` cells, cut with an ellipsis where it is longer."""
    fitted = text if width(text) <= cells else f"{_cut(text, cells - 1)}…"
    space = " " * (cells - width(fitted))
    return space + fitted if right else fitted + space


def table(rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> list[str]:
    """Lines of a table whose first row is its header: the first column takes what the others leave."""
    sizes = [max(width(row[i]) for row in rows) for i in range(len(numeric))]
    sizes[0] = max(8, min(sizes[0], WIDTH - sum(sizes[1:]) - 2 * (len(sizes) - 1)))
    lines = [_line(row, sizes, numeric) for row in rows]
    return [lines[0], "-" * min(WIDTH, width(lines[0])), *lines[1:]]


def wrap(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """``text`` broken into lines of at most WIDTH cells; between CJK characters anywhere, else at spaces."""
    follow = indent if hanging is None else hanging
    lines, line, cells, begun = [], indent, width(indent), bool(indent.strip())
    for token in _tokens(text):
        if begun and cells + width(token.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line, cells, begun = follow, width(follow), bool(follow.strip())
        added = token if begun else token.lstrip()
        line, cells, begun = line + added, cells + width(added), begun or bool(added)
    return [*lines, line.rstrip()] if line.strip() else lines


def _line(row: Sequence[str], sizes: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = (pad(text, size, right=right) for text, size, right in zip(row, sizes, numeric, strict=True))
    return "  ".join(cells).rstrip()


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for character in text:
        wide = _cells(character) == 2
        if (
            not tokens
            or (wide and not _closing(character))
            or tokens[-1].endswith(" ")
            or _ends_wide(tokens[-1])
        ):
            if tokens and _closing(character):
                tokens[-1] += character
            else:
                tokens.append(character)
        else:
            tokens[-1] += character
    return tokens


def _ends_wide(token: str) -> bool:
    return _cells(token[-1]) == 2


def _closing(character: str) -> bool:
    """Marks that no line begins with."""
    return character in "，。；：、）】》！？ ,.;:)"


@cache
def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, cells: int) -> str:
    taken = ""
    for character in text:
        if width(taken) + _cells(character) > cells:
            break
        taken += character
    return taken
