"""The hours of a day by time of use, as a scheme's windows say them.

Belongs here: clock times to minutes of the day. Which kind of day a date is stands in ``tou_calendar``.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from wattledger.rating.catalogue.model import Tou, TouScheme, TouWindows

DayKind = Literal["workday", "weekend", "holiday"]
DAY_KINDS: Final[tuple[DayKind, ...]] = ("workday", "weekend", "holiday")
DAY: Final = 24 * 60
"""Minutes of a day by the clock."""

Minutes = tuple[int, int, Tou]
"""First minute, the minute after the last, and the time of use."""

_WINDOW = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")


class WindowError(ValueError):
    """Windows that are no clock times, or do not make up a day; the text says where."""


def windows_for(scheme: TouScheme, kind: DayKind, day: date) -> TouWindows | None:
    """The windows that decide on a day: those of its kind where some hold on it, else those of all days."""
    for wanted in (kind, "all"):
        for windows in scheme.windows:
            if windows.days == wanted and windows.holds(day):
                return windows
    return None


def day_minutes(windows: TouWindows) -> tuple[Minutes, ...]:
    """The day from 0 to 1440 minutes, in order.

    Raises:
        WindowError: a window is no span of clock times, or the windows do not cover the day exactly once.
    """
    found = sorted(
        span for tou, texts in windows.windows.items() for text in texts for span in _spans(text, tou)
    )
    ends = [(0, 0, "start"), *found, (DAY, DAY, "end")]
    for (_, before, _), (after, _, _) in pairwise(ends):
        if before < after:
            raise WindowError(f"no time of use from {_clock(before)} to {_clock(after)}")
        if before > after:
            raise WindowError(f"two times of use from {_clock(after)} to {_clock(before)}")
    return tuple(found)


def _spans(text: str, tou: Tou) -> list[Minutes]:
    match = _WINDOW.match(text)
    if match is None:
        raise WindowError(f"{text!r} is no span of clock times such as 08:00-11:30")
    first, last = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if last > DAY or first == last:
        raise WindowError(f"{text!r} is no span of clock times such as 08:00-11:30")
    if first < last:
        return [(first, last, tou)]
    return [(first, DAY, tou), *([(0, last, tou)] if last else [])]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
