"""What is written: the files, their bytes, and that they land without a reject."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wattledger.cli import app
from wattledger.demo import ANSWER_BREAKS, ANSWER_KEY, make_demo
from wattledger.errors import UsageError
from wattledger.extract.landing import land
from wattledger.extract.source import load_source
from wattledger.lake import Lake
from wattledger.periods import Period
from wattledger.settings import Settings


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_same_seed_gives_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        make_demo(tmp_path / name, customers=1500, seed=seed)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a")["c_cons.csv"] != digests(tmp_path / "c")["c_cons.csv"]


def test_every_row_lands(tmp_path: Path) -> None:
    summary = make_demo(tmp_path / "demo", customers=1500, seed=5, month="2027-02")
    source, period = load_source(summary.source), Period.parse(summary.month)
    settings = Settings(home=tmp_path / "home")
    lake = Lake(settings.lake / source.name)
    landed = [land(settings, lake, source, dataset, period) for dataset in source.datasets]
    assert {record.dataset: record.rejected + record.outside for record in landed} == dict.fromkeys(
        source.datasets, 0
    )
    this_month = {name: n for name, n in summary.rows.items() if "2026" not in name and "202701" not in name}
    assert sorted(record.landed for record in landed) == sorted(this_month.values())


def test_names_are_as_dirty_as_in_life(tmp_path: Path) -> None:
    make_demo(tmp_path, customers=3000, seed=1, faults=0)
    text = (tmp_path / "c_cons.csv").read_bytes().decode("gb18030")
    names = [row["CONS_NAME"] for row in csv.DictReader(text.splitlines(keepends=True))]
    assert len(names) == 3000
    assert any("\n" in name for name in names)
    assert any("\t" in name or "," in name for name in names)
    with pytest.raises(UnicodeDecodeError):
        (tmp_path / "c_cons.csv").read_text(encoding="utf-8")


def test_without_faults_the_keys_are_empty(tmp_path: Path) -> None:
    summary = make_demo(tmp_path, customers=300, faults=0)
    assert (summary.findings, summary.breaks) == (0, 0)
    assert rows(tmp_path / ANSWER_KEY) == rows(tmp_path / ANSWER_BREAKS) == []


def test_a_rule_not_yet_in_force_is_not_in_the_key(tmp_path: Path) -> None:
    for month in ("2024-05", "2024-06"):
        make_demo(tmp_path / month, customers=1500, month=month)
    before, after = (
        {row["rule_id"] for row in rows(tmp_path / month / ANSWER_KEY)} for month in ("2024-05", "2024-06")
    )
    assert "MRD-02" in after - before, "which holds from June 2024 on"


def test_faults_scale(tmp_path: Path) -> None:
    few = make_demo(tmp_path / "few", customers=3000, faults=0.2)
    many = make_demo(tmp_path / "many", customers=3000, faults=3)
    assert 0 < few.findings * 4 < many.findings
    assert len(rows(tmp_path / "many" / ANSWER_KEY)) == many.findings


@pytest.mark.parametrize(
    "wrong",
    [{"month": "2026-10-31"}, {"month": "2026-10..2026-11"}, {"customers": 5}, {"faults": -1.0}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_usage_is_said(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        make_demo(tmp_path, **wrong)  # type: ignore[arg-type]


def test_command_says_what_was_not_planted(tmp_path: Path) -> None:
    command = ["demo", "--out", str(tmp_path), "--customers", "100", "--faults", "0.5"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    (line,) = (line for line in result.output.splitlines() if line.startswith("Fewer than wanted"))
    assert "reader_too_fast 0 of 1" in line
    assert "answer_faults.csv" in line
