"""A made-up utility for the tests of the Decimal engine: tariffs over all features, round prices, its parameters.

Belongs here: what several tests rate by. A test that is about a tariff's own form gives ``tariffs`` of its own.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from wattledger.law import Reference, load_register
from wattledger.parameters import Parameter
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.files import references_of
from wattledger.rating.catalogue.model import Catalogue, CatalogueFile
from wattledger.rating.decimal_engine import rate
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet

_UTILITY = Path(__file__).with_name("utility.yaml").read_text(encoding="utf-8")
_HEAD = """
jurisdiction: T
sources: [{id: S, zh: 测试文件, en: Test notice, dated: 2020-01-01, status: made_up}]
"""

_NUMBERS = {
    "rating.suspension_min_days": "15",
    "rating.suspended_share": "0",
    "rating.suspended_share_new_customer": "0.5",
    "rating.demand_over_share": "1.05",
    "rating.demand_floor_share": "0.40",
    "rating.demand_discount_factor": "0.9",
    "rating.surcharge_factor": "1.5",
    "rating.loss_curve_factor": "1",
}


def parameter(
    name: str, value: str, since: date | None = None, until: date | None = None, rank: int = 0
) -> Parameter:
    try:
        written: Decimal | str = Decimal(value)
    except ArithmeticError:
        written = value
    return Parameter(
        name=name,
        value=written,
        valid_from=since,
        valid_to=until,
        rank=rank,
        zh="参数",
        en="Parameter",
        reference=Reference("", "", "测试", "test", "made_up"),
    )


PARAMETERS = (
    *(parameter(name, value) for name, value in _NUMBERS.items()),
    parameter("rating.part_month", "thirtieths", until=date(2024, 5, 31)),
    parameter("rating.part_month", "calendar_days", since=date(2024, 6, 1)),
    parameter("rating.demand_floor_on", "measured", until=date(2016, 6, 30)),
    parameter("rating.demand_floor_on", "contract", since=date(2016, 7, 1)),
    parameter("rating.demand_discount_kwh_per_kva", "260", since=date(2023, 6, 1)),
)


def catalogue(tariffs: str = "", *parameters: Parameter) -> Catalogue:
    """The utility, or the tariffs of a text without its head; ``parameters`` are added to the utility's."""
    file = CatalogueFile.model_validate(yaml.safe_load(_HEAD + tariffs if tariffs else _UTILITY))
    return Catalogue(
        jurisdiction=file.jurisdiction,
        currency=file.currency,
        sources=references_of({"utility": file}, load_register(Settings().law)),
        voltage_bands={v: band for band, voltages in file.voltage_bands.items() for v in voltages},
        tariffs=file.tariffs,
        rates=file.rates,
        tou={scheme.id: scheme for scheme in file.tou},
        tiers={scheme.id: scheme for scheme in file.tiers},
        power_factor=file.power_factor,
        parameters=(*PARAMETERS, *parameters),
    )


UTILITY = catalogue()


def case(text: str = "", **fields: Any) -> BillCase:
    """A bill of June 2025 unless ``text`` (YAML) or ``fields`` say otherwise."""
    defaults = {"jurisdiction": "T", "period_start_on": "2025-06-01", "period_end_on": "2025-06-30"}
    return BillCase.model_validate({**defaults, **(yaml.safe_load(text) or {}), **fields})


def simple(tariff_code: str, fields: str = "", **usage: object) -> BillCase:
    """A bill of one point with usages by register: ``simple("HOME", total=450)``."""
    readings = [{"register": register, "usage": str(kwh)} for register, kwh in usage.items()]
    return case(fields, points=[{"point_id": "P1", "tariff_code": tariff_code, "readings": readings}])


def rated(bill: BillCase, by: Catalogue = UTILITY) -> Sheet:
    return rate(bill, by)


def amounts(sheet: Sheet) -> list[tuple[object, ...]]:
    """Lines as (component, time of use, tier, quantity, price, amount), numbers as text without trailing zeros."""
    return [
        (line.component, line.tou, line.tier, plain(line.quantity), plain(line.price), str(line.amount))
        for line in sheet.lines
    ]


def plain(number: Decimal | None) -> str | None:
    """A number as text, without trailing zeros or an exponent."""
    return None if number is None else f"{number.normalize():f}"
