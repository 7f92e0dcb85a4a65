"""What the tests of this package share: sheets of cases given as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wattledger.rating.cases.files import parse_case, sheet_of
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet


@pytest.fixture(scope="session")
def sheet() -> Callable[..., Sheet]:
    """The sheet of a case: ``sheet(kind="theft", ...)``."""

    def build(**case: Any) -> Sheet:
        return sheet_of(parse_case(case, "the test"), Settings(), "the test")

    return build
