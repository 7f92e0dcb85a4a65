"""The data of one bulletin: frozen dataclasses that hold everything the renderers show.

Belongs here: what a bulletin says, its sums, nothing about looks. Not here: reading the registry
(``compose``), wording, number formats and masking (the renderers). Texts that people wrote are in both
languages, so one model renders in either: ``dataclasses.replace(bulletin, language="en")``.
Amounts are Decimal in the source's currency, + where the company collected too little; None where a rule has
no money. Energy is Decimal in kWh.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from wattledger.bulletin.tally import States, Tally
from wattledger.law.model import Status
from wattledger.periods import Period
from wattledger.report_texts import Language
from wattledger.sheets.model import BillSheet

__all__ = [
    "Basis",
    "Break",
    "Bulletin",
    "CauseRow",
    "DatasetRow",
    "Evidence",
    "Finding",
    "LinkRow",
    "Manifest",
    "Parameter",
    "ParameterValue",
    "RejectReason",
    "RejectedRow",
    "RuleRow",
    "State",
    "States",
    "Tally",
    "Text",
    "Unit",
    "UnitRow",
    "Value",
    "Verdict",
]

State = Literal["new", "reopened", "persistent", "resolved"]
Verdict = Literal["PASS", "FINDINGS", "NO_ROWS", "NOT_EVALUATED", "ERROR"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; an empty one falls back on the other."""

    zh: str
    en: str

    def pick(self, language: Language) -> str:
        """The text in ``language``."""
        return (self.zh or self.en) if language == "zh-CN" else (self.en or self.zh)


Value = str | int | Decimal | date | Text | None


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation unit: a bureau or county company."""

    org_id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule or a threshold rests on, and whether somebody has read it in the original."""

    says: Text
    """What it says there; may be empty."""
    cites: Text
    """Title, number, article and days of the document, or what it is where it is no law."""
    status: Status = ""

    def pick(self, language: Language) -> str:
        """What it says and what it cites, as one sentence in ``language``."""
        says, cites = self.says.pick(language), self.cites.pick(language)
        if self.own and says:
            return says
        return (f"{says}——{cites}" if language == "zh-CN" else f"{says}: {cites}") if says else cites

    @property
    def own(self) -> bool:
        """Whether it is the company's own: its status says so, and more words would say it again."""
        return self.status == "company_parameter"


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value that a rule applied."""

    value: Text
    """With its measure, as it is to be read."""
    basis: Basis
    days: Period | None = None
    """What it was applied to, where that is not the whole period."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold of a rule, with what was applied of it, in the order of days."""

    name: str
    title: Text
    values: tuple[ParameterValue, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the period: its record, its verdict, and its findings for this audience."""

    rule_id: str
    title: Text
    area: str
    area_title: Text
    level: int
    """4 is money or law, 3 likely a breach, 2 process, 1 data quality."""
    owner: Text
    verdict: Verdict
    examined: int | None
    """Rows examined, those not judged included; None where the rule was not evaluated."""
    not_judged: int = 0
    """Rows of these that could not be judged; ``reason`` says why."""
    states: States = field(default_factory=States)
    why: Text | None = None
    remedy: Text | None = None
    basis: tuple[Basis, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    reason_code: str = ""
    reason: Text | None = None
    """Why there is no result (NOT_EVALUATED, ERROR), or why rows were not judged."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One column of a failing row. ``column`` decides whether the value is masked."""

    column: str
    label: Text
    value: Value


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, in the bulletin and as a row of the worklist."""

    rule_id: str
    business_key: str
    state: State
    first_seen: str
    """The period in which it was seen first, as text."""
    last_seen: str = ""
    unit: Unit | None = None
    account_id: str | None = None
    amount: Decimal | None = None
    kwh: Decimal | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectReason:
    """A reason for which rows of an extract were not landed."""

    reason: Text
    rows: int


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One of the first few rejected rows: its place in the source and what is wrong."""

    where: Text
    """File and record, or query and record: ``bills_202610.csv, data row 1204 (header not counted)``."""
    reason: Text
    sample: Text | str = ""
    """The offending value, as it was received; of a duplicate key, also where it stands first."""
    column: str = ""
    """The column it stood in; decides whether the sample is masked."""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """The intake of one dataset: extracted = landed + rejected. ``extracted`` is None where nothing came."""

    dataset: str
    title: Text
    extracted: int | None
    landed: int = 0
    rejected: int = 0
    reasons: tuple[RejectReason, ...] = ()
    rejects: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause of a difference: breaks of this cause, and their part of the difference (signed)."""

    cause: Text
    breaks: int
    difference: Decimal


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link of the reconciliation. ``difference`` = left - right; the causes' parts add up to it."""

    link: str
    title: Text
    left: Text
    right: Text
    measure: Literal["kWh", "gas", "yuan"]
    """Yuan stands for the source's currency."""
    evaluated: bool
    reason: Text | None = None
    compared: int = 0
    agreeing: int = 0
    left_total: Decimal = Decimal(0)
    right_total: Decimal = Decimal(0)
    difference: Decimal = Decimal(0)
    causes: tuple[CauseRow, ...] = ()
    not_judged: int = 0
    """Keys that could not be compared; in none of the totals."""
    not_judged_difference: Decimal = Decimal(0)
    not_judged_reason: Text | None = None

    @property
    def unexplained(self) -> Decimal:
        """What the causes leave over; anything but 0 is a fault of the audit itself, and is shown."""
        return self.difference - sum((c.difference for c in self.causes), Decimal(0))


@dataclass(frozen=True, slots=True)
class Break:
    """One break, as a row of the worklist's third sheet; ``difference`` = left - right."""

    link: str
    cause: Text
    measure: Literal["kWh", "gas", "yuan"]
    business_key: str
    difference: Decimal
    left: Decimal | None = None
    right: Decimal | None = None
    unit: Unit | None = None
    account_id: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the company bulletin's table of units; ``unit`` None gathers findings without a unit."""

    unit: Unit | None
    states: States


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bulletin was made from; equal manifests give byte-equal bulletins."""

    lake_versions: tuple[tuple[str, int], ...]
    """Dataset and version of its lake table, in the order shown."""
    rules_hash: str
    manifest_hash: str
    code_version: str
    changes: Text | None = None
    """From revision 2 on: what changed since the revision before."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One bulletin for one audience. Findings, datasets, links and units are shown in the order given."""

    source: str
    title: Text
    """The company's name."""
    period: Period
    language: Language
    unit: Unit | None
    """The audience; None: the whole company."""
    revision: int
    rules: tuple[RuleRow, ...]
    """Every rule in force, passed and not evaluated ones included; shown by money, whatever their order."""
    findings: tuple[Finding, ...]
    """The findings most worth reading (new and reopened first); the worklist has all."""
    datasets: tuple[DatasetRow, ...]
    links: tuple[LinkRow, ...]
    manifest: Manifest
    units: tuple[UnitRow, ...] = ()
    """Company bulletin only."""
    currency: str = "CNY"
    worklist: str = ""
    """File name of the attached worklist."""
    rejected: int = 0
    """Rows of the extracts that were rejected, each once: a file may hold the rows of two datasets."""
    sheets: tuple[BillSheet, ...] = ()
    """Calculation sheets of the findings with the largest amounts, the largest first."""

    @property
    def states(self) -> States:
        """The headline numbers: the sums over all rules."""
        return sum((rule.states for rule in self.rules), States())
