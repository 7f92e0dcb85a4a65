"""A company whose source file describes its bills, to be landed for two months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from wattledger.context import Audit
from wattledger.extract.source import load_source
from wattledger.periods import Period
from wattledger.settings import Settings

AUTUMN = Period.parse("2026-09..2026-10")
COLUMNS = {"bill_id": "id", "billing_month": "m", "account_id": "a", "usage_kwh": "k", "bill_amount": "y"}


@pytest.fixture
def bills(tmp_path: Path, settings: Settings) -> Callable[..., Audit]:
    """An audit of a company whose bills are described by these entries."""

    def make(entry: dict[str, Any], **content: Any) -> Audit:
        bill = {"lookback_months": 0, "columns": COLUMNS, **entry}
        head = {"name": "acme", "title": {"zh": "甲公司", "en": "Acme"}, "jurisdiction": "CN"}
        path = tmp_path / "source.yaml"
        path.write_text(
            yaml.safe_dump({**head, **content, "datasets": {"bill": bill}}, allow_unicode=True),
            encoding="utf-8",
        )
        return Audit(settings, load_source(path), AUTUMN)

    return make
