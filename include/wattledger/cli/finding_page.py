"""One finding whole: what it is, what it rests on, what to do, and what each period since said of it.

Belongs here: putting together what the registry, the rule and the law say of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from wattledger import registry, tables
from wattledger.bulletin.evidence import read_evidence
from wattledger.bulletin.masking import mask_evidence
from wattledger.cli.layout import Heading, lay_out
from wattledger.cli.pages import Field, page
from wattledger.cli.rule_pages import cited
from wattledger.cli.words import Words
from wattledger.contracts.listed import load_listings
from wattledger.errors import UsageError
from wattledger.law import Reference, references

if TYPE_CHECKING:
    from wattledger.audit.rules import Rule
    from wattledger.context import Audit
    from wattledger.registry import FindingRow


_LOOKED_AT = 5_000
"""Findings, the largest, among whose keys one that was misspelt is looked for."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A finding as of a period, with its rule (None: this installation has it no more) and its history."""

    finding: FindingRow
    rule: Rule | None
    basis: tuple[Reference, ...]
    history: list[dict[str, Any]]


def find(audit: Audit, key: str, rule: str = "") -> list[Whole]:
    """The findings of a business key as of the period, one per rule; raise UsageError where there is none."""
    rules = [tables.rule_of_run(audit, rule)] if rule else None
    where = (audit.registry, audit.source.name, audit.run.period)
    found = registry.list_findings(*where, rules=rules, keys=[key], backlog=True)
    if not found:
        largest = registry.each_finding(*where, rules=rules, backlog=True, limit=_LOOKED_AT)
        known = {row.business_key for row in largest}
        near = get_close_matches(key, known, n=3)
        raise UsageError(
            f"No finding{f' of {rules[0]}' if rules else ''} as of {audit.period} has the key {key!r}"
            + (f"; did you mean {' or '.join(map(repr, near))}?" if near else "."),
            todo="`wattledger findings` lists the keys; put quotation marks around one that holds a |.",
        )
    return [_whole(audit, row) for row in found]


def finding_page(whole: Whole, words: Words) -> str:
    """A finding for people."""
    f, rule, wording = whole.finding, whole.rule, words.wording
    title = words.pick(rule.record.title) if rule else words.t("finding.rule_gone")
    columns = load_listings()["findings"].columns
    evidence = read_evidence(f.evidence, words.terms, rule.record.datasets if rule else ())
    fields: list[Field] = [
        (words.t("finding.key"), f.business_key),
        (
            words.t("finding.state"),
            f"{words.cell(f.state, columns['state'])} ({f.first_seen} - {f.last_seen})",
        ),
        (words.t("finding.amount"), wording.money(f.amount) if f.amount is not None else ""),
        (words.t("finding.kwh"), wording.kwh(f.kwh) if f.kwh is not None else ""),
        (words.t("finding.unit"), f.org_id or ""),
        (words.t("finding.account"), f.account_id or ""),
        (
            words.t("finding.evidence"),
            [f"{e.label.pick(words.language)}: {wording.evidence(e)}" for e in evidence],
        ),
    ]
    if rule:
        fields += [
            (words.t("finding.why"), words.pick(rule.record.why or rule.record.says)),
            (words.t("finding.owner"), words.pick(rule.record.owner)),
            (words.t("finding.remedy"), words.pick(rule.record.remedy)),
            (words.t("finding.basis"), [cited(reference, words) for reference in whole.basis]),
        ]
    fields.append((words.t("finding.history"), _history(whole, words)))
    return page([f"{f.rule_id}  {title}", ""], fields)


def finding_json(whole: Whole) -> dict[str, Any]:
    """A finding for programs: its row of ``findings``, with what its rule says and its history."""
    f, record = whole.finding, whole.rule.record if whole.rule else None
    row = {name: getattr(f, name) for name in load_listings()["findings"].columns}
    return {
        **row,
        "evidence": json.loads(mask_evidence(f.evidence)),
        "rule": record
        and {
            **{name: getattr(record, name).model_dump() for name in ("title", "says", "owner", "remedy")},
            "level": record.level,
            "basis": [_basis(reference) for reference in whole.basis],
        },
        "history": whole.history,
    }


def _whole(audit: Audit, row: FindingRow) -> Whole:
    rule = next((rule for rule in audit.rules if rule.rule_id == row.rule_id), None)
    period = audit.period
    basis = (
        references(rule.record.basis, audit.law, audit.source.jurisdiction, period.start, period.end)
        if rule
        else ()
    )
    return Whole(row, rule, basis, tables.history(audit, row.rule_id, row.business_key))


def _history(whole: Whole, words: Words) -> list[str]:
    """A line per period, in columns."""
    columns = {name: c for name, c in load_listings()["history"].columns.items() if c.shown}
    rows = [[words.cell(row[name], columns[name]) for name in columns] for row in whole.history]
    headings = [Heading(words.pick(c), c.scale is not None, leaves=n) for n, c in enumerate(columns.values())]
    return lay_out(headings, rows, None).lines


def _basis(reference: Reference) -> Mapping[str, Any]:
    named = ("law", "zh", "en", "cites_zh", "cites_en", "status")
    return {**{name: getattr(reference, name) for name in named}, "article": list(reference.article)}
