"""Column types that mean the same on SQLite and on PostgreSQL.

Belongs here: how a value is kept. SQLite has no decimals and no instants: a decimal is kept there as an integer of its
smallest unit (fen, 0.0001 kWh), so that sums and comparisons in SQL stay exact; an instant as naive UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

PRECISION = 18


class Exact(TypeDecorator[Decimal]):
    """A DECIMAL(18, places); a value with more places is rounded half up, a float is refused."""

    impl = Numeric
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__(PRECISION, places)
        self.places = places
        self._unit = Decimal(1).scaleb(-places)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An integer on SQLite, NUMERIC elsewhere."""
        chosen: TypeEngine[Any] = (
            BigInteger() if dialect.name == "sqlite" else Numeric(PRECISION, self.places)
        )
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        """What the driver gets; see scaled()."""
        if value is None:
            return None
        return scaled(value, self.places) if dialect.name == "sqlite" else self._exact(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The decimal with its stated number of places."""
        if value is None:
            return None
        return Decimal(value).scaleb(-self.places) if dialect.name == "sqlite" else self._exact(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """A literal next to such a column is of the same type, or SQLite would compare fen with yuan."""
        return self

    def _exact(self, value: Decimal | int) -> Decimal:
        return exact(value).quantize(self._unit, ROUND_HALF_UP)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TIMESTAMP WITH TIME ZONE where there is one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; naive on SQLite. A naive value is refused: nobody knows which instant it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"{value!r} has no time zone.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def exact(value: Decimal | int) -> Decimal:
    """The value as a finite Decimal; raise TypeError for a float, ValueError for NaN and infinity."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not an amount.")
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise TypeError(f"Amounts are Decimal, never {type(value).__name__}: {value!r}.")


def scaled(value: Decimal | int, places: int) -> int:
    """The value as an integer of its smallest unit, rounded half up: 12.345 with 2 places is 1235."""
    return int(exact(value).scaleb(places).to_integral_value(ROUND_HALF_UP))
