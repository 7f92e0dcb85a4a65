"""Drawing numbers, and the readings of a made-up point, from a source of chance.

Belongs here: meters and their registers. Bills and their points are in ``strategies``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

TIMES = ("sharp", "peak", "flat", "valley", "deep_valley")


class Meters:
    """Draws readings. Decimals have the places of their columns in ``sql/tables.sql``."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def number(self, low: float, high: float, places: int) -> Decimal:
        return Decimal(self.random.randint(round(low * 10**places), round(high * 10**places))).scaleb(-places)

    def kwh(self) -> Decimal:
        """Usage: mostly whole and of a household's or a firm's size; sometimes zero, tiny, huge or negative."""
        kind = self.random.random()
        if kind < 0.06:
            return Decimal(0)
        if kind < 0.10:
            return self.number(-500, 0, self.of(0, 2, 4))
        if kind < 0.14:
            return self.number(0, 1, 4)
        size = 10 ** self.of(2, 3, 3, 4, 5, 6, 7) if self.maybe(0.97) else 10**9
        return self.number(0, size, self.of(0, 0, 0, 2, 4))

    def readings(self, *, power: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for meter in range(self.of(*[1] * 9, 2)):
            found += self.meter(f"M{meter}", power)
        return found

    def meter(self, meter_id: str, power: bool) -> list[dict[str, Any]]:
        known: Sequence[str] = TIMES if self.maybe(0.7) else self.random.sample(TIMES, self.of(1, 2, 3))
        parts = {time: self.kwh() for time in known} if self.maybe(0.95) else {}
        registers: dict[str, Decimal] = dict(parts)
        if not parts or self.maybe(0.8):
            off = (
                self.of(0, 0, 0, 1, -1, self.number(-5, 5, 4), round(self.kwh() / 4)) if parts else self.kwh()
            )
            registers["total"] = sum(parts.values(), Decimal(off))
        if (power and self.maybe(0.97)) or self.maybe(0.1):
            energy = registers.get("total", sum(parts.values()))
            about = self.of("0.2", "0.3287", "0.4843", "0.6197", "0.75", "1.2", "0", "3")
            registers["reactive"] = (energy * Decimal(about)).quantize(
                Decimal(1) if abs(energy) < 10**9 else Decimal(100)
            )
            if self.maybe(0.3):
                registers["reactive_reverse"] = self.number(-200, 500, self.of(0, 4))
        if self.maybe(0.3):
            registers["demand"] = self.number(0, self.of(50, 500, 900), self.of(0, 4))
        if self.maybe(0.15):
            registers["feed_in"] = self.kwh()
        return [self.reading(meter_id, name, kwh) for name, kwh in registers.items()]

    def reading(self, meter_id: str, register: str, kwh: Decimal) -> dict[str, Any]:
        """A register's reading that gives about ``kwh``: as usage, or over two readings, with roll-over at times."""
        reading: dict[str, Any] = {"register": register, "meter_id": meter_id}
        if self.maybe(0.4):
            return {**reading, "usage": kwh}
        multiplier = self.of("1", "1", "1", "40", "100", "0.5", "1.0001", "1234.5678")
        turn = (kwh / Decimal(multiplier)).quantize(Decimal(1).scaleb(-self.of(0, 2, 4)))
        reading["multiplier"] = multiplier
        if register == "demand":
            return {**reading, "reading": turn}
        before = self.number(0, 99999, self.of(0, 2, 4))
        digits = self.of(None, None, 5, 6, 8 if Decimal(multiplier) < 1000 else 6)
        after = before + turn
        if digits is not None and after >= 10**digits > turn:
            after -= 10**digits
        reading |= {"previous_reading": before, "reading": after}
        return reading if digits is None else {**reading, "dial_digits": digits}
