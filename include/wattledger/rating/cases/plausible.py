"""What a person who writes a case gets wrong without any form noticing: a voltage as it is spoken, a price in fen.

Belongs here: what is refused beside the catalogue. What only may be a mistake is a note on the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from wattledger.errors import UsageError
from wattledger.rating.cases.bill import BillCase
from wattledger.rating.catalogue.model import Catalogue, Rate
from wattledger.rating.catalogue.prices import cells
from wattledger.rating.corrections.base import After
from wattledger.rating.corrections.default_use import Capacity

HIGHEST = "rating.highest_price"
_PRICES = frozenset({"price", "price_paid"})


def refuse_implausible(case: BillCase | After, catalogue: Catalogue) -> None:
    """Raise UsageError for a voltage that the catalogue does not have, and for a price per kWh beyond any."""
    wrong = list(_wrong_voltage(case, catalogue)) if isinstance(case, BillCase) else []
    limit = catalogue.parameter(HIGHEST, _day(case))
    if limit is not None and limit.value is not None:
        wrong += [
            f"{path}: {price} yuan per kWh was given, expected at most {limit.value}; "
            f"is it in fen? If it is meant so, give the case its own parameter {HIGHEST}"
            for path, price in _prices(case, "", frozenset(catalogue.voltage_bands.values()))
            if price > limit.value
        ]
    if wrong:
        raise UsageError("\n".join(["The case is wrong:", *(f"  {line}" for line in wrong)]))


def _day(case: BillCase | After) -> date:
    return case.period_end_on if isinstance(case, BillCase) else getattr(case, "found_on", None) or date.max


def _wrong_voltage(case: BillCase, catalogue: Catalogue) -> Iterator[str]:
    known = catalogue.voltage_bands
    if not known or case.voltage in known:
        return
    near = [v for v in known if v.casefold() == "".join(case.voltage.split()).casefold()]
    meant = f"; is {near[0]} meant?" if near else ""
    yield f"voltage: {case.voltage!r} was given, expected one of {', '.join(known)}{meant}"


def _prices(found: object, path: str, bands: frozenset[str]) -> Iterator[tuple[str, Decimal]]:
    """The prices per kWh of a case, each with its path."""
    if isinstance(found, Rate):
        if found.per in ("kwh", "feed_in_kwh"):
            yield from ((f"{path}.price", cell.price) for cell in cells(found.price, bands))
    elif isinstance(found, BaseModel) and not isinstance(found, Capacity):
        for name in type(found).model_fields:
            value, place = getattr(found, name), f"{path}.{name}".lstrip(".")
            if name in _PRICES and isinstance(value, Decimal):
                yield place, value
            else:
                yield from _prices(value, place, bands)
    elif isinstance(found, tuple | list):
        for number, item in enumerate(found):
            yield from _prices(item, f"{path}.{number}", bands)
