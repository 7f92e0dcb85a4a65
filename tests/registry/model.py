"""What the states should be, in plain Python, one finding at a time.

Belongs here: the reference that the registry's SQL is held against. It keeps its own memory of recordings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from wattledger.periods import Period

Key = tuple[str, str]
EVALUATED = ("PASS", "FINDINGS")


@dataclass
class Recording:
    verdicts: dict[str, str]
    sightings: dict[Key, Decimal | None]


@dataclass
class Model:
    """Rules whose id begins with ``E`` are about events, the others about conditions."""

    periods: dict[Period, Recording] = field(default_factory=dict)
    first_seen: dict[Key, Period] = field(default_factory=dict)

    def record(self, period: Period, recording: Recording) -> None:
        self.periods[period] = recording
        for key in {*self.first_seen, *recording.sightings}:
            if sighted := self.sighted(key):
                self.first_seen[key] = sighted[0]

    def sighted(self, key: Key) -> list[Period]:
        return [period for period in self.ordered() if key in self.periods[period].sightings]

    def ordered(self) -> list[Period]:
        return sorted(self.periods, key=rank)

    def states(self, period: Period) -> dict[Key, tuple[str, str, str, Decimal | None]]:
        """Key -> (state, first seen, last seen as of the period, amount), without the backlog."""
        found = {}
        for key, first in self.first_seen.items():
            if state := self.state(key, period):
                last = self.last(key, period)
                if last is not None:
                    found[key] = (state, str(first), str(last), self.periods[last].sightings[key])
                else:
                    found[key] = (state, str(first), str(first), None)
        return found

    def state(self, key: Key, period: Period) -> str | None:
        rule, first, here = key[0], self.first_seen[key], self.periods.get(period, Recording({}, {}))
        evaluated = here.verdicts.get(rule) in EVALUATED
        previous = self.previous(rule, period)
        if key in here.sightings:
            if first == period:
                return "new"
            if rule.startswith("E") or (previous and key in self.periods[previous].sightings):
                return "persistent"
            return "reopened"
        if rule.startswith("E"):
            withdrawn_here = first == period and not self.sighted(key)
            return None if not withdrawn_here else "resolved" if evaluated else "persistent"
        if previous and key in self.periods[previous].sightings:
            return "resolved" if evaluated else "persistent"
        return None

    def backlog(self, period: Period) -> dict[Key, Decimal | None]:
        """Key -> amount of its latest sighting before the period."""
        found: dict[Key, Decimal | None] = {}
        for key, first in self.first_seen.items():
            here = self.periods.get(period, Recording({}, {}))
            if not key[0].startswith("E") or key in here.sightings or rank(first) >= rank(period):
                continue
            if last := self.last(key, period):
                found[key] = self.periods[last].sightings[key]
            elif not self.sighted(key) and self.periods[first].verdicts.get(key[0]) not in EVALUATED:
                found[key] = None
        return found

    def last(self, key: Key, period: Period) -> Period | None:
        return next((each for each in reversed(self.sighted(key)) if rank(each) <= rank(period)), None)

    def previous(self, rule: str, period: Period) -> Period | None:
        earlier = [each for each in self.ordered() if rank(each) < rank(period)]
        return next((p for p in reversed(earlier) if self.periods[p].verdicts.get(rule) in EVALUATED), None)


def rank(period: Period) -> tuple[object, object]:
    return period.end, period.start
