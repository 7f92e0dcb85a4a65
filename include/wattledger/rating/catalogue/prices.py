"""A rate's price taken apart: one number for each voltage band, time of use and tier that it names.

Belongs here: the nesting of ``Rate.price``. Whether it names all that it must is in ``checks``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

from wattledger.rating.catalogue.model import TOU, Price, Tou

Dimension = Literal["voltage", "tou", "tier"]
DIMENSIONS: Final[tuple[Dimension, ...]] = ("voltage", "tou", "tier")


@dataclass(frozen=True, slots=True)
class Cell:
    """A price, in yuan (or percent), and what it is the price for; None: it does not depend on that."""

    voltage: str | None
    tou: Tou | None
    tier: int | None
    price: Decimal


class PriceShapeError(ValueError):
    """A price is not nested as it must be; the text says where."""


def cells(price: Price, bands: Collection[str]) -> list[Cell]:
    """The numbers of a price in the order in which they stand there.

    Args:
        price: a number, or numbers by voltage band, time of use and tier, nested in this order.
        bands: the voltage bands that there are.

    Raises:
        PriceShapeError: a key is none of these, or out of order, or the nesting is uneven.
    """
    found: list[Cell] = []
    _walk(price, {}, bands, found)
    shapes = {tuple(getattr(c, d) is not None for d in DIMENSIONS) for c in found}
    if len(shapes) > 1:
        raise PriceShapeError("the price is nested unevenly: every branch must name the same things")
    return found


def _walk(
    price: object, at: Mapping[Dimension, int | str], bands: Collection[str], found: list[Cell]
) -> None:
    if not isinstance(price, Mapping):
        found.append(_cell(at, cast(Decimal, price)))
        return
    if not price:
        raise PriceShapeError(f"there is no price {_place(at)}")
    kinds = {_kind(key, bands) for key in price}
    if len(kinds) > 1:
        raise PriceShapeError(f"the keys {', '.join(map(str, price))} are not all of one kind")
    (kind,) = kinds
    if at and DIMENSIONS.index(kind) <= max(DIMENSIONS.index(d) for d in at):
        raise PriceShapeError(
            f"{', '.join(map(str, price))} stand {_place(at)}, but prices are nested in the order voltage band, "
            "time of use, tier"
        )
    for key, inner in price.items():
        _walk(inner, {**at, kind: int(key) if kind == "tier" else key}, bands, found)


def _kind(key: object, bands: Collection[str]) -> Dimension:
    if isinstance(key, int) or (
        isinstance(key, str) and key.isdecimal()
    ):  # JSON has no other keys than texts
        return "tier"
    if key in TOU:
        return "tou"
    if key in bands:
        return "voltage"
    raise PriceShapeError(
        f"{key!r} is no voltage band ({', '.join(bands) or 'there are none'}), no time of use ({', '.join(TOU)}) "
        "and no tier (a whole number)"
    )


def _cell(at: Mapping[Dimension, int | str], price: Decimal) -> Cell:
    return Cell(
        voltage=cast("str | None", at.get("voltage")),
        tou=cast("Tou | None", at.get("tou")),
        tier=cast("int | None", at.get("tier")),
        price=price,
    )


def _place(at: Mapping[Dimension, int | str]) -> str:
    return "under " + ", ".join(map(str, at.values())) if at else "at all"
