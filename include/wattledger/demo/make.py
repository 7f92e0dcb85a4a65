"""Making the demo: the consistent utility, the planted faults, the files.

Belongs here: the order of the steps. What the utility is stands in ``sql/``, what goes wrong in ``faults``.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from wattledger.demo.extracts import write_csv, write_extracts
from wattledger.demo.faults import FAULTS
from wattledger.demo.faults.answers import write_answers
from wattledger.demo.faults.kind import Fault
from wattledger.demo.faults.planter import Planted, Planter
from wattledger.demo.world import build_world
from wattledger.errors import UsageError
from wattledger.periods import Period

ANSWER_KEY: Final = "answer_key.csv"
ANSWER_BREAKS: Final = "answer_breaks.csv"
ANSWER_FAULTS: Final = "answer_faults.csv"

# two faults can have one finding in common, such as a unit's difference of the month
_FINDINGS: Final = (
    "SELECT rule_id, business_key, string_agg(DISTINCT fault, ' + ' ORDER BY fault) AS fault, "
    "string_agg(DISTINCT note, ' + ' ORDER BY note) AS note, cause, amount FROM answer GROUP BY ALL ORDER BY ALL"
)


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was made."""

    folder: Path
    source: Path
    """The source file, for ``wattledger audit --source``."""
    month: str
    customers: int
    rows: dict[str, int]
    """Rows by extract file."""
    findings: int
    """Rows of the answer key: what an audit of the month must find, no more and no less."""
    breaks: int
    """Rows of the answer key of the reconciliation."""
    planted: tuple[Planted, ...]
    """Every kind of fault, by name, with its victims."""

    @property
    def short(self) -> tuple[Planted, ...]:
        """Kinds of which fewer were planted than wanted, for want of fitting customers."""
        return tuple(kind for kind in self.planted if len(kind.victims) < kind.wanted)


def make_demo(
    out: Path,
    customers: int = 20_000,
    seed: int = 1,
    faults: float = 1.0,
    month: str = "2026-10",
    kinds: Sequence[Fault] = FAULTS,
) -> DemoSummary:
    """Write the extracts of a made-up utility, its source file and the answer keys into ``out``.

    The same arguments give the same bytes. ``faults`` scales how many faults of each kind are planted; with 0 there
    is nothing to find, and every reconciliation is exactly zero. A kind that is left out of ``kinds``, or stands
    elsewhere among them, changes nothing for the others.

    Raises:
        UsageError: ``month`` is no month, ``customers`` or ``faults`` out of range.
    """
    period = Period.parse(month)
    if str(period) != f"{period.start:%Y-%m}":
        raise UsageError(f"{month!r} is not a month.", todo="Write it as 2026-10.")
    if not 100 <= customers <= 9_999_999 or faults < 0:
        raise UsageError("A demo has 100 to 9,999,999 customers, and faults of 0 or more.")
    out.mkdir(parents=True, exist_ok=True)
    spill = out / ".spill"
    planter = Planter(kinds, faults)
    con = build_world(customers, seed, period.start, spill, planter.after)
    try:
        write_answers(con, planter.faults, period)
        before = period.lookback(2)
        months = [*(m.start for m in before.months()), period.start] if before else [period.start]
        rows = write_extracts(con, out, months)
        findings = write_csv(con, _FINDINGS, out / ANSWER_KEY)
        breaks = write_csv(con, "FROM answer_break ORDER BY ALL", out / ANSWER_BREAKS)
        planted = planter.planted(con)
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)
    _write_planted(planted, out / ANSWER_FAULTS)
    source = out / "source.yaml"
    source.write_bytes(files(__package__).joinpath("source.yaml").read_bytes())
    return DemoSummary(out, source, str(period), customers, rows, findings, breaks, planted)


def _write_planted(planted: Sequence[Planted], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["fault", "note", "wanted", "planted", "victims"])
        for kind in planted:
            writer.writerow([kind.fault, kind.note, kind.wanted, len(kind.victims), " ".join(kind.victims)])
