"""What all tests share: an empty installation, and a company of three rows that tests bend."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml

from wattledger.context import Audit
from wattledger.extract.source import Source, load_source
from wattledger.periods import Period
from wattledger.settings import Settings

pytest_plugins = ["tests.conftest_cli", "tests.conftest_postgres", "tests.conftest_workers"]

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("unhurried")

for name in Settings.model_fields:  # nobody's own installation: `make` itself names a home
    os.environ.pop(f"WATTLEDGER_{name.upper()}", None)

OCTOBER = Period.parse("2026-10")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", memory_limit="1GB", threads=1, registry_url="", smtp_url="")


@pytest.fixture
def only_its_own_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Landing goes as far back as the source says, and no further because a rule wants it."""
    monkeypatch.setattr(Audit, "lookback", lambda audit, dataset: audit.source.lookback(dataset))


@pytest.fixture
def make_source(tmp_path: Path) -> Callable[..., Source]:
    """A source over files in ``tmp_path``: ``make_source(bill={"files": ..., "columns": {...}})``."""

    def make(jurisdiction: str = "CN", **datasets: Any) -> Source:
        path = tmp_path / "source.yaml"
        content = {
            "name": "acme",
            "title": {"zh": "甲公司", "en": "Acme"},
            "jurisdiction": jurisdiction,
            "datasets": datasets,
        }
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return load_source(path)

    return make
