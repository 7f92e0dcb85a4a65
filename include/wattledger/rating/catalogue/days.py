"""Spans of days: where dated records leave a hole, and where two of them hold at once.

Belongs here: days and months of the year, and how a message writes them. What the records are about does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from wattledger.rating.catalogue.model import Dated, Seasonal

Span = tuple[date, date]
"""First and last day, both included; ``date.min`` means since always, ``date.max`` until further notice."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Days (in some months of the year, if any are named) on which no record holds, or more than one."""

    kind: Literal["gap", "overlap"]
    span: Span
    months: tuple[int, ...]
    records: tuple[Dated, ...] = ()
    """Those that overlap."""

    @property
    def days(self) -> str:
        """The days in words."""
        return days_text(self.span, self.months)


def span_of(record: Dated) -> Span:
    """The days on which a record holds, its months left aside."""
    return record.valid_from or date.min, record.valid_to or date.max


def common(one: Span, other: Span) -> Span | None:
    """The days of both spans; None where there are none."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def flaws(records: Sequence[Dated], within: Span) -> list[Flaw]:
    """The days of ``within`` on which not exactly one of the records holds, neighbouring days together."""
    found: list[Flaw] = []
    for piece in _pieces(records, within):
        holding = [r for r in records if common(span_of(r), piece) is not None]
        for flaw in _flaws_of_piece(holding, piece):
            before = found[-1] if found else None
            if before and _goes_on(before, flaw):
                found[-1] = Flaw(flaw.kind, (before.span[0], flaw.span[1]), flaw.months, flaw.records)
            else:
                found.append(flaw)
    return found


def days_text(span: Span, months: tuple[int, ...] = ()) -> str:
    """A span in words, as ``from 2024-01-01 to 2024-03-31``."""
    first, last = span
    parts = [f"from {first}"] if first > date.min else []
    parts += [f"to {last}"] if last < date.max else []
    text = f"on {first}" if first == last else " ".join(parts)
    if not months:
        return text or "on every day"
    named = f"in {'month' if len(months) == 1 else 'months'} {', '.join(map(str, months))}"
    return f"{text}, {named}" if text else named


def months_within(span: Span) -> tuple[int, ...]:
    """The months of the year that a span has days of."""
    first, last = span
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(sorted({(first.month - 1 + i) % 12 + 1 for i in range(min(count, 12))}))


def _pieces(records: Sequence[Dated], within: Span) -> list[Span]:
    """``within``, cut wherever a record begins or ends."""
    first, last = within
    starts = {first}
    for begin, end in map(span_of, records):
        if first < begin <= last:
            starts.add(begin)
        if first <= end < last:
            starts.add(end + timedelta(days=1))
    ordered = sorted(starts)
    ends = [start - timedelta(days=1) for start in ordered[1:]] + [last]
    return list(zip(ordered, ends, strict=True))


def _flaws_of_piece(holding: Sequence[Dated], piece: Span) -> list[Flaw]:
    every = months_within(piece)
    groups: dict[tuple[int, ...], list[int]] = {}
    for month in every:
        places = tuple(i for i, r in enumerate(holding) if month in (_months(r) or every))
        groups.setdefault(places, []).append(month)
    return [
        Flaw(
            "overlap" if places else "gap",
            piece,
            () if len(months) == len(every) else tuple(months),
            tuple(holding[i] for i in places),
        )
        for places, months in groups.items()
        if len(places) != 1
    ]


def _months(record: Dated) -> tuple[int, ...]:
    return record.months if isinstance(record, Seasonal) else ()


def _goes_on(before: Flaw, flaw: Flaw) -> bool:
    return before.span[1] + timedelta(days=1) == flaw.span[0] and (
        before.kind,
        before.months,
        before.records,
    ) == (flaw.kind, flaw.months, flaw.records)
