"""Registers of a case out of its interval readings, by the hours of the tariff's times of use.

Belongs here: the interval file of a case. Which time of use an instant belongs to is in ``catalogue.tou_calendar``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from wattledger.errors import UsageError
from wattledger.rating.cases.bill import BillCase, Point, Reading
from wattledger.rating.catalogue.model import Catalogue, TouScheme
from wattledger.rating.catalogue.tou_calendar import usage_by_time
from wattledger.rating.rounding import half_up

COLUMNS = ("start_at", "kwh")
_TODO = "Write a line per interval: start_at as 2026-10-01 00:15 (local time), kwh as a number."


def with_registers(case: BillCase, catalogue: Catalogue) -> BillCase:
    """The case with a register for the total, and one for each time of use, where a point names an interval file.

    Raises:
        UsageError: the file is not there, or a line of it is wrong or outside the bill's period.
    """
    if not any(point.intervals_file for point in case.points):
        return case
    points = tuple(
        _read_out(point, case, catalogue) if point.intervals_file else point for point in case.points
    )
    return case.model_copy(update={"points": points})


def _read_out(point: Point, case: BillCase, catalogue: Catalogue) -> Point:
    path = Path(point.intervals_file)
    intervals = list(_lines(path))
    for number, (start_at, _) in enumerate(intervals, start=2):
        if not case.period_start_on <= start_at.date() <= case.period_end_on:
            raise UsageError(
                f"Line {number}: {start_at} is not between {case.period_start_on} and {case.period_end_on}.",
                where=str(path),
            )
    registers: dict[str, Decimal] = {"total": sum((kwh for _, kwh in intervals), Decimal(0))}
    if (scheme := _scheme(point, case, catalogue)) and scheme.windows:
        registers |= {
            str(t): kwh for t, kwh in usage_by_time(scheme, intervals, catalogue.jurisdiction).items()
        }
    readings = tuple(
        Reading.model_validate({"register": name, "usage": half_up(kwh, 4)})
        for name, kwh in registers.items()
    )
    return point.model_copy(update={"readings": (*point.readings, *readings)})


def _scheme(point: Point, case: BillCase, catalogue: Catalogue) -> TouScheme | None:
    day = case.priced_on or case.period_end_on
    held = [t for t in catalogue.tariffs if t.code == point.tariff_code and t.holds(day)]
    return catalogue.tou.get(held[0].tou) if held else None


def _lines(path: Path) -> Iterator[tuple[datetime, Decimal]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The interval file cannot be read: {error}", where=str(path), todo=_TODO) from error
    rows = csv.DictReader(text.splitlines())
    if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise UsageError(
            f"There is no column {' and no column '.join(missing)}.", where=str(path), todo=_TODO
        )
    for number, row in enumerate(rows, start=2):
        try:
            kwh = Decimal(row["kwh"])
            if not kwh.is_finite():
                raise InvalidOperation
            yield datetime.fromisoformat(row["start_at"]), kwh
        except (ValueError, TypeError, InvalidOperation) as error:
            given = ", ".join(f"{name} {row.get(name)!r}" for name in COLUMNS)
            raise UsageError(f"Line {number}: {given}", where=str(path), todo=_TODO) from error
