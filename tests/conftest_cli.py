"""The command line in this process, with its exit code and both outputs.

Belongs here: the fixture ``wattledger``, for all tests that go through the front door, and an audited home to ask.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from wattledger.cli import run
from wattledger.settings import Settings


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(self.out.splitlines()))


MONTH = "2026-10"

Wattledger = Callable[..., Done]


@pytest.fixture
def wattledger(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wattledger:
    """``wattledger(...)`` runs a command in this process, as ``main`` does."""
    for name in Settings.model_fields:  # those of the DAGs' tests stay for as long as the process runs
        monkeypatch.delenv(f"WATTLEDGER_{name.upper()}", raising=False)

    def call(*arguments: object) -> Done:
        code = run(list(map(str, arguments)))
        told = capsys.readouterr()
        assert "Traceback" not in told.err, told.err
        return Done(code, told.out, told.err)

    return call


@pytest.fixture(scope="session")
def audited_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of an audited demo of 100 accounts: its extracts are in ``demo``, what was said in ``told``."""
    folder = tmp_path_factory.mktemp("home")
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told):
        for name in ("REGISTRY_URL", "SMTP_URL"):
            patch.setenv(f"WATTLEDGER_{name}", "")
        assert run(["demo", "--out", str(folder / "demo"), "--customers", "100"]) == 0
        source = folder / "demo" / "source.yaml"
        assert run(["audit", "--source", str(source), "--period", MONTH, "--home", str(folder)]) == 0
    (folder / "told").write_text(told.getvalue(), encoding="utf-8")
    return folder
