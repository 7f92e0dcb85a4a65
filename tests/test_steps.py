"""The order of the steps is said once: pipeline, DAG, published tables and docs follow it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wattledger import pipeline
from wattledger.contracts import load_published
from wattledger.steps import AFTER_LANDING

ROOT = Path(__file__).parents[1]
ORDER = ("land", *AFTER_LANDING)


def test_every_step_is_a_function_of_the_pipeline() -> None:
    assert [step.__name__ for step in pipeline.STEPS] == list(AFTER_LANDING)


def test_every_published_table_is_of_a_step() -> None:
    assert {published.step for published in load_published().values()} <= set(ORDER)


@pytest.mark.parametrize(
    ("page", "pattern"),
    [
        ("docs/architecture.md", r"(?m)^\| `(\w+)` \|"),
        ("docs/decisions/0001-the-way-of-the-data.md", r"\b(\w+)(?= ->)|(?<=-> )(\w+)"),
    ],
)
def test_the_docs_tell_the_steps_in_their_order(page: str, pattern: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    told = ["".join(found) for found in re.findall(pattern, text)]
    assert tuple(dict.fromkeys(name for name in told if name in ORDER)) == ORDER
