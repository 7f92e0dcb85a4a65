"""The time of use of an instant, by Python and by SQL: one answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import duckdb
import pytest

from wattledger.errors import ConfigurationError
from wattledger.rating.catalogue.files import load_catalogue
from wattledger.rating.catalogue.model import TouScheme
from wattledger.rating.catalogue.tou_calendar import (
    create_tou_windows,
    day_kind,
    time_of_use,
    usage_by_time,
    usage_by_time_query,
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


def test_both_ways_put_intervals_into_the_same_registers() -> None:
    # three weeks of quarter hours, over the New Year's holiday and the day on which holidays get hours of their own
    random, first = Random(3), at("2025-12-20")
    intervals = [
        (first + timedelta(minutes=15 * n), Decimal(random.randrange(10**7)).scaleb(-6))
        for n in range(21 * 96)
    ]
    connection = duckdb.connect()
    create_tou_windows(connection, [SCHEME], "CN", first.date(), intervals[-1][0].date())
    connection.execute(
        "CREATE TABLE i (meter_id VARCHAR, tou_scheme VARCHAR, interval_start_at TIMESTAMP, kwh DECIMAL(18,6))"
    )
    connection.executemany("INSERT INTO i VALUES ('M', 'made_up', ?, ?)", intervals)
    found = connection.execute(usage_by_time_query("i")).fetchall()
    expected = usage_by_time(SCHEME, intervals, "CN")
    assert {tou: kwh for *_, tou, kwh in found} == expected
    assert all(expected.values())
    assert sum(kwh for *_, kwh in found) == sum(kwh for _, kwh in intervals)
    covered = connection.execute("SELECT on_date, sum(minute_to - minute_from) FROM tou_window GROUP BY ALL")
    assert {minutes for _, minutes in covered.fetchall()} == {1440}


def test_a_window_table_without_windows_is_empty() -> None:
    connection = duckdb.connect()
    bare = SCHEME.model_copy(update={"windows": ()})
    create_tou_windows(connection, [bare], "CN", date(2025, 1, 1), date(2025, 1, 31))
    assert connection.execute("SELECT count(*) FROM tou_window").fetchall() == [(0,)]
