"""A rule: its record, its condition, and the expectation that Great Expectations gets of them.

Belongs here: what is known of a rule once it is read. Where it is read from is in ``load``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.audit.rules.statement import Statement
from wattledger.law import Citation, holds_in
from wattledger.periods import Period

SEVERITIES: Final = {4: "critical", 3: "warning", 2: "warning", 1: "info"}
"""How Great Expectations calls the levels."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Suite(_Strict):
    """``_suite.yaml``: what the rules of a folder have in common."""

    name: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    area: str = Field(pattern=r"^\d+\.\d+$")
    title: Wording
    owner: Wording
    """Who acts on a finding, unless a rule says otherwise."""

    @property
    def folder(self) -> str:
        """How the folder is called, as ``2.8-ledger``."""
        return f"{self.area}-{self.name}"


class Judged(_Strict):
    """Something that must be so of a row, or the rule cannot judge it."""

    when: str
    """SQL over the row ``r``."""
    otherwise: Wording
    """Why rows were not judged, said after their number: "12 rows: the month of the receivable was not landed"."""


class Examines(_Strict):
    """The rows that a rule is about, and what each must have, so that it can be judged at all.

    ``where`` and ``when`` are SQL over the row ``r``, with every view of the session beside it. A row is judged if the
    rule would have found it, had it been wrong.
    """

    of: str | None = None
    """The view whose rows are counted: a dataset, its history or a result; None: the rule's batch."""
    where: str | None = None
    """The rows that the rule is about; None: all. Where it is NULL, nobody knows, and the row is not judged."""
    needs: tuple[str, ...] | None = None
    """Columns without whose value a row is not judged; None: those of the batch that stand in ``inputs``."""
    delivered: tuple[str, ...] = ()
    """Columns of the batch that the company itself must deliver: worked out in its source file, they prove nothing."""
    judged: tuple[Judged, ...] = ()
    """What else must be so."""

    @property
    def sql(self) -> tuple[str, ...]:
        """Its conditions."""
        return (*([self.where] if self.where else ()), *(condition.when for condition in self.judged))


class RuleRecord(_Strict):
    """All that is known of a rule but its condition."""

    rule_id: str = Field(pattern=r"^[A-Z]{3}-\d{2}[a-z]?$")
    says: Wording
    """The sentence of the regulation that the rule enforces."""
    title: Wording
    why: Wording | None = None
    """What a breach means, where ``says`` does not tell."""
    level: Literal[1, 2, 3, 4]
    area: str
    family: str | None = None
    """The family whose query the rule shares; then it has no query of its own."""
    causes: tuple[str, ...] = ()
    """Of the family's rows, those with these causes are the rule's."""
    batch: str
    """The dataset, or result of rating, that the rule goes through row by row."""
    inputs: dict[str, tuple[str, ...]]
    """Datasets, or results of rating, and columns without which the rule is NOT_EVALUATED."""
    optional: tuple[str, ...] = ()
    """What else is read, and the rule can be judged without."""
    examines: Examines = Examines()
    """Which rows count as examined, and which of them as judged."""
    lookback: int | None = Field(default=None, ge=0)
    """Months before the period that its history sees at least; the contracts' or the source file's may be more."""
    recurrence: Literal["event", "condition"]
    """Whether the same again is another event of its period, or the same condition that still holds."""
    parameters: tuple[str, ...] = ()
    key: tuple[str, ...] = Field(min_length=1)
    account: str | None = None
    unit: str | None = None
    """SQL over the failing row ``r`` for the unit; None: the unit of the account."""
    evidence: tuple[str, ...] = ()
    amount: str | None = None
    """SQL over the failing row ``r``: yuan at stake, + is under-collected."""
    kwh: str | None = None
    basis: tuple[Citation, ...] = Field(min_length=1)
    remedy: Wording
    owner: Wording
    effective_from: datetime.date | None = None
    effective_to: datetime.date | None = None
    jurisdictions: tuple[str, ...] = ()
    """Jurisdictions that the rule is for; empty: all."""

    @property
    def datasets(self) -> tuple[str, ...]:
        """What the rule reads, what it goes through row by row first."""
        return tuple(dict.fromkeys([self.batch, *self.inputs]))

    @property
    def examined(self) -> str:
        """The view whose rows it examines."""
        return self.examines.of or self.batch

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns without whose value a row is not judged."""
        if self.examines.needs is not None:
            return self.examines.needs
        return self.inputs[self.batch] if self.examined == self.batch else ()


class Switch(Wording):
    """Why a company does not audit by a rule of the product's: the reason that its bulletins give, and the days."""

    model_config = ConfigDict(populate_by_name=True)

    valid_from: datetime.date | None = Field(None, alias="from")
    valid_to: datetime.date | None = Field(None, alias="to")


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition with its record."""

    suite: Suite
    record: RuleRecord
    statement: Statement
    """The query of the failing rows."""
    files: tuple[Path, ...] = ()
    """The files that the rule was read from."""
    own: bool = False
    """Whether it is a rule of the company's own, and none of the product's."""
    off: Switch | None = None
    """Why the company does not audit by it, and since when; None: it does."""

    @property
    def rule_id(self) -> str:
        """The stable id, as ``BIL-03``."""
        return self.record.rule_id

    @property
    def has_case(self) -> bool:
        """Whether good and bad rows prove it."""
        return any(path.name.endswith(".case.yaml") for path in self.files)

    @property
    def sql(self) -> str:
        """The query of the failing rows."""
        return self.statement.sql

    @property
    def expectation(self) -> dict[str, Any]:
        """The rule for Great Expectations: what is counted there is the condition as its file has it."""
        record = self.record
        return {
            "type": "unexpected_rows_expectation",
            "severity": SEVERITIES[record.level],
            "description": record.says.en,
            "notes": self.statement.heading,
            "kwargs": {"unexpected_rows_query": self.statement.over_batch(record.batch)},
            "meta": record.model_dump(mode="json", exclude_defaults=True),
        }

    def off_in(self, period: Period) -> Switch | None:
        """The switch where the rule is switched off at the end of the period."""
        off = self.off
        if off is None or not (off.valid_from or period.end) <= period.end <= (off.valid_to or period.end):
            return None
        return off

    def in_force(self, period: Period, jurisdiction: str) -> bool:
        """Whether the rule holds in the jurisdiction at the end of the period."""
        record = self.record
        here = not record.jurisdictions or any(holds_in(jurisdiction, of) for of in record.jurisdictions)
        began = record.effective_from is None or record.effective_from <= period.end
        return here and began and (record.effective_to is None or record.effective_to >= period.start)
