"""What the tests of the reconciliation share: a session on given rows, and the real data, where they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.reconcile.sessions import Rows, session_on


@pytest.fixture
def on(tmp_path: Path) -> Callable[..., Any]:
    """``session_on`` in a folder of the test's own."""

    def open_on(tables: dict[str, Rows], **options: Any) -> Any:
        return session_on(tmp_path, tables, **options)

    return open_on


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with ``electric_brew/``: ``WATTLEDGER_DATA``, or ``shared/data`` beside the checkout."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("WATTLEDGER_DATA") or beside)
    if not (folder / "electric_brew" / "bills.parquet").is_file():
        pytest.skip(f"the real data are not here: no {folder}/electric_brew; set WATTLEDGER_DATA")
    return folder
