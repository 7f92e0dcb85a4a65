"""What the tests of this package share: sheets of cases given as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wattledger.rating.cases.files import parse_case, sheet_of
from wattledger.rating.sheets.model import Sheet
from wattledger.settings import Settings


@pytest.fixture(scope="session")
def sheet() -> Callable[..., Sheet]:
    """The sheet of a case: ``sheet(kind="theft", ...)``."""

    def build(**case: Any) -> Sheet:
        return sheet_of(parse_case(case, "the test"), Settings(), "the test")

    return build
