"""The time of use of an instant, and interval readings put into registers.

Belongs here: which kind of day a date is, and the hours of each date. Instants are local time without an offset; an
interval belongs to the time in which it begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import chinese_calendar

from wattledger.errors import ConfigurationError
from wattledger.rating.catalogue.model import Tou, TouScheme
from wattledger.rating.catalogue.windows import DayKind, Minutes, day_minutes, windows_for


def day_kind(day: date, jurisdiction: str) -> DayKind:
    """What kind of day a date is in a jurisdiction.

    In China weekends that are worked for a holiday are workdays, and the days off that they were worked for are
    holidays, as the State Council announces them each year. Elsewhere only weekends are known.

    Raises:
        ConfigurationError: the holidays of that year are not known yet.
    """
    if jurisdiction.split("-")[0] != "CN":
        return "weekend" if day.weekday() >= 5 else "workday"
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError as error:
        raise ConfigurationError(
            f"Which days of {day.year} are holidays in China is not known here.",
            todo="Upgrade the package chinesecalendar: it gets a year's holidays when they are announced.",
        ) from error
    if not off:
        return "workday"
    return "holiday" if name else "weekend"


def minutes_of_day(scheme: TouScheme, day: date, jurisdiction: str) -> tuple[Minutes, ...]:
    """The times of use of a date: first minute, the minute after the last, and the time, in order.

    Raises:
        ConfigurationError: the scheme says no hours for that date, or asks for holidays that nobody knows.
    """
    kinds = {w.days for w in scheme.windows}
    if "holiday" in kinds and jurisdiction.split("-")[0] != "CN":
        raise ConfigurationError(
            f"The times of use {scheme.id} have hours of their own on holidays, and no holidays are known for "
            f"{jurisdiction}.",
            todo="State hours for days: all, workday or weekend.",
        )
    windows = windows_for(scheme, "workday" if kinds <= {"all"} else day_kind(day, jurisdiction), day)
    if windows is None:
        raise ConfigurationError(
            f"The times of use {scheme.id} have no hours on {day}.", todo="Add windows that hold on that day."
        )
    return day_minutes(windows)


def time_of_use(scheme: TouScheme, at: datetime, jurisdiction: str) -> Tou:
    """The time of use of an instant; raise ConfigurationError as ``minutes_of_day`` does."""
    minute = at.hour * 60 + at.minute
    return next(tou for _, end, tou in minutes_of_day(scheme, at.date(), jurisdiction) if minute < end)


def usage_by_time(
    scheme: TouScheme, intervals: Iterable[tuple[datetime, Decimal]], jurisdiction: str
) -> dict[Tou, Decimal]:
    """The kWh of intervals (start, kWh) by time of use, in the order of the scheme's periods."""
    found: dict[Tou, Decimal] = dict.fromkeys(scheme.periods, Decimal(0))
    for start_at, kwh in intervals:
        found[time_of_use(scheme, start_at, jurisdiction)] += kwh
    return found
