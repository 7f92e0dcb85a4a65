"""Counts and sums of findings by state.

Belongs here: arithmetic on numbers of findings and their money. Not here: which finding is in which state
(the registry's work).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of findings and what they are worth together."""

    findings: int = 0
    amount: Decimal | None = None
    """Net amount; None where none of the findings has one."""
    over_collected: Decimal | None = None
    """The part to be paid back (sum of the negative amounts, as a positive number); None or 0: nothing."""
    kwh: Decimal | None = None

    def __add__(self, other: Tally) -> Tally:
        if not other.findings or not self.findings:  # of most rules, units and states there is nothing
            return self if self.findings else other
        return Tally(
            self.findings + other.findings,
            total((self.amount, other.amount)),
            total((self.over_collected, other.over_collected)),
            total((self.kwh, other.kwh)),
        )


@dataclass(frozen=True, slots=True)
class States:
    """Findings by state; no finding is counted twice."""

    new: Tally = Tally()
    reopened: Tally = Tally()
    persistent: Tally = Tally()
    """Seen again in this period."""
    backlog: Tally = Tally()
    """Open since earlier periods and not examined again in this one."""
    resolved: Tally = Tally()

    @property
    def fresh(self) -> Tally:
        """What a reader has not had before: new and reopened."""
        return self.new + self.reopened

    @property
    def open(self) -> Tally:
        """Everything that somebody still has to put right."""
        return self.fresh + self.persistent + self.backlog

    def __add__(self, other: States) -> States:
        return States(
            self.new + other.new,
            self.reopened + other.reopened,
            self.persistent + other.persistent,
            self.backlog + other.backlog,
            self.resolved + other.resolved,
        )


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
