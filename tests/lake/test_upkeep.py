"""Upkeep of the lake: what no kept run needs is removed, and every kept run can be audited again with equal results."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.conftest import OCTOBER
from wattledger import pipeline, upkeep
from wattledger.cli import run
from wattledger.cli.words import size as in_words
from wattledger.context import Audit
from wattledger.errors import ConfigurationError, UsageError
from wattledger.extract.source import Source
from wattledger.lake import Lake, open_session
from wattledger.periods import Period
from wattledger.registry import list_runs
from wattledger.settings import Settings

pytestmark = pytest.mark.usefixtures("only_its_own_months")

SEPTEMBER = Period.parse("2026-09")
BILL = {
    "bill_id": "id",
    "account_id": "account",
    "billing_month": "day",
    "usage_kwh": "kwh",
    "bill_amount": "amount",
}
ACCOUNT = {"account_id": "id", "account_name": "name", "org_id": "'001'", "account_status": "'normal'"}
READING = {
    "reading_id": "id",
    "account_id": "account",
    "meter_id": "account",
    "billing_month": "day",
    "reading_type": "'total'",
    "previous_reading": "old",
    "reading": "new",
    "multiplier": "1",
    "usage_kwh": "kwh",
}
STEPS = (pipeline.open_run, pipeline.rate, pipeline.reconcile, pipeline.validate, pipeline.record_findings)
PUBLISHED = ("verdict", "failing_row", "reconciliation", "recon_break", "expected_bill")


@pytest.fixture
def company(tmp_path: Path, settings: Settings, make_source: Callable[..., Source]) -> Callable[..., Audit]:
    """Bills and readings of two months; October's, and an account's name, tell which delivery they are of."""

    def make(period: Period = OCTOBER, amount: int = 1) -> Audit:
        bills = [
            "B1,A1,2026-09-01,10,5.00",
            "B2,A2,2026-09-01,20,10.00",
            f"B3,A1,2026-10-01,10,{amount}.00",
        ]
        (tmp_path / "bills.csv").write_text(
            "\n".join(["id,account,day,kwh,amount", *bills]) + "\n", encoding="utf-8"
        )
        (tmp_path / "accounts.csv").write_text(f"id,name\nA1,甲{amount}\nA2,乙\n", encoding="utf-8")
        bill = {"files": "bills.csv", "lookback_months": 0, "columns": BILL}
        account = {"files": "accounts.csv", "columns": ACCOUNT}
        reads = [
            "R1,A1,2026-09-01,0,10,10",
            "R2,A2,2026-09-01,0,20,5",
            f"R3,A1,2026-10-01,10,20,{10 + 10 * amount}",
        ]
        (tmp_path / "reads.csv").write_text(
            "\n".join(["id,account,day,old,new,kwh", *reads]) + "\n", encoding="utf-8"
        )
        reading = {"files": "reads.csv", "lookback_months": 0, "columns": READING}
        source = make_source(bill=bill, customer_account=account, meter_reading=reading)
        return Audit(settings, source, period)

    return make


def land(audit: Audit) -> None:
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)


def published(audit: Audit) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [{k: v for k, v in row.items() if k != "seconds"} for row in audit.published_rows(table)]
        for table in PUBLISHED
    }


def audit_again(audit: Audit) -> dict[str, list[dict[str, Any]]]:
    """All that is published, on exactly what the run is pinned to."""
    for step in STEPS[1:]:
        step(audit)
    return published(audit)


def seen(audit: Audit, revision: int) -> list[Any]:
    """What a session on one run's pins has of bills and accounts."""
    (found,) = [
        r for r in list_runs(audit.registry, "acme") if (r.period, r.revision) == (audit.period, revision)
    ]
    pins = {name: entry["pin"] for name, entry in found.inputs.items()}
    with open_session(audit.settings, audit.lake, audit.period, pins, audit.parameters) as session:
        query = "SELECT bill_amount::VARCHAR FROM bill UNION ALL SELECT account_name FROM customer_account ORDER BY ALL"
        return [row[0] for row in session.connection.execute(query).fetchall()]


def data_files(lake: Lake) -> set[str]:
    """All files of rows, but of the verdicts: these tell how long each rule took."""
    return {str(path) for path in lake.root.rglob("*.parquet") if "_verdict" not in path.parts}


def size(lake: Lake) -> int:
    return sum(path.stat().st_size for path in lake.root.rglob("*.parquet") if "_delta_log" not in path.parts)


def test_every_kept_run_is_audited_again_with_equal_results(
    company: Callable[..., Audit], settings: Settings
) -> None:
    results = {}
    for period in (SEPTEMBER, OCTOBER):
        land(company(period))
        pipeline.open_run(company(period))
        results[period] = audit_again(company(period))
    assert all(result["failing_row"] for result in results.values()), "there are findings to compare"
    land(company(amount=2))  # landed, and never audited
    land(company(amount=3))
    pipeline.open_run(company(amount=3))

    before = size(company(amount=3).lake)
    told = upkeep.survey(settings)["acme"]
    assert size(company(amount=3).lake) == before, "a survey removes nothing"
    removed = upkeep.vacuum(settings)["acme"]
    assert removed == told
    assert size(company(amount=3).lake) == before - sum(use.removable_bytes for use in told) < before

    assert seen(company(amount=3), revision=1) == ["1.00", "乙", "甲1"]
    assert seen(company(amount=3), revision=2) == ["3.00", "乙", "甲3"]
    files = data_files(company().lake)
    assert audit_again(company(SEPTEMBER, amount=3)) == results[SEPTEMBER]
    assert data_files(company().lake) == files, "the same results are not written once more"


