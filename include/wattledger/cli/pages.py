"""A page of the terminal: a title, and fields whose texts are wrapped beside their names.

Belongs here: layout. What stands on a page is for ``rule_pages`` and ``finding_page``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wattledger.bulletin.wording import clean
from wattledger.cli.layout import terminal_width

_WIDE = 100
_GAP = 2

Field = tuple[str, str | Sequence[str]]
"""A name, and a text or several, each of which begins on a line of its own; one without a text is left out."""


def page(titles: Iterable[str], fields: Iterable[Field], after: str = "") -> str:
    """A page as text, as wide as the terminal and no wider than reads well; ``after`` stands below its fields."""
    width = min(terminal_width() or _WIDE, _WIDE)
    told = [(name, [text] if isinstance(text, str) else list(text)) for name, text in fields]
    told = [(name, texts) for name, texts in told if any(texts)]
    indent = max((cell_len(name) for name, _ in told), default=0) + _GAP
    lines = [line for title in titles for line in wrap(title, width)]
    for name, texts in told:
        wrapped = [line for text in texts for line in wrap(text, width - indent)]
        lines.append(name + " " * (indent - cell_len(name)) + wrapped[0])
        lines += [" " * indent + line for line in wrapped[1:]]
    return "\n".join([*lines, *(["", *wrap(after, width)] if after else [])])


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text, broken between words; a word longer than a line is broken where it must be.

    What fits a line stays as it is laid out: it may be a row of columns.
    """
    if text.isprintable() and cell_len(text) <= width:
        return [text.rstrip()]
    return [line.plain.rstrip() for line in Text(clean(text)).wrap(Console(), max(width, _GAP))] or [""]
