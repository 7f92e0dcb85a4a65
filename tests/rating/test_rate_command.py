"""``wattledger rate``: its three formats, and wrong input that names the field. The examples of the docs all work."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from wattledger.cli import app
from wattledger.errors import UsageError, WattledgerError
from wattledger.rating.cases.files import AFTER, parse_case, read_case, sheet_of
from wattledger.report_texts import load_words
from wattledger.settings import Settings
from wattledger.yaml_text import load_yaml

KINDS = {"bill", *AFTER}
DOCS = Path(__file__).parents[2] / "docs" / "rating-cases.md"
ALL = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = list({load_yaml(text)["kind"]: text for text in reversed(ALL)}.values())[::-1]
"""The first of each kind."""
MORE = [text for text in ALL if text not in EXAMPLES]


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def rate(text: str, *options: str) -> str:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, ["rate", str(path), *options], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout

    return rate


def test_the_docs_have_an_example_of_each_kind() -> None:
    assert [load_yaml(text)["kind"] for text in EXAMPLES] == ["bill", *AFTER]


def test_the_docs_name_every_figure_and_line() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    named = {
        kind: [set(re.findall(r"`(\w+)`", cell)) for cell in cells] for kind, *cells in rows if kind in KINDS
    }
    texts = load_words(Settings().templates, "sheet", "en")
    assert set(named) == KINDS
    assert {f"figure.{name}" for figures, _ in named.values() for name in figures} == {
        key for key in texts if key.startswith("figure.")
    }
    assert {f"component.{name}" for _, lines in named.values() for name in lines} == {
        key for key in texts if key.startswith("component.")
    }
    for text in ALL:
        content = parse_case({k: v for k, v in load_yaml(text).items() if k != "expect"}, "docs")
        sheet = sheet_of(content, Settings(), "docs")
        figures, lines = named[sheet.kind]
        assert {figure.name for figure in sheet.figures} <= figures
        assert {line.component for line in sheet.lines} <= lines


@pytest.mark.parametrize("text", ALL, ids=lambda text: load_yaml(text)["kind"])
def test_the_examples_of_the_docs_have_sheets(run: Any, text: str) -> None:
    content = json.loads(run(text, "--format", "json"))
    assert content["kind"] == load_yaml(text)["kind"]
    assert content["lines"]
    for language, total in (("zh-CN", "合计"), ("en", "Total")):
        assert total in run(text, "--language", language)
        assert total in run(text, "--language", language, "--format", "html")


def test_json_is_exact_and_adds_up(run: Any) -> None:
    content = json.loads(run(EXAMPLES[0], "--format", "json"))
    # 54000 kWh at 0.6 x 1.5, 42000 at 0.6 x 0.5, 800 kVA x 28; 96000 / sqrt(96000^2 + 28000^2) = 0.96
    told = [(line["component"], line["tou"], line["measure"], line["amount"]) for line in content["lines"]]
    assert told == [
        ("energy", "peak", "kwh", "48600.00"),
        ("energy", "valley", "kwh", "12600.00"),
        ("capacity", None, "kva_month", "22400.00"),
        ("power_factor", None, "yuan", "-627.00"),
    ]
    assert content["total"] == "82973.00"
    assert {"name": "power_factor", "value": "0.96"}.items() <= content["figures"][5].items()


def test_the_table_shows_the_arithmetic_and_the_status_of_its_sources(run: Any) -> None:
    shown = " ".join(run(EXAMPLES[0], "--language", "en").split())  # long sources are wrapped
    assert "54,000 × 0.9 = 48,600.00" in shown
    assert re.search(r"Prices of this example.*made up", shown)
    assert re.search(r"rating\.part_month.*“Rules on electricity supply.*not yet verified", shown)


WRONG = [
    ("kind: bil", "kind: 'bil' was given, expected bill, late_payment"),
    ("- 1", "The file holds no case"),
    ("kind: [", "cannot be read as YAML"),
    (EXAMPLES[0].replace("voltage:", "voltige:"), "voltige: there is no such field"),
    (
        EXAMPLES[0].replace("register: peak", "register: peek"),
        "points.0.readings.0.register: input should be",
    ),
    (EXAMPLES[0].replace("reading: 1019,", "reading: ten,"), "points.0.readings.1.reading: input should be"),
    (EXAMPLES[0].replace("period_end_on: 2026-10-31", ""), "period_end_on: missing"),
    (
        EXAMPLES[0].replace("kva: 800", "kva: -1"),
        "capacity.0.kva: input should be greater than 0; -1 was given",
    ),
    (EXAMPLES[0].replace("source: mine}]}]", "source: other}]}]"), "there is no source 'other'"),
    (EXAMPLES[0].replace("tariff_code: LARGE", "tariff_code: L"), "(unknown_tariff): tariff L is not in"),
    (EXAMPLES[1].replace("until: 2026-01-18, ", ""), "debts.0: until: missing"),
    (
        EXAMPLES[2].replace("price: 0.52", "price: 0,52"),
        "price: input should be a valid decimal; '0,52' was given",
    ),
    (EXAMPLES[2].replace("price: 0.52", ""), "price: missing, in yuan per kWh"),
    (EXAMPLES[2].replace("damages_multiple: 3", "damages_multiple: 5"), "expected at most 3"),
    (EXAMPLES[3].replace("sealed: {kva: 2000", "sealed: {kwa: 2000"), "sealed.kva: missing"),
    (
        EXAMPLES[4].replace("true_ratio: 200/5", "true_ratio: 200:5"),
        "fault.fitted.true_ratio: expected a ratio",
    ),
    (
        EXAMPLES[4].replace("fault: {", "fault: {lost: {elements: 1}, "),
        "fault: give exactly one of inaccurate",
    ),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[told[:40] for _, told in WRONG])
def test_wrong_input_names_the_file_and_the_field(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["rate", str(path)])
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
    assert str(path) in str(result.exception)


def test_all_wrong_fields_are_named_at_once() -> None:
    content = {**load_yaml(EXAMPLES[0]), "voltige": "10kV", "months_count": 0}
    with pytest.raises(UsageError) as raised:
        parse_case(content, "case.yaml")
    assert "months_count: input should be greater than or equal to 1; 0 was given" in str(raised.value)
    assert "voltige: there is no such field" in str(raised.value)


def test_a_file_that_is_not_there_and_a_format_that_there_is_not(run: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_case(tmp_path / "none.yaml")
    for options in (["--format", "xml"], ["--language", "fr"]):
        with pytest.raises(UsageError, match="There is no"):
            run(EXAMPLES[1], *options)


def test_what_was_expected_is_told_beside_what_came_out(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(EXAMPLES[0] + "about: {note: by hand}\nexpect: {total: 82973.00}\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["rate", str(path)], catch_exceptions=False).exit_code == 0
    path.write_text(EXAMPLES[0] + "expect: {lines: {capacity: 22400}, total: 82972.99}\n", encoding="utf-8")
    with pytest.raises(WattledgerError, match=r"(?s)1 of 2 .*total: expected 82972.99, computed 82973.00"):
        CliRunner().invoke(app, ["rate", str(path)], catch_exceptions=False)
    path.write_text(EXAMPLES[0] + "expect: {totl: 1}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"expect\.totl: there is no such field"):
        read_case(path)
