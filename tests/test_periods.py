"""Periods: how they are written and read, what comes before them, and which months they touch."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.errors import UsageError
from wattledger.periods import Period, month_end

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PERIODS = st.tuples(DAYS, DAYS).map(lambda pair: Period(min(pair), max(pair)))


@pytest.mark.parametrize(
    ("text", "start", "end", "written"),
    [
        ("2026-10-31", date(2026, 10, 31), date(2026, 10, 31), "2026-10-31"),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-10"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        ("2005-01..2019-12", date(2005, 1, 1), date(2019, 12, 31), "2005-01..2019-12"),
        ("2005-01-01..2019-12-31", date(2005, 1, 1), date(2019, 12, 31), "2005-01..2019-12"),
        ("2026-10-05..2026-10-31", date(2026, 10, 5), date(2026, 10, 31), "2026-10-05..2026-10-31"),
        ("2026-10..2026-11-15", date(2026, 10, 1), date(2026, 11, 15), "2026-10-01..2026-11-15"),
        ("2026-10-01..2026-10-31", date(2026, 10, 1), date(2026, 10, 31), "2026-10"),
        ("2026-10-31..2026-10-31", date(2026, 10, 31), date(2026, 10, 31), "2026-10-31"),
        (" 2026-10 ", date(2026, 10, 1), date(2026, 10, 31), "2026-10"),
    ],
)
def test_a_period_is_read_and_written_in_its_shortest_form(
    text: str, start: date, end: date, written: str
) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, str(period)) == (start, end, written)


NO_PERIODS = [
    *("", "..", "2026-10..", "..2026-10", "2026-10...2026-11", "2026-10..2026-13", "2026-10 2026-11"),
    *("2026", "2026-13", "2026-00", "2026-02-30", "2026-1", "2026-10-1", "2026/10", "20261031"),
    *("October", "２０２６-１０", "0000-10", "0026-10", "9999-12"),
]


@pytest.mark.parametrize("text", NO_PERIODS)
def test_what_is_no_period_is_refused_by_its_own_words(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period") as refused:
        Period.parse(text)
    assert repr(text) in str(refused.value)
    assert "2026-10-31" in refused.value.todo


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="ends before it begins"):
        Period.parse("2026-11..2026-10")


@given(PERIODS)
def test_what_is_written_is_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert not set(period.slug) & set('/\\:*?"<>| ')


@given(PERIODS, PERIODS)
def test_different_periods_are_written_and_filed_differently(one: Period, other: Period) -> None:
    assert (one == other) == (str(one) == str(other)) == (one.slug == other.slug)


@given(PERIODS)
def test_the_months_of_a_period_cover_it_without_gap_or_overlap(period: Period) -> None:
    months = period.months()
    assert (months[0].start, months[-1].end) == (period.start, period.end)
    for month in months:
        assert (month.start.year, month.start.month) == (month.end.year, month.end.month)
    for before, after in pairwise(months):
        assert before.end + timedelta(days=1) == after.start


@pytest.mark.parametrize(
    ("period", "months", "expected"),
    [
        ("2026-10", 1, "2026-09"),
        ("2026-10-31", 2, "2026-08..2026-09"),
        ("2026-01", 12, "2025-01..2025-12"),
        ("2026-01-15", 1, "2025-12"),
        ("2026-03", 25, "2024-02..2026-02"),
        ("2005-01..2019-12", 3, "2004-10..2004-12"),
    ],
)
def test_a_lookback_is_whole_months_before_the_month_of_the_start(
    period: str, months: int, expected: str
) -> None:
    assert str(Period.parse(period).lookback(months)) == expected


@pytest.mark.parametrize("months", [0, -1])
def test_no_lookback_is_no_period(months: int) -> None:
    assert Period.parse("2026-10").lookback(months) is None


@given(PERIODS, st.integers(1, 240))
def test_a_lookback_ends_on_the_day_before_the_month_and_has_its_months(period: Period, months: int) -> None:
    before = period.lookback(months)
    assert before is not None
    assert before.end + timedelta(days=1) == period.start.replace(day=1)
    assert before.start.day == 1
    assert len(before.months()) == months


@given(DAYS)
def test_the_end_of_a_month_is_the_day_before_the_first_of_the_next(day: date) -> None:
    after = month_end(day) + timedelta(days=1)
    assert (after.day, after > day) == (1, True)
    assert (after - timedelta(days=1)).month == day.month
