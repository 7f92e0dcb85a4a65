"""A case with interval readings: its registers by the hours of the tariff, and files that are wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from wattledger.errors import UsageError
from wattledger.rating.cases.files import read_case, sheet_of
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet

# peak 07:00 to 22:00; one day of 1 kWh an hour is 15 at peak, 9 in the valley
CASE = """
period_start_on: 2026-10-01
period_end_on: 2026-10-31
points: [{point_id: P, tariff_code: T, intervals_file: load.csv}]
catalogue:
  jurisdiction: CN
  sources: [{id: mine, zh: 示例, en: Example, status: made_up}]
  tou:
    - id: two
      periods: [peak, valley]
      balance_to: valley
      windows: [{windows: {peak: ["07:00-22:00"], valley: ["22:00-07:00"]}, source: mine}]
  tariffs: [{code: T, zh: 示例, en: Example, category: industrial, tou: two, components: [energy], source: mine}]
  rates: [{component: energy, tariffs: [T], price: {peak: 0.9, valley: 0.3}, source: mine}]
"""
HOURS = [datetime.fromisoformat("2026-10-05 00:00") + timedelta(hours=n) for n in range(48)]
LINES = [f"{start:%Y-%m-%d %H:%M},1" for start in HOURS]


def rated(folder: Path, lines: list[str], heading: str = "start_at,kwh") -> Sheet:
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    (folder / "load.csv").write_text("\n".join([heading, *lines]), encoding="utf-8")
    return sheet_of(read_case(folder / "case.yaml")[0], Settings(), "case.yaml")


def test_intervals_are_rated_by_the_hours_of_the_tariff(tmp_path: Path) -> None:
    got = rated(tmp_path, LINES)
    # 30 kWh at 0.9, 18 at 0.3
    assert [(line.tou, line.quantity, line.amount) for line in got.lines] == [
        ("peak", Decimal(30), Decimal("27.00")),
        ("valley", Decimal(18), Decimal("5.40")),
    ]
    assert got.figure("metered_kwh") == 48


@pytest.mark.parametrize(
    ("lines", "heading", "message"),
    [
        ([*LINES, "2026-10-07 00:00,x"], "start_at,kwh", r"Line 50: start_at '2026-10-07 00:00', kwh 'x'"),
        ([*LINES, "7 October,1"], "start_at,kwh", r"Line 50: start_at '7 October'"),
        (["2026-10-05 00:00"], "start_at,kwh", r"Line 2: .*kwh None"),
        (
            ["2026-11-01 00:00,1"],
            "start_at,kwh",
            r"Line 2: 2026-11-01 00:00:00 is not between 2026-10-01 and",
        ),
        (LINES, "start,kwh", r"There is no column start_at"),
        (["2026-10-05 00:00,NaN"], "start_at,kwh", r"Line 2: .*kwh 'NaN'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, lines: list[str], heading: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        rated(tmp_path, lines, heading)
    assert "load.csv" in caught.value.where


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    with pytest.raises(UsageError, match="The interval file cannot be read") as caught:
        sheet_of(read_case(tmp_path / "case.yaml")[0], Settings(), "case.yaml")
    assert str(tmp_path / "load.csv") in caught.value.where
