"""An audit that is killed at any moment, and run again, ends as if nothing had happened."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.observed import everything
from wattledger.demo import make_demo

KILLS = int(os.environ.get("WATTLEDGER_TEST_KILLS", "20"))
# The children start with everything imported, so that the moments fall into the audit and not into Python's start.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["wattledger.pipeline", "wattledger.audit.gx_runner", "wattledger.bulletin.publish"]
)


def audit(source: Path, home: Path) -> None:
    from wattledger import pipeline
    from wattledger.context import Audit
    from wattledger.extract.source import load_source
    from wattledger.periods import Period
    from wattledger.settings import Settings

    os.environ.pop("WATTLEDGER_SMTP_URL", None)
    work = Audit(
        Settings(home=home, registry_url="", threads=1), load_source(source), Period.parse("2026-10")
    )
    for dataset in work.source.datasets:
        pipeline.land(work, dataset)
    for step in pipeline.STEPS:
        step(work)


def start(source: Path, home: Path) -> ForkServerProcess:
    process = _CONTEXT.Process(target=audit, args=(source, home))
    process.start()
    return process


def run(source: Path, home: Path) -> float:
    """Run to the end; return the CPU seconds, which do not depend on what else the machine does."""
    process, seconds = start(source, home), 0.0
    while process.is_alive():
        seconds = max(seconds, cpu_seconds(process))
        time.sleep(0.01)
    process.join()
    assert process.exitcode == 0
    return seconds


def cpu_seconds(process: ForkServerProcess) -> float:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        used = psutil.Process(process.pid).cpu_times()
        return float(used.user + used.system)
    return 0.0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], float]:
    folder = tmp_path_factory.mktemp("undisturbed")
    make_demo(folder / "demo", customers=400)
    source = folder / "demo" / "source.yaml"
    run(source, folder / "warm")
    seconds = run(source, folder / "home")
    return source, everything(folder / "home"), seconds


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_and_run_again(
    undisturbed: tuple[Path, dict[str, Any], float], tmp_path: Path, seed: int
) -> None:
    source, expected, seconds = undisturbed
    process = start(source, tmp_path)
    # evenly spread over the run, and a little at random
    moment = seconds * (seed + random.Random(seed).random()) / KILLS
    while process.is_alive() and cpu_seconds(process) < moment:
        time.sleep(0.002)
    process.kill()
    process.join()

    run(source, tmp_path)
    found = everything(tmp_path)
    for part, content in expected.items():
        assert found[part] == content, part


def test_run_twice_is_run_once(undisturbed: tuple[Path, dict[str, Any], float], tmp_path: Path) -> None:
    source, expected, _ = undisturbed
    run(source, tmp_path)
    run(source, tmp_path)
    assert everything(tmp_path) == expected
