"""The words of a calculation sheet: every code has both texts, and each names what its step has."""

from __future__ import annotations

from string import Formatter

import pytest

from tests.rating.test_cases import FILES, sheet
from wattledger.report_texts import LANGUAGES, Language, load_words
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet, step
from wattledger.sheets.steps import AMOUNTS, STEPS, WORDED
from wattledger.sheets.text import SheetWords, sheet_texts

TEMPLATES = Settings().templates


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def all_sheets() -> list[Sheet]:
    return [sheet(case_id)[0] for case_id in FILES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_a_sentence_that_names_its_values_only(language: Language) -> None:
    texts = load_words(TEMPLATES, "sheet", language)
    told = {key.removeprefix("step."): text for key, text in texts.items() if key.startswith("step.")}
    assert set(told) == STEPS.keys()
    assert {code: placeholders(text) - STEPS[code] for code, text in told.items()} == {
        code: set() for code in STEPS
    }


@pytest.mark.parametrize("code", STEPS)
def test_a_sentence_leaves_out_no_number(code: str) -> None:
    """What the English sentence names, the Chinese one does, and nothing that was worked out is left out."""
    english, chinese = (
        placeholders(load_words(TEMPLATES, "sheet", lang)[f"step.{code}"]) for lang in ("en", "zh-CN")
    )
    assert english == chinese == STEPS[code]


def test_both_languages_have_the_same_keys() -> None:
    english, chinese = load_words(TEMPLATES, "sheet", "en"), load_words(TEMPLATES, "sheet", "zh-CN")
    assert english.keys() == chinese.keys()
    assert all(placeholders(english[key]) == placeholders(chinese[key]) for key in english)


def test_every_sheet_of_the_published_cases_can_be_told_in_full() -> None:
    """No code is left without its word: those of components, figures, units, times and states too."""
    for got in all_sheets():
        for language in LANGUAGES:
            words = SheetWords(TEMPLATES, language)
            texts = load_words(TEMPLATES, "sheet", language)
            told = sheet_texts(got, words)
            assert len(told.lines) == len(got.lines)
            named = {f"component.{line.component}" for line in got.lines}
            named |= {f"figure.{figure.name}" for figure in got.figures}
            named |= {f"measure.{part.measure}" for part in (*got.lines, *got.figures) if part.measure}
            assert named - texts.keys() <= {"component.fund_city"}, "a name that a case made up"


def test_a_step_with_other_values_or_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="step late_sum has amount, not amount, sum"):
        step("late_sum", amount=1)
    with pytest.raises(ValueError, match="step late_som has amount, not nothing: there is no such code"):
        step("late_som", amount=1)


def test_values_that_are_amounts_or_words_are_values_of_some_step() -> None:
    assert frozenset.union(*STEPS.values()) >= AMOUNTS | WORDED


def test_numbers_are_shown_in_full_and_money_to_the_fen() -> None:
    got, _ = sheet("TH-07")
    told = sheet_texts(got, SheetWords(TEMPLATES, "en"))
    assert [line.amount for line in told.lines] == ["5,485.63", "16,456.89", "5,000.00"]
    assert told.lines[0].price == "0.8777"
    assert told.arithmetic[2].steps == ("6,250 kWh × 0.8777 = 5,485.625, rounded 5,485.63",)
