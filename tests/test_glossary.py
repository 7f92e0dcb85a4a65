"""docs/glossary.md is true: its names exist, all datasets are in it, and every column has a form that it gives."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from wattledger.contracts import Column, load_contracts

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "glossary.md").read_text(encoding="utf-8")
CONTRACTS = load_contracts()
COLUMNS = [(dataset, name, column) for dataset, c in CONTRACTS.items() for name, column in c.columns.items()]
GROUPS = {"statement_id"}
"""Ids that bind rows together and are no dataset's key."""


def table(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without backticks."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def found(path: str) -> bool:
    """Whether a dotted name below ``wattledger`` is a module, a member of one, or a field of a class."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            inside: Any = importlib.import_module(".".join(["wattledger", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            fields = {**getattr(inside, "__annotations__", {}), **getattr(inside, "model_fields", {})}
            if not hasattr(inside, name) and name not in fields:
                return False
            inside = getattr(inside, name, None)
        return True
    return False


@pytest.mark.parametrize("row", table("The audit"), ids=lambda row: row[1])
def test_every_word_of_the_audit_has_two_languages_and_stands_in_the_code(row: list[str]) -> None:
    zh, en, code, meaning = row
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert re.fullmatch(r"[A-Za-z -]+", en)
    assert found(code), f"wattledger has no {code}: say what it is called now"
    assert meaning


def test_no_word_stands_for_two_things() -> None:
    rows = table("The audit")
    for language in (0, 1):
        words = [row[language] for row in rows]
        assert len(words) == len(set(words))


def test_every_dataset_is_there_under_the_title_of_its_contract() -> None:
    listed = {code: (zh, en) for zh, en, code in table("Datasets")}
    assert listed == {name: (c.title["zh"], c.title["en"]) for name, c in CONTRACTS.items()}


@pytest.mark.parametrize("row", table("Columns that many rows share"), ids=lambda row: row[2])
def test_every_column_is_there_under_a_label_of_its_contracts(row: list[str]) -> None:
    zh, en, name = row
    labels = {(column.zh, column.en) for _, other, column in COLUMNS if other == name}
    assert (zh, en) in labels, f"the contracts have {labels or 'no such column'}"


ENDINGS = {"date": ("_on", "_month"), "timestamp": ("_at",), "decimal(18,2)": ("_amount",)}
"""Types that have forms of their own: a column of the type ends so, and no other column does."""
TYPES = {
    "_id": "text",
    "_code": "text",
    "_by": "text",
    "_count": "integer",
    "_hours": "integer",
    "_digits": "integer",
}
TOLD = {"_kwh": "(kWh)", "_kw": "(kW)", "_kva": "(kVA)", "_percent": "(%)", "_amount": "元)"}
"""What a name ends in, and how its label says it."""


def ends(name: str, ending: str) -> bool:
    return name.endswith(ending) or name == ending.removeprefix("_") or f"{ending}_" in name


def wrong_form(name: str, column: Column) -> str:
    for type_, endings in ENDINGS.items():
        if (column.type == type_) != name.endswith(endings):
            return f"{column.type}, and {type_} is what ends in {' or '.join(endings)}"
    for ending, type_ in TYPES.items():
        if name.endswith(ending) and column.type != type_:
            return f"{column.type}, not {type_}"
    for ending, label in TOLD.items():
        if ends(name, ending) != (label in column.zh):
            return f"{ending} in the name and {label} in the label go together: {column.zh}"
        if ends(name, ending) and not column.type.startswith("decimal"):
            return f"{column.type}, not a decimal"
    return ""


def test_every_column_has_the_form_of_its_type_and_measure() -> None:
    found_wrong = {f"{d}.{name}": wrong_form(name, column) for d, name, column in COLUMNS}
    assert {name: told for name, told in found_wrong.items() if told} == {}


@pytest.mark.parametrize(
    ("name", "type_", "zh"),
    [
        ("read_date", "date", "抄表日期"),
        ("paid_on", "timestamp", "收费时间"),
        ("fee", "decimal(18,2)", "费用(元)"),
        ("usage", "decimal(18,4)", "电量(kWh)"),
        ("usage_kwh", "decimal(18,4)", "电量"),
        ("meter_id", "integer", "表计标识"),
    ],
)
def test_a_column_of_another_form_would_be_told(name: str, type_: str, zh: str) -> None:
    assert wrong_form(name, Column(type=type_, zh=zh, en="x"))


def test_a_column_has_one_type_wherever_it_is() -> None:
    types: dict[str, set[str]] = {}
    for _, name, column in COLUMNS:
        types.setdefault(name, set()).add(column.type)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


def test_an_id_names_its_dataset_and_is_its_key() -> None:
    keys = {key for c in CONTRACTS.values() for key in c.key}
    referring = {name for _, name, _ in COLUMNS if name.endswith("_id")}
    for name in referring - keys - GROUPS:
        assert any(name.endswith(f"_{key}") for key in keys), f"{name} refers to no dataset's key"


def test_the_forms_that_the_page_gives_are_the_ones_that_are_kept() -> None:
    given = {form for row in table("Forms") for form in re.findall(r"(?<=\.\.\.)_[a-z]+", row[0])}
    assert given >= {ending for endings in ENDINGS.values() for ending in endings} | set(TOLD)
