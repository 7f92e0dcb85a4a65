"""What commands print with ``--format json`` is what docs/commands.md and the JSON schemas say, and stays it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest_cli import MONTH, Wattledger
from tests.rating.test_rate_command import EXAMPLES
from wattledger.cli.command_docs import COMMANDS
from wattledger.contracts.listed import load_listings

DOCS = Path(__file__).parents[1] / "docs"
ON_AN_AUDIT = ("verdicts", "findings", "breaks", "mail")


def schema(wattledger: Wattledger, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(wattledger("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(content)
    return content


def test_the_page_is_generated_and_names_every_list(wattledger: Wattledger) -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert wattledger("schema", "--format", "markdown").out == written, "run `make commands`"
    assert COMMANDS.keys() == load_listings().keys()
    names = wattledger("schema").out.split()
    assert {*load_listings(), "finding", "rule", "sheet"} == set(names)
    for name in names:
        assert f"schema {name}" in written or f"## {name}\n" in written
    refused = wattledger("schema", "none")
    assert (refused.code, refused.out) == (2, "")


@pytest.mark.parametrize("command", ON_AN_AUDIT)
def test_lists_of_an_audit(wattledger: Wattledger, audited_home: Path, command: str) -> None:
    rows = json.loads(wattledger(command, "--period", MONTH, "--home", audited_home, "--format", "json").out)
    assert rows
    jsonschema.validate(rows, schema(wattledger, command))
    assert list(rows[0]) == list(load_listings()[command].columns)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**rows[0], "added": 1}], schema(wattledger, command))


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("rules", ("rules",)),
        ("rule", ("rules", "LED-01")),
        ("rule", ("rules", "TAR-05")),
        ("law", ("law",)),
        ("law_open", ("law", "--open")),
    ],
)
def test_lists_that_need_no_audit(wattledger: Wattledger, name: str, command: tuple[str, ...]) -> None:
    content = json.loads(wattledger(*command, "--format", "json").out)
    assert content
    jsonschema.validate(content, schema(wattledger, name))


def test_lake_finding_and_bill(wattledger: Wattledger, audited_home: Path) -> None:
    of = ("--period", MONTH, "--home", audited_home, "--format", "json")
    jsonschema.validate(
        json.loads(wattledger("lake", "--home", audited_home, "--format", "json").out),
        schema(wattledger, "lake"),
    )
    for row in json.loads(wattledger("findings", *of).out)[:2]:
        found = json.loads(wattledger("finding", row["business_key"], *of).out)
        jsonschema.validate(found, schema(wattledger, "finding"))
    bill = json.loads(wattledger("sql", "SELECT bill_id FROM bill_difference LIMIT 1", *of).out)[0]["bill_id"]
    sheet = json.loads(wattledger("bill", bill, *of).out)
    assert sheet["compared"]
    jsonschema.validate(sheet, schema(wattledger, "sheet"))


@pytest.mark.parametrize("text", EXAMPLES[:2])
def test_a_sheet_of_a_case(wattledger: Wattledger, tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    content = json.loads(wattledger("rate", tmp_path / "case.yaml", "--format", "json").out)
    jsonschema.validate(content, schema(wattledger, "sheet"))
