"""What lists and pages look like on a terminal: 80 columns, whole words, rows of one height, the reader's language."""

from __future__ import annotations

import json
import pty
import re
import subprocess
import sys
from decimal import Decimal
from os import close, environ, read
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.conftest_cli import Wattledger
from tests.rating.test_rate_command import EXAMPLES
from wattledger.cli.layout import Heading, cut, lay_out
from wattledger.cli.words import Words
from wattledger.contracts.listed import ListedColumn, load_listings
from wattledger.registry.rows import BreakRow, FindingRow, ReconciliationRow, VerdictRow
from wattledger.report_texts import LANGUAGES, load_words
from wattledger.settings import Settings

TEMPLATES = Settings().templates
CELLS = st.text(st.sampled_from("ab 1_中文，("), max_size=30)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(30, 100))
def test_rows_are_of_one_height_and_fit(rows: list[tuple[str, str, str]], width: int) -> None:
    headings = [Heading("Rule"), Heading("Reason", words=True), Heading("Seconds", leaves=1)]
    laid = lay_out(headings, rows, width)
    assert len(laid.lines) == 1 + len(rows)
    assert all(cell_len(line) <= width for line in laid.lines)


def test_columns_leave_in_their_order_and_keys_stay_whole() -> None:
    key = "F991010202-30100003"
    headings = [Heading("Rule"), Heading("Key"), Heading("Last", leaves=1), Heading("Unit", leaves=2)]
    rows = [["LED-11b", key, "2026-10", "991010202"]]
    assert lay_out(headings, rows, None).left_out == lay_out(headings, rows, 50).left_out == []
    assert lay_out(headings, rows, 45).left_out == ["Last"]
    narrow = lay_out(headings, rows, 30)
    assert narrow.left_out == ["Last", "Unit"]
    assert key in narrow.lines[1]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("not in force in CN-99 for 2026-10", 16, "not in force in…"),
        ("not in force in CN-99 for 2026-10", 20, "not in force in…"),
        ("数据未送达（interval_reading，2026-10）", 20, "数据未送达（…"),
        ("数据未送达", 7, "数据未…"),
        ("whole", 5, "whole"),
        ("unbreakable", 6, "unbre…"),  # one word alone has to give way
    ],
)
def test_a_text_is_cut_between_words(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_is_a_page_for_people(
    wattledger: Wattledger, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = wattledger("rules", "BIL-01b", "--language", language).out
    assert all(cell_len(line) <= 80 for line in page.splitlines())
    told = {"en": ("Legal basis", "To do", "Proved by"), "zh-CN": ("依据", "整改措施", "用例")}[language]
    assert all(re.search(f"^{name} ", page, re.MULTILINE) for name in told)
    assert not re.search(r"[一-鿿]" if language == "en" else r"Regulation on", page)
    assert not re.search(r"[{}]|says:|zh:", page), "no YAML"


def test_a_rule_is_its_files_and_json_where_asked(wattledger: Wattledger) -> None:
    import duckdb
    import yaml

    from wattledger.cli.printing import as_json

    record, *cases = yaml.safe_load_all(wattledger("rules", "LED-01", "--format", "yaml").out)
    assert record["title"]["en"]
    assert cases
    for rule in ("LED-01", "TAR-05"):  # TAR-05 shares its family's query
        assert len(duckdb.extract_statements(wattledger("rules", rule, "--format", "sql").out)) == 1
    assert as_json({"amount": Decimal("1.10")}) == '{\n  "amount": "1.10"\n}'


def test_a_sheet_fits_the_terminal_and_says_its_sources_whole(
    wattledger: Wattledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(EXAMPLES[0], encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    for language in LANGUAGES:
        told = wattledger("rate", tmp_path / "case.yaml", "--language", language).out
        assert max(map(cell_len, told.splitlines())) <= 80
        content = json.loads(wattledger("rate", tmp_path / "case.yaml", "--format", "json").out)
        key = "cites_zh" if language == "zh-CN" else "cites_en"
        joined = re.sub(r"\s", "", told)
        for line in content["lines"]:
            assert f"{Decimal(line['amount']):,}" in told
            assert all(re.sub(r"\s", "", clause[key]) in joined for clause in line["clauses"])


def test_what_belongs_to_no_audit_speaks_the_language_of_the_sources_audited_here(
    wattledger: Wattledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WATTLEDGER_HOME", str(tmp_path))
    (tmp_path / "case.yaml").write_text(EXAMPLES[0], encoding="utf-8")
    assert "合计" in wattledger("rate", tmp_path / "case.yaml").out
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "acme.json").write_text('{"language": "en"}', encoding="utf-8")
    assert "Total" in wattledger("rate", tmp_path / "case.yaml").out
    assert wattledger("rules").out.startswith("Rule ")
    (tmp_path / "sources" / "other.json").write_text('{"language": "zh-CN"}', encoding="utf-8")
    source = "name: a\ntitle: {zh: 甲, en: A}\njurisdiction: CN\nlanguage: en\n"
    source += (
        "datasets: {organisation_unit: {files: u.csv, columns: {org_id: a, org_name: b, org_type: c}}}\n"
    )
    (tmp_path / "source.yaml").write_text(source, encoding="utf-8")
    said = wattledger("rate", tmp_path / "case.yaml", "--source", tmp_path / "source.yaml")
    assert "Total" in said.out, said.err
    assert "合计" in wattledger("rate", tmp_path / "case.yaml").out, "of two languages neither is theirs"


def test_both_catalogues_have_the_same_keys_and_placeholders() -> None:
    zh, en = (load_words(TEMPLATES, "cli", language) for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in en.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", zh[key])), key


def test_every_text_is_used_and_every_used_one_is_there() -> None:
    import wattledger.cli as package

    code = "\n".join(p.read_text(encoding="utf-8") for p in Path(package.__path__[0]).glob("*.py"))
    known = set(load_words(TEMPLATES, "cli", "en"))
    said = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", code))
    prefixes = set(re.findall(r"""f["']([a-z_.]+\.)\{""", code))
    unused = {key for key in known - said if not any(key.startswith(prefix) for prefix in prefixes)}
    assert not unused
    assert not set(re.findall(r'\bt\("([\w.]+)"', code)) - known


@pytest.mark.parametrize(
    ("listing", "row"),
    [
        ("verdicts", VerdictRow),
        ("findings", FindingRow),
        ("breaks", BreakRow),
        ("reconciliation", ReconciliationRow),
    ],
)
def test_a_list_shows_all_that_is_recorded(listing: str, row: type) -> None:
    fields = getattr(row, "_fields", None) or list(row.__dataclass_fields__)
    assert set(load_listings()[listing].columns) == set(fields)


def test_a_row_of_other_columns_is_no_row_of_the_list() -> None:
    for row in ({"rule_id": "A"}, dict.fromkeys([*load_listings()["law_open"].columns, "more"], "x")):
        with pytest.raises(KeyError):
            load_listings()["law_open"].table([row])


def test_values_are_said_on_one_line_in_the_readers_language() -> None:
    zh, en = Words(TEMPLATES, "zh-CN"), Words(TEMPLATES, "en")
    state = load_listings()["findings"].columns["state"]
    assert (zh.cell("new", state), en.cell("new", state)) == ("新增", "new")
    assert (zh.cell(True), en.cell(True)) == ("是", "yes")
    kwh = ListedColumn(type="decimal(18,4)", zh="电量", en="kWh")
    money = ListedColumn(type="decimal(18,2)", zh="金额", en="Amount")
    assert en.cell(Decimal("-1500.0000"), kwh) == "-1,500"
    assert en.cell(Decimal("-1500.10"), money) == "-1,500.10"
    assert en.cell("two\nlines\x1b[31m") == "two lines[U+001B][31m"
    assert en.cell(None) == ""


def test_the_program_itself_fits_a_terminal(tmp_path: Path) -> None:
    """On a real terminal of 80 columns, as pty makes one: no variable says how wide it is."""
    ours, theirs = pty.openpty()
    subprocess.run(["stty", "cols", "80", "rows", "40"], stdin=theirs, check=True)
    environment = {k: v for k, v in environ.items() if k != "COLUMNS"} | {"WATTLEDGER_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "wattledger.cli", "law"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, env=environment) as program:
        close(theirs)
        told = b""
        while program.poll() is None or told.count(b"\n") < 3:
            try:
                told += read(ours, 65536)
            except OSError:  # the other side is closed
                break
    lines = re.sub(r"\x1b\[[\d;]*m", "", told.decode()).split("\r\n")
    assert len(lines) > 15
    assert max(map(cell_len, lines)) <= 80
