"""The period: the key of every partition, run and bulletin.

Belongs here: parsing, ordering and arithmetic of periods. Nothing here, and nothing that takes a period,
reads the wall clock.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from wattledger.errors import UsageError

# a year that is plainly a slip, 0026 or 9999, is none
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[12][0-9]{3}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """A closed range of business dates in the utility's own time zone.

    Written ``2026-10-31`` (a day), ``2026-10`` (a month), ``2005-01..2019-12`` or
    ``2005-01-01..2019-12-31`` (a range). Equal ranges are equal periods, however they were written.
    """

    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period; raise UsageError where ``text`` is not one."""
        first, dots, last = text.strip().partition("..")
        start, end = _bounds(first, text)[0], _bounds(last if dots else first, text)[1]
        if end < start:
            raise UsageError(
                f"The period {text!r} ends before it begins.", todo="Write FROM..TO, earlier first."
            )
        return cls(start, end)

    def __str__(self) -> str:
        if self.start == self.end:
            return self.start.isoformat()
        if self.start.day != 1 or self.end != month_end(self.end):
            return f"{self.start.isoformat()}..{self.end.isoformat()}"
        first, last = self.start.strftime("%Y-%m"), self.end.strftime("%Y-%m")
        return first if first == last else f"{first}..{last}"

    @property
    def slug(self) -> str:
        """The period as part of a file name."""
        return str(self).replace("..", "_to_")

    def lookback(self, months: int) -> Period | None:
        """The ``months`` whole months before the month in which the period starts; None for 0."""
        if months <= 0:
            return None
        first_of_month = self.start.replace(day=1)
        index = first_of_month.year * 12 + first_of_month.month - 1 - months
        return Period(date(index // 12, index % 12 + 1, 1), first_of_month - timedelta(days=1))

    def seen_from(self, months: int) -> date:
        """The first day that a look-back of so many months sees: that of its first month; with 0 the period's own."""
        before = self.lookback(months)
        return before.start if before else self.start

    def months(self) -> list[Period]:
        """The calendar months that the period touches, each clipped to it."""
        found, day = [], self.start
        while day <= self.end:
            found.append(Period(day, min(month_end(day), self.end)))
            day = month_end(day) + timedelta(days=1)
        return found


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _bounds(text: str, whole: str) -> tuple[date, date]:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text), date.fromisoformat(text)
        if _MONTH.fullmatch(text):
            first = date.fromisoformat(f"{text}-01")
            return first, month_end(first)
    except ValueError:
        pass
    raise UsageError(
        f"{whole!r} is not a period.",
        todo="Write a day 2026-10-31, a month 2026-10, or a range 2005-01..2019-12 or 2005-01-01..2019-12-31.",
    )
