"""The wheel alone, installed elsewhere: what was built is all that is there, and it makes a demo and audits it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from wattledger.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
# All DAGs of a folder, in the words of a program that knows no Wattledger.
DAGS = (
    "from airflow.utils.db import initdb; from airflow.dag_processing.dagbag import DagBag; initdb(); "
    "bag = DagBag(); assert not bag.import_errors, bag.import_errors; print(*sorted(bag.dags))"
)

pytestmark = pytest.mark.slow


def run(*command: object, folder: Path, **environment: str) -> str:
    """Run a command in ``folder``, which must succeed; nothing in the environment leads it to the checkout."""
    ours = ("WATTLEDGER_", "AIRFLOW_", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    arguments = list(map(str, command))
    done = subprocess.run(
        arguments, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Installed:
    """An environment with the dependencies of uv.lock and the wheel, in a folder far from the checkout."""

    folder: Path

    def __call__(self, program: str, *arguments: object, **environment: str) -> str:
        return run(self.folder / "venv" / "bin" / program, *arguments, folder=self.folder, **environment)


@pytest.fixture(scope="module")
def uv() -> str:
    found = shutil.which("uv", path=os.pathsep.join([str(ROOT / ".tools" / "bin"), os.environ["PATH"]]))
    assert found, "there is no uv: `make setup` puts it into .tools/bin"
    return found


@pytest.fixture(scope="module")
def wheel(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--wheel", "--out-dir", out, ROOT, folder=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(uv: str, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    locked = ("--frozen", "--no-dev", "--extra", "airflow", "--no-install-project", "--project", ROOT)
    run(uv, "sync", *locked, folder=folder, UV_PROJECT_ENVIRONMENT=str(folder / "venv"))
    run(uv, "pip", "install", "--no-deps", "--python", folder / "venv", wheel, folder=folder)
    return Installed(folder)


def test_the_wheel_holds_every_file_of_the_package_and_of_the_folders_at_the_top(wheel: Path) -> None:
    top = [path for path in Settings().folders.values() if path.parent == ROOT and path.name != ".wattledger"]
    files = [file for folder in (ROOT / "include" / "wattledger", *top) for file in folder.rglob("*")]
    wanted = {place(file) for file in files if file.is_file() and "__pycache__" not in file.parts}
    assert not wanted - set(ZipFile(wheel).namelist())
    assert {"wattledger/py.typed", "wattledger/_data/dags/extract.py"} <= wanted


def place(file: Path) -> str:
    """Where a file of the checkout is in the wheel."""
    if file.is_relative_to(ROOT / "include"):
        return file.relative_to(ROOT / "include").as_posix()
    return f"wattledger/_data/{file.relative_to(ROOT).as_posix()}"


def test_it_makes_a_demo_and_audits_it_without_the_checkout(installed: Installed, wheel: Path) -> None:
    assert installed("wattledger", "--version") == f"wattledger {wheel.name.split('-')[1]}\n"
    period = ("--period", "2026-10", "--home", "home")
    assert str(ROOT) not in installed("wattledger", "where")
    installed("wattledger", "demo", "--out", "demo", "--customers", "300")
    assert "简报：" in installed("wattledger", "audit", "--source", "demo/source.yaml", *period)

    found = csv.DictReader(installed("wattledger", "findings", *period, "--format", "csv").splitlines())
    key = (installed.folder / "demo" / "answer_key.csv").read_text(encoding="utf-8").splitlines()
    planted = {(row["rule_id"], row["business_key"]) for row in csv.DictReader(key)}
    assert {(row["rule_id"], row["business_key"]) for row in found} == planted
    assert len(planted) > 50

    pages = installed("wattledger", "bulletin", *period, "--language", "en", "--out", "again").splitlines()
    assert "again/company.html" in pages
    assert "LED-01" in installed("wattledger", "rules", "LED-01")


def test_its_dags_are_found_and_load(installed: Installed) -> None:
    dags = installed("wattledger", "where", "dags").strip()
    assert dags.startswith(str(installed.folder))
    airflow = {"AIRFLOW_HOME": str(installed.folder / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    told = installed("python", "-c", DAGS, **airflow, AIRFLOW__CORE__DAGS_FOLDER=dags)
    assert told.splitlines()[-1] == "extract nightly_audit"
