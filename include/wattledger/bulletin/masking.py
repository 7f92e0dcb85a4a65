"""Hiding people's names, door numbers, telephone and identity numbers in what is mailed.

Belongs here: which columns are personal, and what is left of their values. The account number is never
masked: it is what the reader looks the case up by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache

_PUBLIC = frozenset({"org_name", "org_name_en"})
_NUMBERS = frozenset(
    {"phone", "telephone", "tel", "mobile", "cellphone", "fax", "identity", "idcard", "passport", "cert"}
)
"""Words in the names of columns by which a person is reached, or known to the state."""
_DIGITS = re.compile(r"\d+")


def mask(column: str, value: str) -> str:
    """``value`` as it may be mailed, judged by the name of its ``column``; unchanged where not personal."""
    hide = _hides(column)
    return hide(value) if hide else value


def mask_evidence(text: str | None) -> str:
    """Evidence as JSON, ``{column: value}``, with what is personal in it masked."""
    values = json.loads(text or "{}")
    hidden = {name: mask(name, value) for name, value in values.items() if isinstance(value, str)}
    if all(values[name] == value for name, value in hidden.items()):
        return text or "{}"
    return json.dumps({**values, **hidden}, ensure_ascii=False)


@cache
def _hides(column: str) -> Callable[[str], str] | None:
    words = set(column.lower().split("_"))
    if "name" in words and column.lower() not in _PUBLIC:
        return mask_name
    if words & _NUMBERS or {"id", "card"} <= words:
        return mask_number
    return mask_address if "address" in words else None


def mask_number(number: str) -> str:
    """The last two characters, by which a reader who has the number knows it again: ``*78``."""
    return f"*{number.strip()[-2:]}" if len(number.strip()) > 4 else "*" * bool(number.strip())


def mask_name(name: str) -> str:
    """The first character and one star, so that not even the length is told: ``张*``."""
    first = next((character for character in name if character.isalnum()), "")
    return f"{first}*" if name.strip() else ""


def mask_address(address: str) -> str:
    """Street and village stay, each number becomes one star: ``人民路*号*室``."""
    return _DIGITS.sub("*", address)
