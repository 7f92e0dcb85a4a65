"""What all tests share: an empty installation, and a company of three rows that tests bend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml
from xdist.scheduler import LoadFileScheduling

from wattledger.extract.source import Source, load_source
from wattledger.periods import Period
from wattledger.settings import Settings

pytest_plugins = ["tests.conftest_postgres"]

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("unhurried")

OCTOBER = Period.parse("2026-10")


SPREAD = ("tests/e2e/test_killed.py", "tests/rules/test_cases.py")
"""Files whose tests may run on different workers: each is long, and what they share is soon made again.

The tests of any other file stay on one worker (xdist's ``loadfile``); with pytest 9.2, xdist 3.8 sees no groups.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that none is left for one worker alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class _Spread(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return nodeid if file in SPREAD else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _Spread(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", memory_limit="1GB", threads=1, registry_url="", smtp_url="")


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
