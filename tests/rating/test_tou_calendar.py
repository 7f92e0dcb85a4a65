"""The time of use of an instant, and intervals put into registers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from wattledger.errors import ConfigurationError
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.rating.catalogue.model import TouScheme
from wattledger.rating.catalogue.tou_calendar import (
    day_kind,
    time_of_use,
    usage_by_time,
)
from wattledger.settings import Settings

SCHEME = TouScheme.model_validate(
    {
        "id": "made_up",
        "periods": ["peak", "flat", "valley", "deep_valley"],
        "balance_to": "flat",
        "windows": [
            {
                "windows": {"peak": ["08:00-11:30"], "flat": ["11:30-22:00"], "valley": ["22:00-08:00"]},
                "source": "s",
            },
            {
                "days": "weekend",
                "windows": {"flat": ["08:00-24:00"], "valley": ["00:00-08:00"]},
                "source": "s",
            },
            {
                "days": "holiday",
                "from": "2026-01-01",
                "windows": {"flat": ["14:00-24:00", "00:00-10:00"], "deep_valley": ["10:00-14:00"]},
                "source": "s",
            },
        ],
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2025, 1, 26), "workday"),  # a Sunday worked for the Spring Festival
        (date(2025, 1, 28), "holiday"),
        (date(2025, 2, 4), "holiday"),  # a Tuesday off, for which that Sunday was worked
        (date(2025, 2, 15), "weekend"),
        (date(2025, 2, 17), "workday"),
    ],
)
def test_days_in_china_are_as_announced(day: date, kind: str) -> None:
    assert day_kind(day, "CN-33") == kind


def test_elsewhere_there_are_weekends() -> None:
    assert [day_kind(date(2025, 1, d), "TN") for d in (25, 26, 28)] == ["weekend", "weekend", "workday"]


@pytest.mark.parametrize(
    ("instant", "tou"),
    [
        ("2026-03-03 07:59", "valley"),
        ("2026-03-03 08:00", "peak"),
        ("2026-03-03 11:29", "peak"),
        ("2026-03-03 11:30", "flat"),
        ("2026-03-03 23:59", "valley"),
        ("2026-03-07 10:00", "flat"),  # a Saturday
        ("2026-10-01 10:00", "deep_valley"),  # National Day
        ("2025-10-01 10:00", "peak"),  # a year before holidays had hours of their own
    ],
)
def test_an_instant_has_the_time_of_its_minute(instant: str, tou: str) -> None:
    assert time_of_use(SCHEME, at(instant), "CN") == tou


def test_published_hours_change_with_the_season() -> None:
    hubei = load_catalogue(Settings().tariffs, "CN-42", parameters=[]).tou["commercial"]
    found = {
        month: [time_of_use(hubei, at(f"2026-{month:02}-05 {hour}:00"), "CN-42") for hour in (17, 18, 20, 22)]
        for month in (6, 7)
    }
    assert found == {6: ["peak", "sharp", "peak", "peak"], 7: ["peak", "peak", "sharp", "peak"]}


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Which days of 2099 are holidays in China is not known"):
        time_of_use(SCHEME, at("2099-01-01"), "CN")
    with pytest.raises(ConfigurationError, match="no holidays are known for TN"):
        time_of_use(SCHEME, at("2025-01-01"), "TN")
    old = SCHEME.model_copy(update={"windows": SCHEME.windows[2:]})
    with pytest.raises(ConfigurationError, match="made_up have no hours on 2025-10-01"):
        time_of_use(old, at("2025-10-01"), "CN")


def test_intervals_are_put_into_registers_minute_by_minute() -> None:
    # three weeks of quarter hours, over the New Year's holiday and the day on which holidays get hours of their own
    random, first = Random(3), at("2025-12-20")
    intervals = [
        (first + timedelta(minutes=15 * n), Decimal(random.randrange(10**7)).scaleb(-6))
        for n in range(21 * 96)
    ]
    expected: dict[str, Decimal] = dict.fromkeys(SCHEME.periods, Decimal(0))
    for start_at, kwh in intervals:
        hour = start_at.hour + start_at.minute / 60
        if start_at.date() in {date(2026, 1, day) for day in (1, 2, 3)}:
            tou = "deep_valley" if 10 <= hour < 14 else "flat"
        elif start_at.weekday() >= 5 and start_at.date() != date(2026, 1, 4):  # a Sunday that was worked
            tou = "valley" if hour < 8 else "flat"
        else:
            tou = "peak" if 8 <= hour < 11.5 else "flat" if 11.5 <= hour < 22 else "valley"
        expected[tou] += kwh
    assert usage_by_time(SCHEME, intervals, "CN") == expected
    assert all(expected.values())
