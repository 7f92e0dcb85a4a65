"""From the registry to the data of a bulletin.

Belongs here: what goes into one audience's bulletin. How it looks is for the renderers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from wattledger import registry
from wattledger.audit.rules import Rule, Wording
from wattledger.bulletin import not_judged
from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.listed import Listed
from wattledger.bulletin.model import (
    Basis,
    Break,
    Bulletin,
    DatasetRow,
    Finding,
    Manifest,
    Parameter,
    ParameterValue,
    RejectedRow,
    RejectReason,
    RuleRow,
    States,
    Tally,
    Text,
    Unit,
    UnitRow,
)
from wattledger.bulletin.reconciliation import Reconciliation
from wattledger.bulletin.terms import Terms
from wattledger.bulletin.wording import clip
from wattledger.law import Citation, Reference, Register, references
from wattledger.organisation import Organisation
from wattledger.parameters import Parameter as DatedParameter
from wattledger.parameters import applied, in_place_of
from wattledger.periods import Period
from wattledger.registry import FindingRow, Run
from wattledger.report_texts import Language
from wattledger.sheets.model import BillSheet

if TYPE_CHECKING:
    from wattledger.extract.source import Source

_FILE_NAME = 45
"""Characters shown of a file's name, so that the row's number after it is not cut off."""


@dataclass(frozen=True)
class Composer:
    """All that the bulletins of one audit are made of; read once, used for every audience."""

    engine: Engine
    source: Source
    run: Run
    rules: list[Rule]
    parameters: tuple[DatedParameter, ...]
    law: Register
    organisation: Organisation
    terms: Terms
    rejects: dict[str, list[dict[str, Any]]]
    """The first few rejected rows by dataset: source, row, reason, value."""
    rejected: int
    """Rows of the extracts that were rejected, each once."""
    sheets: Mapping[str | None, tuple[BillSheet, ...]]
    """The calculation sheets of each audience, the largest amount first; None: of the company."""
    language: Language

    def bulletin(self, org_id: str | None, worklist: str = "") -> Bulletin:
        """The bulletin of a unit with what is below it; None: of the whole company."""
        units = self.units(org_id)
        return Bulletin(
            source=self.source.name,
            title=Text(self.source.title.get("zh", ""), self.source.title.get("en", "")),
            period=self.period,
            language=self.language,
            unit=self._unit(org_id),
            revision=self.run.revision,
            rules=tuple(replace(row, states=self._states(row.rule_id, units)) for row in self._rules),
            findings=tuple(self._findings(self._listed.of(units))),
            datasets=() if org_id else tuple(self._datasets()),
            links=tuple(self._reconciliation.links(org_id, units)),
            manifest=self._manifest(),
            units=() if org_id else tuple(self._unit_rows()),
            currency=self.source.currency,
            worklist=worklist,
            rejected=0 if org_id else self.rejected,
            sheets=self.sheets.get(org_id, ()),
        )

    def units(self, org_id: str | None) -> list[str] | None:
        """The units that an audience's bulletin is about; None: all, and what belongs to none."""
        return self.organisation.subtree(org_id) if org_id else None

    def worklist(self, units: list[str] | None) -> Iterator[Finding]:
        """All findings of ``units``, None: of the company; open ones of earlier periods included."""
        return self._findings(
            registry.each_finding(self.engine, self.source.name, self.period, units=units, backlog=True)
        )

    def breaks(self, units: list[str] | None) -> Iterator[Break]:
        """All breaks of ``units``, None: of the company."""
        return self._reconciliation.breaks(units)

    @property
    def period(self) -> Period:
        """The audited period."""
        return self.run.period

    @cached_property
    def _verdicts(self) -> dict[str, registry.VerdictRow]:
        return {v.rule_id: v for v in registry.list_verdicts(self.engine, self.source.name, self.period)}

    @cached_property
    def _tallies(self) -> dict[str, dict[str | None, States]]:
        """States by rule, and by unit."""
        found: dict[str, dict[str | None, States]] = {}
        for total in registry.total_findings(self.engine, self.source.name, self.period):
            _add(found, total, States(**{total.state: _tally(total)}))
        for backlog in registry.total_backlog(self.engine, self.source.name, self.period):
            _add(found, backlog, States(backlog=_tally(backlog)))
        return found

    def _concerns(self, rule: Rule) -> bool:
        """Whether the rule is the company's: one that is not in force here or then is no gap in the audit."""
        verdict = self._verdicts.get(rule.rule_id)
        return verdict is not None and verdict.reason_code != "not_in_force"

    def _states(self, rule_id: str, units: list[str] | None) -> States:
        by_unit = self._tallies.get(rule_id, {})
        chosen = by_unit.values() if units is None else (by_unit[unit] for unit in units if unit in by_unit)
        return sum(chosen, States())

    @cached_property
    def _listed(self) -> Listed:
        return Listed(self.engine, self.source.name, self.period)

    def _findings(self, rows: Iterable[FindingRow]) -> Iterator[Finding]:
        for row in rows:
            yield Finding(
                rule_id=row.rule_id,
                business_key=row.business_key,
                state=row.state,
                first_seen=row.first_seen,
                last_seen=row.last_seen,
                unit=self._unit(row.org_id),
                account_id=row.account_id,
                amount=row.amount,
                kwh=row.kwh,
                evidence=read_evidence(row.evidence, self.terms, self._datasets_of.get(row.rule_id, ())),
            )

    @cached_property
    def _datasets_of(self) -> dict[str, tuple[str, ...]]:
        return {rule.rule_id: rule.record.datasets for rule in self.rules}

    @cached_property
    def _rules(self) -> list[RuleRow]:
        """What all audiences read of the rules; the states are each audience's own."""
        return [self._rule(rule) for rule in self.rules if self._concerns(rule)]

    def _rule(self, rule: Rule) -> RuleRow:
        record, verdict = rule.record, self._verdicts[rule.rule_id]
        evaluated = verdict.verdict in ("PASS", "FINDINGS", "NO_ROWS")
        return RuleRow(
            rule_id=rule.rule_id,
            title=_text(record.title),
            area=record.area,
            area_title=_text(rule.suite.title),
            level=record.level,
            owner=_text(record.owner),
            verdict=verdict.verdict,
            examined=verdict.rows_examined if evaluated else None,
            not_judged=verdict.rows_not_judged,
            states=States(),
            why=_text(record.why or record.says),
            remedy=_text(record.remedy),
            basis=tuple(map(_basis, self._references(record.basis))),
            parameters=tuple(self._parameters(rule)),
            reason_code=verdict.reason_code or "",
            reason=not_judged.of_rule(verdict, self.terms)
            or self._reason(rule, verdict.reason_code, verdict.reason or ""),
        )

    def _reason(self, rule: Rule, code: str | None, detail: str) -> Text | None:
        """Why the rule has no result; of one that the company switched off, in the words of its own."""
        if code == "switched_off" and (off := rule.off_in(self.period)):
            told = self.terms.obstacle(code, "")
            return Text(f"{told.zh}：{off.zh}", f"{told.en}: {off.en}")
        return self.terms.obstacle(code, detail) if code else None

    def _shown(self, parameter: DatedParameter, last_day: date) -> Text:
        """A value; of one of the company's own, also the product's that it takes the place of."""
        given = Text(parameter.shown("zh-CN"), parameter.shown("en"))
        is_own = parameter.rank == len(self.source.jurisdiction.split("-"))
        other = in_place_of(self.parameters, parameter, last_day) if is_own else None
        if other is None or (other.value, other.text) == (parameter.value, parameter.text):
            return given
        return self.terms.instead(given, Text(other.shown("zh-CN"), other.shown("en")))

    def _references(self, citations: Iterable[Citation]) -> tuple[Reference, ...]:
        period = self.period
        return references(citations, self.law, self.source.jurisdiction, period.start, period.end)

    def _parameters(self, rule: Rule) -> Iterator[Parameter]:
        for name in rule.record.parameters:
            found = applied(self.parameters, name, self.period, rule.sql)
            if found:
                values = (
                    ParameterValue(
                        self._shown(p, days.end),
                        _basis(p.reference),
                        None if days == self.period else days,
                    )
                    for days, p in found
                )
                _, last = found[-1]
                yield Parameter(name, Text(last.zh, last.en), tuple(values))

    def _datasets(self) -> Iterator[DatasetRow]:
        contracts = self.source.contracts
        for intake in registry.list_intake(self.engine, self.source.name, self.period):
            contract = contracts[intake.dataset]
            yield DatasetRow(
                dataset=intake.dataset,
                title=Text(contract.title["zh"], contract.title["en"]),
                extracted=intake.extracted if self.run.inputs[intake.dataset]["delivered"] else None,
                landed=intake.landed,
                rejected=intake.rejected,
                reasons=tuple(
                    RejectReason(self.terms.reject(r, contract), n) for r, n in intake.reasons.items()
                ),
                rejects=tuple(
                    RejectedRow(
                        where=self.terms.place(clip(row["source"], _FILE_NAME), row["row"], row["reason"]),
                        reason=self.terms.reject(row["reason"], contract),
                        sample=self.terms.rejected_value(row["value"] or ""),
                        column=row["reason"].partition(":")[0],
                    )
                    for row in self.rejects.get(intake.dataset, [])
                ),
            )

    @cached_property
    def _reconciliation(self) -> Reconciliation:
        return Reconciliation(self.engine, self.source.name, self.period, self.terms, self._unit)

    def _unit_rows(self) -> Iterator[UnitRow]:
        by_unit: dict[str | None, States] = {}
        for tallies in self._tallies.values():
            for org_id, states in tallies.items():
                by_unit[org_id] = by_unit.get(org_id, States()) + states
        for org_id in sorted(by_unit, key=lambda o: o or ""):
            yield UnitRow(self._unit(org_id), by_unit[org_id])

    def _unit(self, org_id: str | None) -> Unit | None:
        if org_id is None:
            return None
        unit = self.organisation.units.get(org_id)
        return Unit(org_id, Text(unit.name_zh, unit.name_en) if unit else Text(org_id, org_id))

    def _manifest(self) -> Manifest:
        return Manifest(
            lake_versions=(),
            rules_hash=self.run.rules_hash,
            manifest_hash=self.run.manifest_hash,
            code_version=self.run.code_version,
        )


def _add(
    found: dict[str, dict[str | None, States]],
    total: registry.FindingTotal | registry.BacklogTotal,
    states: States,
) -> None:
    of_rule = found.setdefault(total.rule_id, {})
    of_rule[total.org_id] = of_rule.get(total.org_id, States()) + states


def _tally(total: registry.FindingTotal | registry.BacklogTotal) -> Tally:
    return Tally(total.findings, total.amount, total.over_collected, total.kwh)


def _basis(reference: Reference) -> Basis:
    cites = Text(reference.cites_zh, reference.cites_en)
    return Basis(Text(reference.zh, reference.en), cites, reference.status)


def _text(wording: Wording) -> Text:
    return Text(wording.zh, wording.en)
