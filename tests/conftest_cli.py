"""The command line in this process, with its exit code and both outputs.

Belongs here: the fixture ``wattledger``, for all tests that go through the front door.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass

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
