"""The folders that an installation reads are where the settings say, in a checkout, a wheel and the image."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from wattledger.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TOP = sorted(path.name for name, path in Settings().folders.items() if name != "home")


def test_a_checkout_is_read_from_its_top() -> None:
    assert len(TOP) >= 6
    for name, path in Settings().folders.items():
        assert name == "home" or (path.parent == ROOT and path.is_dir()), f"{name}: {path}"


@pytest.mark.parametrize("folder", TOP)
def test_the_wheel_and_the_image_take_every_folder_along(folder: str) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    assert folder in wheel["only-include"], "add it to only-include and sources in pyproject.toml"
    assert wheel["sources"][folder] == f"wattledger/_data/{folder}"
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert f"!{folder}" in kept, "add it to .dockerignore"


def test_the_environment_names_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATTLEDGER_TARIFFS", str(tmp_path))
    assert Settings().tariffs == Settings().folders["tariffs"] == tmp_path
