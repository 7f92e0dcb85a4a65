"""Where STEG's extract is, if it is here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with ``steg/``: ``WATTLEDGER_DATA``, or ``shared/data`` beside the checkout."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("WATTLEDGER_DATA") or beside)
    if not (folder / "steg" / "invoice.parquet").is_file():
        pytest.skip(f"the real data are not here: no {folder}/steg; set WATTLEDGER_DATA")
    return folder
