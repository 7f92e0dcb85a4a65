"""What a case is expected to come to: figures that somebody worked out by hand, or that were published.

Belongs here: the ``expect`` of a case file, and how a sheet differs from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from wattledger.rating.catalogue.model import Exact, Record
from wattledger.sheets.model import Sheet


@dataclass(frozen=True, slots=True)
class Checked:
    """A figure as expected and as computed; None where the sheet has none."""

    name: str
    expected: Decimal
    computed: Decimal | None
    agrees: bool


class Expectation(Record):
    """Expected figures, each of them optional; what is not named is not checked."""

    figures: dict[str, Exact] = Field({})
    """By the figure's name: ``power_factor``, ``correction_kwh`` ..."""
    lines: dict[str, Exact] = Field({})
    """The amount of a component, all its lines together."""
    quantities: dict[str, tuple[Exact, ...]] = Field({})
    """The quantities of a component's lines, in order."""
    amounts: dict[str, tuple[Exact, ...]] = Field({})
    """The amounts of a component's lines, in order."""
    prices: dict[str, dict[str, Exact]] = Field({})
    """The prices of a component by time of use."""
    total: Exact | None = None
    places: int | None = Field(None, ge=0)
    """Decimals to which the expectation was printed; None: exactly."""

    def check(self, sheet: Sheet) -> list[Checked]:
        """Every expected figure beside the sheet's."""
        return [
            Checked(name, expected, computed, computed is not None and self._rounded(computed) == expected)
            for name, expected, computed in self._pairs(sheet)
        ]

    def _rounded(self, value: Decimal) -> Decimal:
        return value if self.places is None else round(value, self.places)

    def _pairs(self, sheet: Sheet) -> Iterator[tuple[str, Decimal, Decimal | None]]:
        figures = _by_name(sheet)
        for name, expected in self.figures.items():
            yield name, expected, figures.get(name)
        for name, expected in self.lines.items():
            yield name, expected, sheet.amount(name)
        for name, listed in self.quantities.items():
            yield from _in_order(name, listed, [s.quantity for s in sheet.lines if s.component == name])
        for name, listed in self.amounts.items():
            yield from _in_order(name, listed, [s.amount for s in sheet.lines if s.component == name])
        for name, by_tou in self.prices.items():
            prices = {line.tou: line.price for line in sheet.lines if line.component == name}
            for tou, expected in by_tou.items():
                yield f"{name} {tou}", expected, prices.get(tou)
        if self.total is not None:
            yield "total", self.total, sheet.total


def _by_name(sheet: Sheet) -> dict[str, Decimal]:
    """Figures by name; where a bill in segments has several of one, by ``power_factor 1`` and so on."""
    found: dict[str, list[Decimal]] = {}
    for figure in sheet.figures:
        found.setdefault(figure.name, []).append(figure.value)
    return {
        name if len(values) == 1 else f"{name} {number}": value
        for name, values in found.items()
        for number, value in enumerate(values, start=1)
    }


def _in_order(
    name: str, listed: tuple[Decimal, ...], found: list[Decimal | None]
) -> Iterator[tuple[str, Decimal, Decimal | None]]:
    """Line by line; a line too many is a difference from nothing."""
    for number in range(max(len(listed), len(found))):
        expected = listed[number] if number < len(listed) else Decimal(0)
        yield f"{name} {number + 1}", expected, found[number] if number < len(found) else None
