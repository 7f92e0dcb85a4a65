"""Records one period, as a process that a test can kill: ``python -m tests.registry.recorder URL SHIFT ROWS``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal

from wattledger.periods import Period
from wattledger.registry import (
    BreakRow,
    IntakeRow,
    ReconciliationRow,
    Sighting,
    VerdictRow,
    open_registry,
    record_period,
)

OCTOBER = Period.parse("2026-10")


def record(url: str, shift: int, rows: int, period: Period = OCTOBER) -> None:
    """Keys ``shift`` to ``shift + rows``, half of them of an event rule."""
    half = rows // 2
    engine = open_registry(url)
    record_period(
        engine,
        "demo",
        period,
        verdicts=[
            VerdictRow("BIL-01", "FINDINGS", "event", rows, half),
            VerdictRow("CUS-01", "FINDINGS", "condition", rows, half),
        ],
        sightings=_sightings(shift, half),
        reconciliation=[
            ReconciliationRow(
                "reading_bill", None, "EVALUATED", "kWh", rows, rows, Decimal(shift), Decimal(1)
            )
        ],
        breaks=[
            [BreakRow("reading_bill", "o", "a", str(shift), "late", "kWh", None, None, Decimal(shift), "{}")]
        ],
        intake=[IntakeRow("bill", rows, rows - 1, 1, {"shift": shift})],
    )
    engine.dispose()


def _sightings(shift: int, half: int) -> Iterator[list[Sighting]]:
    for rule in ("BIL-01", "CUS-01"):
        for first in range(shift, shift + half, 1000):
            numbers = range(first, min(first + 1000, shift + half))
            yield [Sighting(rule, f"{n}", f"o{n % 7}", f"a{n}", Decimal(n), None, "{}") for n in numbers]


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    record(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
