"""The sample bulletin with calculation sheets: a bill of several tariffs' lines, billed by another tariff."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sample import sample

from wattledger.bulletin.model import Bulletin
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.cases.files import case_catalogue
from wattledger.rating.decimal_engine import rate
from wattledger.report_texts import Language
from wattledger.settings import Settings
from wattledger.sheets.model import BilledLine, BillSheet

SOURCE = [{"id": "s", "zh": "示例电价", "en": "Prices of this sample", "status": "unverified"}]


def content(point: str = "P-1", components: int = 1) -> dict[str, Any]:
    """A case: peak and valley, basic charge, power factor, and as many funds as wanted."""
    funds = [f"fund_{n}" for n in range(components)]
    rates: list[dict[str, Any]] = [
        {"component": "energy", "tariffs": ["T"], "price": {"peak": 0.9, "valley": 0.3}, "source": "s"},
        {"component": "capacity", "tariffs": ["T"], "per": "kva_month", "price": 28, "source": "s"},
        *({"component": fund, "tariffs": ["T"], "price": 0.019, "source": "s"} for fund in funds),
    ]
    tariff = {
        "code": "T",
        "zh": "",
        "en": "",
        "category": "large_industrial",
        "tou": "two",
        "source": "s",
        "components": ["energy", *funds, "capacity", "power_factor"],
        "power_factor_base": ["energy", "capacity"],
    }
    two = {"id": "two", "periods": ["peak", "valley"], "balance_to": "peak"}
    registers = [{"register": "peak", "previous_reading": 1204.5, "reading": 1231.5, "multiplier": 2000}]
    registers += [{"register": "valley", "previous_reading": 998, "reading": 1019, "multiplier": 2000}]
    registers += [{"register": "reactive", "previous_reading": 310, "reading": 324, "multiplier": 2000}]
    return {
        "bill_id": "B-2026100412",
        "period_start_on": date(2026, 10, 1),
        "period_end_on": date(2026, 10, 31),
        "basic_mode": "capacity",
        "capacity_kva": 800,
        "power_factor_standard": 0.90,
        "capacity": [{"item": "T1", "kva": 800}],
        "points": [{"point_id": point, "tariff_code": "T", "readings": registers}],
        "catalogue": {
            "jurisdiction": "CN",
            "sources": SOURCE,
            "tariffs": [tariff],
            "rates": rates,
            "tou": [two],
        },
    }


def bill_sheet(rule_id: str, business_key: str, **given: Any) -> BillSheet:
    """The sheet of the case, and the same lines billed without the power factor and with half of the valley's kWh."""
    case = BillCase.model_validate(content(**given))
    sheet = rate(case, case_catalogue(case, Settings()))
    billed = []
    for line in sheet.lines:
        if line.component == "power_factor":
            continue
        quantity, amount = line.quantity, line.amount
        if line.tou == "valley":
            quantity, amount = (line.quantity or Decimal(0)) / 2, line.amount / 2
        billed.append(BilledLine(line.component, line.tou, line.tier, quantity, line.price, amount))
    billed.append(BilledLine("made_up_fee", None, None, None, None, Decimal("12.50")))
    return BillSheet(rule_id, business_key, case.bill_id, "0520030500412", sheet, tuple(billed))


def with_sheets(language: Language = "zh-CN", **given: Any) -> Bulletin:
    """Sheets for the first five findings of the sample."""
    base = sample(language)
    chosen = [f for f in base.findings if f.state == "new"][:5]
    return replace(base, sheets=tuple(bill_sheet(f.rule_id, f.business_key, **given) for f in chosen))
