"""Parameters' values, as a reader of each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from wattledger.measures import in_words, measures
from wattledger.parameters import load_parameters
from wattledger.settings import Settings


@pytest.mark.parametrize(
    ("value", "measure", "zh", "en"),
    [
        ("100000", "yuan", "100,000元", "100,000 yuan"),
        ("0.001", "per_day", "0.1%/日", "0.1 % a day"),
        ("3", "days", "3天", "3 days"),
        ("1", "days", "1天", "1 day"),
        ("1", "kWh", "1千瓦时", "1 kWh"),
        ("0.98", "ratio", "98%", "98 %"),
        ("1.05", "ratio", "105%", "105 %"),
        ("1.5", "multiple", "1.5倍", "1.5 times"),
        ("7", "hour_of_day", "7时", "7:00"),
        ("0.00", "yuan", "0元", "0 yuan"),
        ("5", "", "5", "5"),
    ],
)
def test_a_value_is_written_with_its_measure(value: str, measure: str, zh: str, en: str) -> None:
    told = [in_words(Decimal(value), None, measure, language) for language in ("zh-CN", "en")]
    assert told == [zh, en]


def test_every_parameter_has_a_measure_and_every_choice_its_words() -> None:
    settings = Settings()
    for path in settings.parameters.glob("*.yaml"):
        for parameter in load_parameters(settings.parameters, path.stem):
            assert parameter.measure in measures(), parameter.name
            assert parameter.value is not None or parameter.shown("zh-CN") != parameter.text, parameter.name
