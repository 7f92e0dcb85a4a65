"""Holes and overlaps of dated records are those that a count day by day finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wattledger.rating.catalogue.days import Span, days_text, flaws
from wattledger.rating.catalogue.model import Seasonal

FIRST = date(2023, 11, 1)
DAYS = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
MONTHS = st.lists(st.integers(1, 12), unique=True, max_size=6).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    one, other = draw(DAYS), draw(DAYS)
    return min(one, other), max(one, other)


@st.composite
def records(draw: st.DrawFn) -> Seasonal:
    first, last = draw(spans())
    return Seasonal(
        valid_from=draw(st.sampled_from([first, None])),
        valid_to=draw(st.sampled_from([last, None])),
        months=draw(MONTHS),
        source="s",
    )


def every_day(span: Span) -> Iterator[date]:
    return (span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1))


@given(st.lists(records(), max_size=5), spans())
def test_flaws_are_those_of_every_day(given_records: list[Seasonal], within: Span) -> None:
    told: dict[date, tuple[str, int]] = {}
    for flaw in flaws(given_records, within):
        for day in every_day(flaw.span):
            if not flaw.months or day.month in flaw.months:
                assert day not in told
                told[day] = (flaw.kind, len(flaw.records))
    counted = {day: sum(r.holds(day) for r in given_records) for day in every_day(within)}
    expected = {day: ("overlap" if n else "gap", n) for day, n in counted.items() if n != 1}
    assert told == expected


def test_open_ends_need_no_last_day() -> None:
    record = Seasonal(valid_from=date(2024, 1, 1), source="s")
    (gap,) = flaws([record], (date.min, date.max))
    assert (gap.kind, gap.days) == ("gap", "to 2023-12-31")


def test_days_are_said_as_short_as_they_can_be() -> None:
    day = date(2024, 2, 29)
    assert days_text((day, day)) == "on 2024-02-29"
    assert days_text((date.min, date.max)) == "on every day"
    assert days_text((date.min, date.max), (1,)) == "in month 1"
    assert days_text((day, date.max), (1, 12)) == "from 2024-02-29, in months 1, 12"
