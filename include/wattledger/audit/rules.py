"""Rules as records: the suites in ``expectations/``, read and checked.

Belongs here: the form of a rule's record. Reading a suite needs no Great Expectations; running it does.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wattledger.contracts import load_contracts
from wattledger.errors import ConfigurationError
from wattledger.lake.results import RESULTS
from wattledger.periods import Period
from wattledger.yaml_text import load_yaml

Status = Literal["confirmed", "unverified", "company_parameter"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Strict):
    """A text in both languages."""

    zh: str
    en: str


class Basis(Wording):
    """What a rule rests on: the text, where it was found, its date, and whether anybody verified it."""

    source: str
    date: datetime.date | None = None
    status: Status


class RuleRecord(_Strict):
    """``meta`` of an expectation: all that is known of a rule but its condition."""

    rule_id: str = Field(pattern=r"^[A-Z]{3}-\d{2}[a-z]?$")
    level: Literal[1, 2, 3, 4]
    area: str
    batch: str
    inputs: dict[str, tuple[str, ...]]
    """Datasets, or results of rating, and columns without which the rule is NOT_EVALUATED."""
    recurrence: Literal["event", "condition"]
    """``event``: happened once, and no later period looks at it; ``condition``: every period looks whether it lasts."""
    title: Wording
    why: Wording
    basis: tuple[Basis, ...] = Field(min_length=1)
    parameters: tuple[str, ...] = ()
    owner: Wording
    effective_from: datetime.date | None = None
    effective_to: datetime.date | None = None
    jurisdictions: tuple[str, ...] = ()
    """Jurisdictions that the rule is for; empty: all."""
    key: tuple[str, ...] = Field(min_length=1)
    account: str | None = None
    unit: str | None = None
    """SQL over the failing row ``r`` for the unit; None: the unit of the account."""
    evidence: tuple[str, ...] = ()
    amount: str | None = None
    """SQL over the failing row ``r``: yuan at stake, + is under-collected."""
    kwh: str | None = None
    remedy: Wording

    @property
    def datasets(self) -> tuple[str, ...]:
        """What the rule reads, what it goes through row by row first."""
        return tuple(dict.fromkeys([self.batch, *self.inputs]))


@dataclass(frozen=True, slots=True)
class Rule:
    """An expectation with its record."""

    suite: str
    expectation: dict[str, Any]
    """The expectation as its suite file has it, for Great Expectations."""
    record: RuleRecord

    @property
    def rule_id(self) -> str:
        """The stable id, as ``BIL-03``."""
        return self.record.rule_id

    @property
    def sql(self) -> str:
        """The condition, where it is a query of the rule's own."""
        return str(self.expectation["kwargs"].get("unexpected_rows_query", ""))

    def in_force(self, period: Period, jurisdiction: str) -> bool:
        """Whether the rule holds in the jurisdiction at the end of the period."""
        record = self.record
        here = not record.jurisdictions or any(
            jurisdiction == j or jurisdiction.startswith(f"{j}-") for j in record.jurisdictions
        )
        began = record.effective_from is None or record.effective_from <= period.end
        return here and began and (record.effective_to is None or record.effective_to >= period.start)


def load_rules(folder: Path) -> list[Rule]:
    """All rules of the suites in ``folder``, by id.

    Raises:
        ConfigurationError: a suite breaks the form, an id stands twice, or an unknown column is named.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        suite = load_yaml(path.read_text(encoding="utf-8"))
        for number, expectation in enumerate(suite["expectations"], start=1):
            rule = _rule(path, suite["name"], number, expectation)
            if rule.rule_id in rules:
                raise ConfigurationError(f"{path.name}: the rule {rule.rule_id} stands twice.")
            rules[rule.rule_id] = rule
    if not rules:
        raise ConfigurationError(f"There is no rule in {folder}.", todo="Set WATTLEDGER_EXPECTATIONS.")
    return [rules[rule_id] for rule_id in sorted(rules)]


def fingerprint(rules: list[Rule], parameters: list[dict[str, Any]], tariffs: object = None) -> str:
    """A hash of all conditions, records, parameters and tariffs: equal hashes audit equally."""
    content = [[rule.expectation for rule in rules], parameters, tariffs]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _rule(path: Path, suite: str, number: int, expectation: dict[str, Any]) -> Rule:
    place = f"{path.name}, expectation {number}"
    try:
        record = RuleRecord.model_validate(expectation.get("meta"))
    except ValidationError as error:
        named = (expectation.get("meta") or {}).get("rule_id", "")
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{place} {named}: the record is wrong: {problems}") from error
    known: dict[str, Collection[str]] = {n: c.columns for n, c in load_contracts().items()}
    known |= RESULTS
    for dataset, columns in record.inputs.items():
        unknown = [c for c in columns if c not in known[dataset]] if dataset in known else [dataset]
        if unknown:
            raise ConfigurationError(
                f"{place} {record.rule_id}: inputs name {', '.join(unknown)}, which no contract has."
            )
    return Rule(suite, expectation, record)
