"""Every YAML file is read by one reader, and its one message says file, line, what was expected and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wattledger.audit.rules.files import read_fields
from wattledger.cli import run
from wattledger.errors import ConfigurationError, UsageError, WattledgerError
from wattledger.extract.source import load_source
from wattledger.law import load_register
from wattledger.parameters import load_parameters
from wattledger.rating.cases.files import read_case
from wattledger.rating.catalogue.files import read_catalogue_file
from wattledger.report_texts import load_words
from wattledger.yaml_files import read_yaml
from wattledger.yaml_text import load_yaml

PACKAGE = Path(__file__).parents[1] / "include/wattledger"


def _parameters(path: Path) -> object:
    return load_parameters(path.parent, path.stem)


def _law(path: Path) -> object:
    (path.parent / "kinds.yaml").write_text("company: {zh: 公司, en: own}\n", encoding="utf-8")
    (path.parent / "XX").mkdir()
    path.rename(path.parent / "XX" / path.name)
    return load_register(path.parent)


READERS: dict[str, Callable[[Path], object]] = {
    "source": load_source,
    "rule": read_fields,
    "parameters": _parameters,
    "tariffs": read_catalogue_file,
    "law": _law,
    "case": read_case,
    "words": lambda path: load_words(path.parent, path.stem, "en"),
    "any": read_yaml,
}
TEXT = "name: acme\ntitle: 甲公司\n"
UNREADABLE = {
    "gb18030": (TEXT.encode("gb18030"), "not text in UTF-8; it reads as GB18030", 2),
    "utf-16": (TEXT.encode("utf-16"), "not text in UTF-8; it reads as UTF-16", 1),
    "a field twice": (b"a: 1\nb: 2\na: 3\n", "the field a stands twice, first in line 1", 3),
    "a field twice within": (b"a:\n  b: 1\n  b: 2\n", "the field b stands twice, first in line 2", 3),
    "a day that is none": (b"a: 1\nb: 2026-02-30\n", "'2026-02-30' is no timestamp", 2),
    "a number that is none": (b"a: !!int x\n", "'x' is no int", 1),
    "an object": (b"a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor", 1),
    "a bracket": (b"a: 1\nb: [1\n", "did not find expected", 3),
    "a tab": (b"a:\n\tb: 1\n", "there is a tab in the line: YAML wants spaces", 2),
    "a control character": (b"a: 1\nb: \x01\n", "there is a control character, number 9", 2),
    "itself": (b"a: &x [*x]\n", "an alias stands within what it stands for", 1),
    "too deep": (b"[" * 60_000, "more than 300 levels", 1),
    "too large": (
        b"a: &a [1,1,1,1,1,1,1,1]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 8)) for n in range(98, 108)),
        "more than 1000000 values",
        7,
    ),
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_with_file_and_line(tmp_path: Path, kind: str, name: str) -> None:
    content, told, line = UNREADABLE[name]
    path = tmp_path / ("words.en.yaml" if kind == "words" else "file.yaml")
    path.write_bytes(content)
    with pytest.raises(WattledgerError) as raised:
        READERS[kind](path.with_name("words") if kind == "words" else path)
    assert isinstance(raised.value, UsageError if kind == "case" else ConfigurationError)
    assert told in raised.value.what
    assert re.search(rf"{re.escape(path.name)}, line {line}$", raised.value.where)
    assert raised.value.todo


@pytest.mark.parametrize("content", ["- 1", "text", "1", "[a: b]", "2026-10-31"])
@pytest.mark.parametrize("kind", sorted(set(READERS) - {"any"}))
def test_what_holds_no_fields_is_told_as_such(tmp_path: Path, kind: str, content: str) -> None:
    path = tmp_path / ("words.en.yaml" if kind == "words" else "file.yaml")
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WattledgerError):
        READERS[kind](path.with_name("words") if kind == "words" else path)


def test_a_wrong_field_is_told_with_its_line_and_what_it_may_be_called(tmp_path: Path) -> None:
    path = tmp_path / "source.yaml"
    path.write_text(
        "name: acme\ntitle: {zh: 甲}\njurisdiction: CN\nlanguage: fr\ndatasets:\n  bill:\n    colums: {a: b}\n"
        "    files: [b.csv]\n    lookback_months: soon\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as raised:
        load_source(path)
    assert raised.value.what.splitlines() == [
        "The source file source.yaml is wrong:",
        "  line 4, language: input should be 'zh-CN' or 'en'; 'fr' was given",
        "  line 6, datasets.bill.columns: missing",
        "  line 8, datasets.bill.files: expected text; in quotation marks, if it looks like a number or a date",
        "  line 9, datasets.bill.lookback_months: input should be a valid integer, unable to parse string as an "
        "integer; 'soon' was given",
        "  line 7, datasets.bill.colums: there is no such field; did you mean columns?",
    ]
    assert raised.value.where == str(path)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a: 200:5", "200:5"),
        ("a: 12:30", "12:30"),
        ("a: 040510", "040510"),
        ("a: 0", 0),
        ("a: -0.5", -0.5),
        ("a: 1_000", 1000),
        ("a: 0o17", "0o17"),
        ("a: 0x1F", 31),
        ("a: &x {b: 1}\nc: {<<: *x, b: 2}", {"b": 1}),
    ],
)
def test_nothing_is_read_in_another_way_than_it_was_meant(text: str, content: Any) -> None:
    assert load_yaml(text)["a"] == content


@pytest.mark.parametrize("command", ["audit --period 2026-10 --source", "rate"])
def test_a_folder_and_a_file_that_is_not_there_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    for path in (tmp_path, tmp_path / "none.yaml"):
        assert run([*command.split(), str(path)]) == 2
        assert str(path) in capsys.readouterr().err


def test_no_other_module_reads_yaml() -> None:
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(
            r"\byaml\.(safe_)?load\b|import load_yaml|import .*\bload_yaml", path.read_text(encoding="utf-8")
        )
    }
    assert reading == {"yaml_files.py"}
