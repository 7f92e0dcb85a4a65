"""The files about the repository are true: owners and durations name what exists."""

from __future__ import annotations

from pathlib import Path

from tests.conftest_workers import SECONDS, SPREAD

ROOT = Path(__file__).resolve().parents[1]


def test_every_path_that_has_an_owner_exists() -> None:
    lines = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owned = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert owned[0] == "*"
    assert [path for path in owned[1:] if not (ROOT / path.strip("/")).exists()] == []


def test_every_file_that_is_known_to_be_slow_exists() -> None:
    assert [name for name in (*SECONDS, *SPREAD) if not (ROOT / name).is_file()] == []
