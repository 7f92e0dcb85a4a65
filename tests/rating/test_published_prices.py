"""The prices of real provinces are those of their sources, added up where a source prints the sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from wattledger.parameters import load_parameters
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.rating.catalogue.model import TOU, Catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings

HUBEI = """
commercial    220V   0.735686 1.133999 0.930961 0.735686 0.516924
commercial    10kV   0.715686 1.113999 0.910961 0.715686 0.496924
commercial    35kV   0.695686 1.093999 0.890961 0.695686 0.476924
two_part      10kV   0.651886 1.049999 0.848961 0.651886 0.432924
two_part      35kV   0.632086 1.030199 0.827161 0.632086 0.413124
two_part      110kV  0.613986 1.012099 0.809061 0.613986 0.395024
two_part      220kV  0.594986 0.993099 0.790061 0.594986 0.376024
"""
"""The energy prices of January 2026 as transcribed: without times of use, sharp, peak, flat, valley."""

MISREAD = {("commercial", "flat"): Decimal("0.0002"), ("two_part 10kV", "peak"): Decimal("-0.002")}
"""Catalogue less transcription, where they differ: see the head of tariffs/CN-42.yaml."""


def catalogue(jurisdiction: str) -> Catalogue:
    return load_catalogue(
        Settings().tariffs, jurisdiction, parameters=load_parameters(Settings().parameters, jurisdiction)
    )


def bill(jurisdiction: str, tariff: str, registers: dict[str, int], day: str, **fields: object) -> BillCase:
    readings = [{"register": name, "usage": kwh} for name, kwh in registers.items()]
    return BillCase.model_validate(
        {
            "jurisdiction": jurisdiction,
            "period_start_on": f"{day[:7]}-01",
            "period_end_on": date.fromisoformat(day),
            "points": [{"point_id": "P", "tariff_code": tariff, "readings": readings}],
            **fields,
        }
    )


@pytest.mark.parametrize(
    "row", [line.split() for line in HUBEI.split("\n") if line], ids=lambda r: " ".join(r[:2])
)
@pytest.mark.parametrize("tou", ["sharp", "peak", "flat", "valley"])
def test_the_components_of_hubei_add_up_to_the_printed_price(row: list[str], tou: str) -> None:
    kwh = 1_000_000
    case = bill("CN-42", f"{row[0]}_tou", {"total": kwh, tou: kwh}, "2026-01-31", voltage=row[1])
    sheet = rate(case, catalogue("CN-42"))
    printed = Decimal(row[3 + TOU.index(tou)])  # type: ignore[arg-type]
    off = MISREAD.get((row[0], tou), MISREAD.get((f"{row[0]} {row[1]}", tou), Decimal(0)))
    assert sheet.total / kwh == printed + off


def test_the_price_without_times_of_use_is_the_flat_one() -> None:
    sheet = rate(bill("CN-42", "commercial", {"total": 1_000_000}, "2026-01-31"), catalogue("CN-42"))
    assert sheet.total / 1_000_000 == Decimal("0.735886")


@pytest.mark.parametrize(
    ("jurisdiction", "tariff", "registers", "amount"),
    [
        # 3120 x 0.617 + 1680 x 0.667 + 200 x 0.917
        ("CN-31", "residential", {"total": 5000}, "3229.00"),
        # tier 1: 2/5 peak; 1248 x 0.617 + 1872 x 0.307 + 672 x 0.677 + 1008 x 0.337 + 80 x 0.977 + 120 x 0.487
        ("CN-31", "residential_tou", {"total": 5000, "peak": 2000, "valley": 3000}, "2275.96"),
        ("CN-31", "residential_shared", {"total": 1000}, "641.00"),
        # 2760 x 0.538 + 2040 x 0.588 + 200 x 0.838
        ("CN-33", "residential", {"total": 5000}, "2852.00"),
        ("CN-33", "residential_shared", {"total": 1000}, "558.00"),
        # 2520 x 0.5469 + 2280 x 0.5969 + 200 x 0.8469 = 1378.188 + 1360.932 + 169.38
        ("CN-37", "residential", {"total": 5000}, "2908.50"),
    ],
)
def test_residential_prices(jurisdiction: str, tariff: str, registers: dict[str, int], amount: str) -> None:
    sheet = rate(bill(jurisdiction, tariff, registers, "2025-12-31"), catalogue(jurisdiction))
    assert sheet.total == Decimal(amount)


def test_the_ratios_of_sichuan_are_the_published_ones() -> None:
    (ratio,) = catalogue("CN-51").tou["commercial"].ratios
    assert ratio.ratio["sharp"] == Decimal("1.2") * ratio.ratio["peak"]
    assert [ratio.ratio[tou] for tou in ("peak", "flat", "valley")] == [Decimal("1.6"), 1, Decimal("0.4")]
