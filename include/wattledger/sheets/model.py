"""The calculation sheet: lines and figures with their arithmetic, in no language yet.

Belongs here: the result's form. Its words stand in ``reports_templates/`` and are set by ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from wattledger.sheets.steps import STEPS

Value = Decimal | int | str | date
Place = tuple[str, str | None, int | None]
"""A component, its time of use, its tier."""
Compared = Mapping[Place, tuple[Decimal, Decimal]]
"""What was billed and what was due at each place of a bill."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of arithmetic: a code of ``STEPS``, and the values that its sentence names."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError where the values are not those that the code is declared with."""
        declared = STEPS.get(self.code)
        if declared is None or len(declared) != len(self.values) or not declared.issuperset(self.values):
            stated = "nothing: there is no such code" if declared is None else ", ".join(sorted(declared))
            raise ValueError(f"step {self.code} has {', '.join(sorted(self.values))}, not {stated}")


def step(code: str, **values: Value) -> Step:
    """The step of a code with its values."""
    return Step(code, values)


@dataclass(frozen=True, slots=True)
class Clause:
    """What a number rests on: a rate or a parameter, what it cites in both languages, and whether that was verified."""

    name: str
    """``rate.energy``, ``tiers.residential``, ``tou.ratio``, ``power_factor.0.90``, or a parameter's name."""
    zh: str
    en: str
    """A parameter's title; what the document says of a rate, or nothing."""
    cites_zh: str
    cites_en: str
    """Title, number, article and days of the document, or what it is where it is no law."""
    status: str
    law: str = ""
    """Id of the document in the register."""
    article: str = ""
    since: date | None = None
    """The first day of a parameter's value."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A charge: quantity (kWh, kVA-months, yuan ...), price for one of it, amount in yuan, rounded to the fen."""

    component: str
    amount: Decimal
    quantity: Decimal | None = None
    measure: str = ""
    price: Decimal | None = None
    tou: str | None = None
    tier: int | None = None
    tariff_code: str = ""
    from_on: date | None = None
    to_on: date | None = None
    steps: tuple[Step, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity on the way: metered kWh, losses, tier kWh, the power factor, a correction rate."""

    name: str
    value: Decimal
    measure: str = ""
    steps: tuple[Step, ...] = ()
    clauses: tuple[Clause, ...] = ()
    from_on: date | None = None
    to_on: date | None = None
    """Its days, where a bill has several of the same name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a calculation is of, as its file says: account, period, voltage, contracted capacity, tariff ..."""

    name: str
    """Its words are ``fact.<name>``."""
    value: Value
    to: date | None = None
    """The last day, where the value is the first of several."""
    zh: str = ""
    en: str = ""
    """What the value is called, where it is a code of the catalogue."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calculation: figures in the order in which they were worked out, then the lines, then their total."""

    kind: str
    subject: str
    lines: tuple[SheetLine, ...]
    figures: tuple[Figure, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[Step, ...] = ()
    """What was taken as it stands, and may be a mistake: each a step of ``STEPS`` whose code begins with ``note_``."""

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    def amount(self, component: str) -> Decimal:
        """The sum of a component's lines."""
        return sum((line.amount for line in self.lines if line.component == component), Decimal("0.00"))

    def figure(self, name: str) -> Decimal:
        """A figure's value; raise KeyError where there is none."""
        for figure in self.figures:
            if figure.name == name:
                return figure.value
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a bill as it was billed."""

    component: str
    tou: str | None
    tier: int | None
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BillSheet:
    """The calculation sheet of a finding's bill, and what was billed instead."""

    rule_id: str
    business_key: str
    bill_id: str
    account_id: str
    sheet: Sheet
    billed: tuple[BilledLine, ...]


class NotRatableError(Exception):
    """The bill cannot be rated: a reason code (as ``unknown_tariff``) and a sentence with the evidence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
