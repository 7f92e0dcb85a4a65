from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from wattledger.bulletin import headline, plain, plain_sheets, render, wording, worklist, worklist_rows
from wattledger.bulletin.wording import NOTHING, Wording, clean, clip
from wattledger.errors import ConfigurationError
from wattledger.report_texts import load_words
from wattledger.settings import Settings

TEMPLATES = Settings().templates
ZH, EN = Wording(TEMPLATES, "zh-CN", "CNY"), Wording(TEMPLATES, "en", "TND")
FAMILIES = {
    "column.": ["sheet"],
    "state.": ["new", "reopened", "persistent", "resolved"],
    "verdict.": ["PASS", "FINDINGS", "NO_ROWS", "NOT_EVALUATED", "ERROR"],
    "basis.": ["confirmed", "unverified", "company_parameter", "made_up"],
    "level.": ["1", "2", "3", "4"],
    "tile.": ["new", "open", "resolved", "evaluated"],
    "head.": ["failed", "not_evaluated", "missing", "rejected", "differs"],
    "sheet.": ["worklist", "rules", "breaks"],
    "manifest.": ["rules", "run", "code"],
}


def placeholders(entry: str | dict[str, str]) -> set[str]:
    texts = entry.values() if isinstance(entry, dict) else [entry]
    return {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}


def used_keys() -> set[str]:
    """Keys written out in templates and code, and those that are put together from a family's prefix."""
    modules = [headline, plain, plain_sheets, render, worklist, worklist_rows, wording]
    alone = {"sheet.html.j2", "_sheet.html.j2"}  # a calculation sheet alone has a catalogue of its own
    sources = [p.read_text(encoding="utf-8") for p in sorted(TEMPLATES.glob("*.j2")) if p.name not in alone]
    sources += [Path(str(m.__file__)).read_text(encoding="utf-8") for m in modules]
    text = "\n".join(sources)
    keys = set(re.findall(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""", text))
    keys |= set(re.findall(r"""(?:titled|findings|more)\(["']((?:section|more)\.\w+)["']""", text))
    keys |= set(re.findall(r"""["'](link\.\w+)["']""", text))
    tables = [
        c for c in vars(worklist_rows).values() if isinstance(c, tuple) and c and isinstance(c[0], tuple)
    ]
    keys |= {f"column.{row[0]}" for table in tables for row in table}
    keys |= {f"column.{key}" for key in re.findall(r"\('(\w+)', '\d*%?', [01],", text)}
    return keys | {
        prefix + name for prefix, names in FAMILIES.items() for name in names if prefix != "column."
    }


def test_both_catalogues_have_the_same_keys_and_placeholders() -> None:
    zh, en = load_words(TEMPLATES, "strings", "zh-CN"), load_words(TEMPLATES, "strings", "en")
    assert zh.keys() == en.keys()
    assert {k: placeholders(v) for k, v in zh.items()} == {k: placeholders(v) for k, v in en.items()}


def test_every_key_used_exists_and_every_plural_has_its_forms() -> None:
    for language in ("zh-CN", "en"):
        strings = load_words(TEMPLATES, "strings", language)
        assert not used_keys() - strings.keys()
        for key, entry in strings.items():
            if "n" in placeholders(entry):
                assert isinstance(entry, dict), key
                assert entry.keys() == ({"other"} if language == "zh-CN" else {"one", "other"}), key


def test_no_key_is_unused() -> None:
    prefixed = {
        key
        for key, prefix in product(load_words(TEMPLATES, "strings", "en"), FAMILIES)
        if key.startswith(prefix)
    }
    assert not load_words(TEMPLATES, "strings", "en").keys() - used_keys() - prefixed


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        ZH.t("no.such.key")


def test_a_folder_without_catalogues_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_words(tmp_path, "strings", "en")


def test_numbers_money_and_periods() -> None:
    assert ZH.money(Decimal("-1234.5")) == "-¥1,234.50"
    assert EN.money(Decimal("1234.5")).replace("\xa0", "") == "TND1,234.500"
    assert ZH.money(None) == ZH.amount(None) == ZH.kwh(None) == ZH.number(None) == NOTHING
    assert ZH.amount(Decimal("12345678901234567.89")) == "12,345,678,901,234,567.89"
    assert ZH.kwh(Decimal("1234.5000")) == "1,234.5 kWh"
    assert ZH.period("2026-10") == "2026年10月"
    assert ZH.period("2005-01..2019-12") == "2005年1月至2019年12月"
    assert EN.period("2026-10-31") == "31 October 2026"
    assert EN.period("whenever") == "whenever"
    assert ZH.value(date(2026, 10, 1)) == "2026-10-01"
    assert EN.t("head.new", n=1) == "1 new finding"
    assert EN.t("head.new", n=1200) == "1,200 new findings"


def test_a_share_is_100_only_if_all_agree() -> None:
    assert ZH.share(999_999, 1_000_000) == "99.99%"
    assert ZH.share(7, 7) == "100%"
    assert ZH.share(0, 0) == NOTHING


def test_control_and_direction_characters_become_visible() -> None:
    assert clean("a\nb\r\n\tc") == "a b c"
    assert clean("x\u202egnp.exe") == "x[U+202E]gnp.exe"
    assert clean("\x00\ud800") == "[U+0000][U+D800]"
    assert clean("مرحبا") == "مرحبا"
    assert clip("一二三四五", 4) == "一二三…"
    assert len(clip("\x00" * 10_000, 30)) == 30


@given(st.decimals(-(10**18), 10**18, places=6) | st.integers(-(10**18), 10**18))
@example(Decimal("0.00005"))
@example(Decimal("-0.00001"))
@example(Decimal("1E+3"))
def test_numbers_are_written_as_babel_writes_them(number: Decimal | int) -> None:
    for words in (ZH, EN):
        assert words.number(number) == format_decimal(number, "#,##0.####", locale=words.locale)
