"""File names made of codes that came from data: the one way in which such a code gets into a path.

Belongs here: which names are safe on every file system, and which two are one. Folders and suffixes are the caller's.
An ordinary code, in any script, is its own file name; any other gives its readable part and a digest, always the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_LONGEST = 120
"""Bytes; file systems take 255, and prefixes and suffixes want some of them."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Windows opens a device under these names, whatever the suffix."""
_REVISION = re.compile(r".*-r\d+", re.DOTALL)
"""How a mail sent again ends; another unit's code must not."""


def file_name(code: str) -> str:
    """The code as one part of a path, without suffix."""
    safe = re.sub(r"[^\w.-]+", "_", code).strip(".")
    safe = safe.encode()[:_LONGEST].decode(errors="ignore")
    if _DEVICE.fullmatch(safe):
        safe = f"_{safe}"
    ordinary = safe and safe == code and not _REVISION.fullmatch(code)
    return safe if ordinary else _told_apart(safe, code)


def file_names(codes: Iterable[str], *, ours: str) -> dict[str, str]:
    """A name for each code, no two of them one where a file system folds case; ``ours`` keeps its own in any case."""
    names = {code: file_name(code) for code in codes}
    times = Counter(_folded(name) for name in {**names, ours: ours}.values())
    alone = {code: name for code, name in names.items() if times[_folded(name)] == 1}
    return {code: alone.get(code) or _told_apart(name, code) for code, name in names.items()} | {ours: ours}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _told_apart(name: str, code: str) -> str:
    return f"{name or '_'}-{hashlib.sha256(code.encode(errors='surrogatepass')).hexdigest()[:12]}"
