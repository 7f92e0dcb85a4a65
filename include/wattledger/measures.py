"""What parameters are measured in: values in words, in the reader's language (``measures.yaml``).

Belongs here: a parameter's value as text. Amounts, energy and counts of a report are formatted where it is rendered.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from wattledger.report_texts import Language
from wattledger.yaml_files import read_yaml

_LOCALES: dict[Language, str] = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}
_KEYS: dict[Language, str] = {"zh-CN": "zh", "en": "en"}


def measures() -> tuple[str, ...]:
    """All measures that there are."""
    return tuple(_tables()["measures"])


def in_words(value: Decimal | None, text: str | None, measure: str, language: Language) -> str:
    """A value with its measure: ``100,000元``, ``0.1 % a day``; of a choice, its words."""
    key, locale = _KEYS[language], Locale.parse(_LOCALES[language])
    if value is None:
        return str(_tables()["choices"].get(text, {}).get(key, text or ""))
    form = _tables()["measures"].get(measure, {}).get(key, "{n}")
    if isinstance(form, dict):
        form = form.get(locale.plural_form(value), form["other"])
    return str(form).format(n=_number(value, locale), percent=_number(value * 100, locale))


def _number(value: Decimal, locale: Locale) -> str:
    return format_decimal(value, "#,##0.########", locale=locale)


@cache
def _tables() -> dict[str, Any]:
    path = Path(__file__).with_name("measures.yaml")
    content: dict[str, Any] = read_yaml(path)
    return content
