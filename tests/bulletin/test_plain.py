from __future__ import annotations

import pytest
from hostile import hostile, huge
from sample import quiet, sample

from wattledger.bulletin.columns import WIDTH, pad, table, width, wrap
from wattledger.bulletin.plain import render_text
from wattledger.report_texts import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_models_give_equal_texts_of_narrow_lines(language: Language) -> None:
    text = render_text(sample(language))
    assert text == render_text(sample(language))
    assert max(map(width, text.splitlines())) <= WIDTH


def test_it_says_the_same_as_the_html() -> None:
    text = render_text(sample("en"))
    heads = [line.strip("= ") for line in text.splitlines() if line.startswith("== ")]
    assert heads[:5] == [
        "Who has to act",
        "By unit",
        "New findings",
        "Still open, the largest",
        "Money by rule",
    ]
    for fact in (
        "at stake CN¥160,864.18",
        "not delivered",
        "and 64 more, see the worklist",
        "(99.84%)",
        "Name 张*",
    ):
        assert fact in text


def test_nothing_new_is_one_line() -> None:
    text = render_text(quiet("en"))
    assert text.count("Nothing new in this period.") == 1
    assert "New findings" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_injected_text_cannot_forge_lines(language: Language) -> None:
    text = render_text(hostile(language, "x\n== forged ==\r\n\u202e\x1b[31m"))
    assert not any(line.startswith("== forged") for line in text.splitlines())
    assert not set(text) & set("\u202e\x1b\r")


def test_it_stays_small() -> None:
    assert len(render_text(huge("zh-CN", "很长的名称" * 500)).encode()) < 100_000


def test_columns_align_by_cells() -> None:
    lines = table([("名称", "数"), ("青峰县", "1"), ("ab", "12,345")], (False, True))
    assert len({width(line) for line in lines}) == 1
    assert pad("青峰县供电公司", 7) == "青峰县…"
    assert pad("青峰县供电公司", 6) == "青峰… "
    assert width("e\u0301") == 1


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrap("字" * 39 + "，后文" * 20)
    assert all(not line.startswith("，") for line in lines)
    assert "".join(lines) == "字" * 39 + "，后文" * 20