def test_of_each_period_the_newest_runs_may_be_kept_alone(
    company: Callable[..., Audit], settings: Settings
) -> None:
    for amount in (1, 2, 3):
        for period in (SEPTEMBER, OCTOBER):
            land(company(period, amount))
            pipeline.open_run(company(period, amount))
    assert not any(use.removable for use in upkeep.vacuum(settings)["acme"]), "each landing has its run"
    assert any(use.removable for use in upkeep.vacuum(settings, keep=2)["acme"])
    assert [seen(company(amount=3), revision)[0] for revision in (2, 3)] == ["2.00", "3.00"]
    assert seen(company(SEPTEMBER, amount=3), revision=2) == ["10.00", "5.00", "乙", "甲2"]
    upkeep.vacuum(settings, keep=1)
    assert seen(company(amount=3), revision=3) == ["3.00", "乙", "甲3"]
    with pytest.raises(Exception, match=r"part-\d+"):
        seen(company(amount=3), revision=1)


def test_what_a_running_landing_writes_is_left(company: Callable[..., Audit], settings: Settings) -> None:
    audit = company()
    land(audit)
    pipeline.open_run(audit)
    (file,) = map(Path, audit.lake.files("bill"))
    fresh, old = (
        file.with_name("part-of-a-running-task.parquet"),
        file.with_name("part-of-a-killed-task.parquet"),
    )
    for path in (fresh, old):
        shutil.copyfile(file, path)
    last_week = time.time() - 7 * 86_400
    os.utime(old, (last_week, last_week))
    upkeep.vacuum(settings)
    assert (fresh.exists(), old.exists(), file.exists()) == (True, False, True)
    # its rows are there, and the record that tells of them is not yet
    rows = pa.Table.from_batches(pa.parquet.ParquetFile(file).iter_batches()).append_column(
        "_period", pa.array(["2026-10"])
    )
    version = audit.lake.replace("bill", OCTOBER, rows.to_reader())
    upkeep.vacuum(settings)
    assert all(Path(path).exists() for path in audit.lake.files("bill", version))
    assert seen(audit, revision=1) == ["1.00", "乙", "甲1"]


def test_another_registry_removes_nothing(
    company: Callable[..., Audit], settings: Settings, tmp_path: Path
) -> None:
    audit = company()
    land(audit)
    for step in STEPS:
        step(audit)
    other = settings.model_copy(update={"registry_url": f"sqlite:///{tmp_path}/other.db"})
    with pytest.raises(ConfigurationError, match="the registry knows of none"):
        upkeep.vacuum(other)
    with pytest.raises(UsageError, match="holds the sources: acme"):
        upkeep.vacuum(settings, source="acne")


def test_old_versions_are_not_forgotten(tmp_path: Path) -> None:
    """Delta cleans its log of what is older than a month, once in a hundred commits, unless it is told not to."""
    lake = Lake(tmp_path)
    for number in range(102):
        rows = pa.table({"n": [number], "_period": ["2026-10"]})
        lake.replace("t", OCTOBER, rows.to_reader())
        if number == 97:
            for path in (tmp_path / "t" / "_delta_log").iterdir():
                os.utime(path, (time.time() - 90 * 86_400,) * 2)
    (file,) = lake.files("t", version=2)
    assert pa.parquet.read_table(file)["n"].to_pylist() == [1]


def test_the_command_shows_and_removes(
    company: Callable[..., Audit],
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WATTLEDGER_REGISTRY_URL", "")
    for amount in (1, 2):
        land(company(amount=amount))
    pipeline.open_run(company(amount=2))

    def command(*options: str) -> tuple[dict[str, Any], str]:
        assert (
            run(["lake", "--home", str(settings.home), "--format", "json", "--language", "en", *options]) == 0
        )
        out, err = capsys.readouterr()
        return {row["table"]: row for row in json.loads(out)}, err

    before, told = command()
    assert before["bill"]["pinned_by"] == "2026-10 r1"
    assert before["bill"]["files"] == 1
    assert "can be removed with --vacuum" in told
    total = size(company(amount=2).lake)
    assert re.search(r"\d kB removed", command("--vacuum")[1])
    assert size(company(amount=2).lake) < total
    assert seen(company(amount=2), revision=1) == ["2.00", "乙", "甲2"]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (4_321, "4.3 kB"), (2_500_000, "2.5 MB"), (7_000_000_000, "7.0 GB")],
)
def test_a_size_has_a_unit_that_fits(count: int, shown: str) -> None:
    assert in_words(count) == shown
