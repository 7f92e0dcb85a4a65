"""Broken surroundings and wrong settings: each is one message with place and remedy, and a code of its own."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wattledger import pipeline
from wattledger.cli import run
from wattledger.cli.failures import as_failure
from wattledger.context import Audit
from wattledger.errors import ConfigurationError, DataError, UsageError
from wattledger.extract.source import Source
from wattledger.periods import Period
from wattledger.registry import open_registry
from wattledger.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threads", "-1"),
        ("threads", "2000"),
        ("threads", "many"),
        ("memory_limit", "lots"),
        ("memory_limit", "0GB"),
        ("late_after_hours", "0"),
        ("late_after_hours", "nan"),
        ("smtp_url", "secret@host"),
    ],
)
def test_a_setting_out_of_bounds_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"WATTLEDGER_{name.upper()}", value)
    with pytest.raises(UsageError, match=f"WATTLEDGER_{name.upper()}: "):
        Settings()
    assert run(["where"]) == 2
    told = capsys.readouterr().err
    assert f"WATTLEDGER_{name.upper()}: " in told
    assert "to do" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "x"), "Free space on the disk"),
        (PermissionError(13, "Permission denied", "x"), "who may write there"),
        (OSError(30, "Read-only file system", "x"), "can only be read"),
        (NotADirectoryError(20, "Not a directory", "x"), "A file has the name of a folder"),
        (RuntimeError("IO Error: write failed: No space left on device"), "Free space on the disk"),
        (
            RuntimeError(
                'IO Error: Cannot open file "/h/lake/acme/bill/_period=2026-09/a.parquet": No such file'
            ),
            "audit 2026-09 again",
        ),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(error: Exception, told: str) -> None:
    failure = as_failure(error)
    assert failure
    assert told in failure.todo


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    assert as_failure(ValueError("math domain error")) is None


def test_a_home_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "home").write_text("x", encoding="utf-8")
    assert run(["verdicts", "--period", "2026-10", "--home", str(tmp_path / "home")]) in (1, 2)
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "to do" in told


def test_a_registry_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.write_text("this is no database" * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no database that can be used") as raised:
        open_registry(f"sqlite:///{path}")
    assert str(path) in raised.value.where
    assert raised.value.todo


MAIN = "import sys; from wattledger.cli import main; sys.argv = ['wattledger', *sys.argv[1:]]; main()"


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "include")},
    )


def wait_for(process: subprocess.Popen[str], word: str) -> str:
    assert process.stderr
    seen = ""
    while word not in seen and process.poll() is None:
        seen += process.stderr.readline()
    return seen


def source_of(tmp_path: Path, make_source: Callable[..., Source]) -> Source:
    text = "id,m,a,k,y\nB1,2026-10-01,1,1,1\nB2,2026-09-01,1,1,1\n"
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    columns = {"bill_id": "id", "billing_month": "m", "account_id": "a", "usage_kwh": "k", "bill_amount": "y"}
    return make_source(bill={"files": "b.csv", "columns": columns, "lookback_months": 0})


def test_ctrl_c_ends_with_130_and_a_word(tmp_path: Path, make_source: Callable[..., Source]) -> None:
    source_of(tmp_path, make_source)
    home = tmp_path / "home"
    audit = start("audit", "--source", tmp_path / "source.yaml", "--period", "2026-10", "--home", home)
    wait_for(audit, "read rules")
    audit.send_signal(signal.SIGINT)
    _, told = audit.communicate(timeout=120)
    assert audit.returncode == 130
    assert told.endswith("Stopped by Ctrl-C. Nothing is left half done: give the same command again.\n")
    assert "Traceback" not in told


def test_an_audit_waits_for_another_of_its_period_and_homes_are_not_for_everybody(
    tmp_path: Path, make_source: Callable[..., Source]
) -> None:
    source_of(tmp_path, make_source)
    (tmp_path / "home/tmp").mkdir(parents=True)
    with (tmp_path / "home/tmp/acme-2026-10.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        second = start(
            "audit", "--source", tmp_path / "source.yaml", "--period", "2026-10", "--home", tmp_path / "home"
        )
        assert "Process 4711 audits acme for 2026-10: waiting for it to end." in wait_for(second, "waiting")
        assert second.poll() is None
    _, told = second.communicate(timeout=300)
    assert second.returncode == 0, told
    made = [path for path in (tmp_path / "home").rglob("*") if path.name not in ("tmp", "acme-2026-10.lock")]
    open_to_all = [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o007]
    assert len(made) > 20
    assert not open_to_all


def test_a_file_of_the_lake_that_is_gone_is_landed_again(
    tmp_path: Path, settings: Settings, make_source: Callable[..., Source]
) -> None:
    source = source_of(tmp_path, make_source)
    whole, october = (Audit(settings, source, Period.parse(text)) for text in ("2026-09..2026-10", "2026-10"))
    record = pipeline.land(whole, "bill")
    for file in whole.lake.files("bill"):
        if "2026-09" in file:
            Path(file).unlink()
    with pytest.raises(DataError, match="gone, of 2026-09") as raised:
        pipeline.land(october, "bill")
    assert "a period FROM..TO that has 2026-09 in it" in raised.value.todo
    again = pipeline.land(whole, "bill")
    assert (again.landed, again.digest) == (record.landed, record.digest) == (2, record.digest)
    assert all(Path(file).exists() for file in whole.lake.files("bill"))
    assert len(whole.lake.files("bill")) == 2
