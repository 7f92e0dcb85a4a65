"""What a reader sees of a folder of bulletins: their texts, and what of it is a tag or a remark in the other language.

Belongs here: reading HTML, text and XLSX as plain text, and the patterns. What is expected of them is in the tests.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook

TAG = re.compile(
    r"\[+[PMSGC]\]+"  # [P], [[P]], [M]
    r"|\bC:\s?[A-Z0-9]"  # C:WK
    r"|\bG [0-9A-Z][0-9A-Z_]{3,}"  # G 040301, G COPY_SEE_ABNORMAL_TYPE
    r"|\bS [234]\.\d"  # S 2.8
    r"|\brules\.md|\[\[|\btariffs/|\bparameters/"
)
"""Marks of the catalogue that rules were written from; a reader cannot look them up."""

_WORD = re.compile(r"(?<![\w@.:|/\\-])[A-Za-z][A-Za-z'-]*(?![\w@|/\\=-]|\.\w)")
NAMES = frozenset({"CNY", "POS", "CT", "PT", "kWh", "kVA", "kvarh", "kW", "PASS"})
"""Names and units that Chinese texts of the field write in Latin letters.

Codes and identifiers have digits or underscores, or stand with a dot as parameters do, and are no words.
"""


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file of the folder with all that can be read in it."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".txt":
            yield path.name, path.read_text(encoding="utf-8")
        elif path.suffix == ".html":
            page = re.sub(r"(?s)<style.*?</style>|<!--.*?-->", " ", path.read_text(encoding="utf-8"))
            yield path.name, html.unescape(re.sub(r"<[^>]+>", " ", page))
        elif path.suffix == ".xlsx":
            book = load_workbook(path, read_only=True)
            for sheet in book.worksheets:
                rows = sheet.iter_rows(values_only=True)
                yield (
                    f"{path.name} {sheet.title}",
                    "\n".join(str(c) for r in rows for c in r if c is not None),
                )


def remarks(chinese: str, allowed: frozenset[str] = NAMES) -> list[str]:
    """Latin words in a Chinese text that are neither names nor units, each with what stands around it."""
    return [
        " ".join(chinese[max(0, word.start() - 25) : word.end() + 25].split())
        for word in _WORD.finditer(chinese)
        if word[0] not in allowed
    ]
