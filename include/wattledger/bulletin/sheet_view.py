"""A calculation sheet in a bulletin: the lines that were due beside those that were billed, in words.

Belongs here: which lines stand beside each other, and which arithmetic is worth its place. Not here: looks, and how the
sheets come about (``sheets``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from wattledger.bulletin.view import Limits
from wattledger.sheets.model import BilledLine, BillSheet, Clause, Figure, Place, SheetLine, Step
from wattledger.sheets.text import ClauseText, SheetWords

_FIGURES = {
    "power_factor": ("reactive_kvarh", "power_factor", "power_factor_percent"),
    "capacity": ("basic_quantity",),
    "demand": ("basic_quantity",),
}
"""Figures that explain a component; those of kWh do where quantities differ."""
_PLAIN = frozenset({"price_listed", "base_component"})
"""Steps that say what the row says."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row: what was due, or what was billed."""

    amount: Decimal
    detail: str
    """``2,650 × 0.5344``, where it is one quantity at one price."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A component, time and tier on both sides; a side is None where it has no line."""

    component: str
    where: str
    billed: Side | None
    due: Side | None

    @property
    def difference(self) -> Decimal:
        """Due less billed."""
        return (self.due.amount if self.due else Decimal(0)) - (
            self.billed.amount if self.billed else Decimal(0)
        )


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as a bulletin shows it."""

    anchor: str
    number: int
    source: BillSheet
    rows: tuple[SheetRow, ...]
    """Those that differ."""
    agreeing: tuple[SheetRow, ...]
    more: int
    """Rows that are not shown."""
    sentences: tuple[str, ...]
    """The arithmetic of what differs."""
    clauses: tuple[ClauseText, ...]
    billed: Decimal
    due: Decimal


def sheet_view(number: int, source: BillSheet, words: SheetWords, limits: Limits) -> SheetView:
    """The sheet within ``limits``: what differs has its arithmetic, what agrees is named; totals are of all lines."""
    due: dict[Place, list[SheetLine]] = {}
    for line in source.sheet.lines:
        due.setdefault((line.component, line.tou, line.tier), []).append(line)
    billed: dict[Place, list[BilledLine]] = {}
    for paid in source.billed:
        billed.setdefault((paid.component, paid.tou, paid.tier), []).append(paid)
    keys = list(dict.fromkeys([*due, *billed]))
    rows = {key: _row(key, billed.get(key, []), due.get(key, []), words) for key in keys}
    differing = [line for key in keys if rows[key].difference for line in due.get(key, [])]
    wanted = set().union(*(_FIGURES.get(key[0], ()) for key in keys if rows[key].difference))
    quantities = any(
        _kwh(due.get(key, [])) != _quantity(billed.get(key, [])) for key in keys if _kwh(due.get(key, []))
    )
    figures = [
        f for f in source.sheet.figures if f.name in wanted or (quantities and f.name.endswith("_kwh"))
    ]
    parts: list[Figure | SheetLine] = [*differing, *figures]
    limit = limits.sheet_rows
    differ = [row for row in rows.values() if row.difference]
    agree = [row for row in rows.values() if not row.difference]
    return SheetView(
        anchor=f"sheet-{number}",
        number=number,
        source=source,
        rows=tuple(differ[:limit]),
        agreeing=tuple(agree[:limit]),
        more=max(len(differ) - limit, 0) + max(len(agree) - limit, 0),
        sentences=tuple(dict.fromkeys(words.step(step) for step in _steps(parts)))[:limit],
        clauses=tuple(words.clause(clause) for clause in dict.fromkeys(_clauses(parts)))[: limits.small],
        billed=sum((line.amount for line in source.billed), Decimal(0)),
        due=source.sheet.total,
    )


def _row(key: Place, billed: list[BilledLine], due: list[SheetLine], words: SheetWords) -> SheetRow:
    component, tou, tier = key
    places = [words.word("tou", tou) if tou else "", words.t("tier", tier=tier) if tier else ""]
    return SheetRow(
        component=words.word("component", component),
        where=" · ".join(place for place in places if place),
        billed=_side([(b.quantity, b.price, b.amount) for b in billed], words),
        due=_side([(d.quantity, d.price, d.amount) for d in due], words),
    )


def _side(lines: list[tuple[Decimal | None, Decimal | None, Decimal]], words: SheetWords) -> Side | None:
    if not lines:
        return None
    amount = sum((line[2] for line in lines), Decimal(0))
    quantity, price, _ = lines[0]
    if len(lines) > 1 or quantity is None or price is None:
        return Side(amount, "")
    return Side(amount, f"{words.number(quantity)} × {words.number(price)}")


def _kwh(lines: Iterable[SheetLine]) -> Decimal:
    return _quantity(line for line in lines if line.measure == "kwh")


def _quantity(lines: Iterable[SheetLine | BilledLine]) -> Decimal:
    return sum((line.quantity or Decimal(0) for line in lines), Decimal(0))


def _steps(parts: Iterable[Figure | SheetLine]) -> Iterable[Step]:
    return (step for part in parts for step in part.steps if not _is_plain(step))


def _is_plain(step: Step) -> bool:
    return step.code in _PLAIN or (step.code == "point_billed" and not step.values["children_kwh"])


def _clauses(parts: Iterable[Figure | SheetLine]) -> Iterable[Clause]:
    return (clause for part in parts for clause in part.clauses)
