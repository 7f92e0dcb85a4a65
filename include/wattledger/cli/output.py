"""Tables for the terminal, CSV and JSON.

Belongs here: what the command line prints. Bulletins are made in ``bulletin``.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from wattledger import registry
from wattledger.audit.rules import Rule
from wattledger.errors import UsageError
from wattledger.law import Reference, Register, resolve
from wattledger.parameters import Parameter, value_on

if TYPE_CHECKING:
    from wattledger.context import Audit
    from wattledger.lake.upkeep import TableUse

Row = dict[str, Any]
TABLE_ROWS = 50
_HIDDEN = {"evidence", "recurrence", "re_examined", "reason_code"}


class Size(int):
    """A number of bytes; a person reads it in a unit that fits, a program as it is."""

    def __format__(self, _: str) -> str:
        amount, unit = float(self), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if amount < 1000:
                break
            amount, unit = amount / 1000, larger
        return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def show(rows: list[Row], format_: str) -> None:
    """Print rows as a table, CSV or JSON."""
    if format_ == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    elif format_ == "csv":
        writer = csv.DictWriter(sys.stdout, rows[0] if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _in_csv(value) for name, value in row.items()} for row in rows)
    elif format_ == "table":
        _print_table(rows)
    else:
        raise UsageError(f"There is no format {format_!r}.", todo="Write table, csv or json.")


def show_largest(rows: list[Row], format_: str, what: str) -> None:
    """Print rows, of which a table shows the first ``TABLE_ROWS`` and says that there are more."""
    cut = format_ == "table" and len(rows) > TABLE_ROWS
    show(rows[:TABLE_ROWS] if cut else rows, format_)
    if cut:
        print(f"These are the {TABLE_ROWS} largest {what}; --format csv or json lists all.", file=sys.stderr)


def verdicts(audit: Audit) -> list[Row]:
    """A row per rule."""
    return [asdict(v) for v in registry.list_verdicts(audit.registry, audit.source.name, audit.run.period)]


def findings(audit: Audit, rule: str, unit: str, limit: int | None) -> list[Row]:
    """Findings as of the period, with evidence."""
    units = None
    if unit:
        from wattledger.organisation import load_organisation

        with audit.session() as session:
            units = load_organisation(session).subtree(unit)
    found = registry.list_findings(
        audit.registry,
        audit.source.name,
        audit.run.period,
        rules=[_rule_of_run(audit, rule)] if rule else None,
        units=units,
        limit=limit,
    )
    return [{**asdict(row), "evidence": json.loads(row.evidence or "{}")} for row in found]


def not_looked_at(audit: Audit, rule: str) -> str:
    """What a list of findings, of ``rule`` or of all, cannot show, because it was not evaluated; empty if nothing."""
    asked = _rule_of_run(audit, rule) if rule else ""
    blind = [
        v
        for v in verdicts(audit)
        if v["verdict"] in ("NOT_EVALUATED", "ERROR") and asked in ("", v["rule_id"])
    ]
    if asked and blind:
        return f"{asked} was not evaluated: {blind[0]['reason']}"
    return f"{len(blind)} of the rules were not evaluated; `wattledger verdicts` says why." if blind else ""


def _rule_of_run(audit: Audit, rule: str) -> str:
    """The rule as its file has it, in whatever case it was asked for; raise UsageError where the run had none such."""
    known = {row["rule_id"].casefold(): row["rule_id"] for row in verdicts(audit)}
    if rule.casefold() not in known:
        raise UsageError(
            f"The audit of {audit.period} ran no rule {rule}.",
            todo="`wattledger verdicts` lists those that it ran.",
        )
    return str(known[rule.casefold()])


def breaks(audit: Audit, limit: int | None) -> list[Row]:
    """Breaks, the largest first."""
    found = registry.list_breaks(audit.registry, audit.source.name, audit.run.period, limit=limit)
    return [{**row._asdict(), "evidence": json.loads(row.evidence or "{}")} for row in found]


def links_not_looked_at(audit: Audit) -> str:
    """What a list of breaks cannot show: the links that were not evaluated, each with its reason; empty if none."""
    links = registry.list_reconciliation(audit.registry, audit.source.name, audit.run.period)
    return "\n".join(
        f"{row.link} was not evaluated: {row.reason}"
        for row in links
        if row.org_id is None and row.status != "EVALUATED"
    )


def mails(audit: Audit) -> list[Row]:
    """The outbox of the period."""
    from wattledger.mail import list_outbox

    shown = ("audience", "revision", "status", "recipients", "sent_at", "message_id", "error")
    rows = list_outbox(audit.registry, audit.source.name, audit.run.period)
    return [{name: getattr(row, name) for name in shown} for row in rows]


def rules(known: list[Rule]) -> list[Row]:
    """The rule list."""
    return [
        {
            "rule_id": r.rule_id,
            "area": r.record.area,
            "level": r.record.level,
            "zh": r.record.title.zh,
            "en": r.record.title.en,
        }
        for r in known
    ]


def rule_files(rule: Rule) -> str:
    """What one rule stands on: the query, the record and the cases, as they were written."""
    told = []
    for path in rule.files:
        told += [f"=== {'/'.join(path.parts[-2:])}", "", path.read_text(encoding="utf-8")]
    if rule.record.family:
        told += ["=== the family's query for this rule", "", f"{rule.statement.sql};"]
    return "\n".join(told)


def rules_markdown(known: list[Rule], parameters: Iterable[Parameter], law: Register) -> str:
    """The rule list as the page ``docs/rules.md``, with basis and thresholds and whether anybody verified them."""
    lines = [
        "# The audit rules",
        "",
        "Generated by `make rules` from `expectations/`, `parameters/CN.yaml` and `law/`. ",
    ]
    lines[-1] += (
        "*Unverified*: taken from general knowledge or an excerpt, to be checked before it is enforced as law. "
    )
    lines[-1] += "*Company parameter*: no legal number exists; each company sets its own in its source file."
    area = ""
    for rule in sorted(known, key=lambda r: ([int(n) for n in r.record.area.split(".")], r.rule_id)):
        record = rule.record
        if record.area != area:
            area, title = record.area, rule.suite.title
            lines += ["", f"## {area} {title.zh} · {title.en}"]
        lines += ["", f"### {rule.rule_id} {record.title.zh} · {record.title.en}", ""]
        lines += [
            f"{record.says.zh} {record.says.en}",
            "",
            f"- Level {record.level}; to act: {record.owner.zh} · {record.owner.en}",
        ]
        if record.why:
            lines += [f"- A breach: {record.why.zh} {record.why.en}"]
        lines += [f"- Basis: {_cited(resolve(b, law, rule.rule_id))}" for b in record.basis]
        for name in record.parameters:
            if p := value_on(parameters, name, date.max):
                told = f"{p.shown('zh-CN')} · {p.shown('en')}"
                lines += [f"- `{name}` = {told}: {p.zh} · {p.en}; {_cited(p.reference)}"]
        lines += [f"- To do: {record.remedy.zh} {record.remedy.en}"]
    return "\n".join(lines) + "\n"


def lake_tables(found: Mapping[str, list[TableUse]]) -> list[Row]:
    """The tables of each source's lake, with what each takes on disk."""
    return [
        {
            "source": source,
            "table": use.table,
            "versions": use.versions,
            "files": use.live_files,
            "size": Size(use.live_bytes),
            "pinned": Size(use.pinned_bytes),
            "removable": Size(use.removable_bytes),
            "pinned_by": ", ".join(use.runs[-3:])
            + (f" and {len(use.runs) - 3} more" if len(use.runs) > 3 else ""),
        }
        for source, uses in found.items()
        for use in uses
    ]


def _cited(r: Reference) -> str:
    parted = [": ".join(part for part in pair if part) for pair in ((r.zh, r.cites_zh), (r.en, r.cites_en))]
    return " · ".join(parted) + _status(r.status)


def _status(status: str) -> str:
    return f" ({status.replace('_', ' ')})" if status else ""


def print_summary(audit: Audit) -> None:
    """What an audit came to, and where its bulletins are."""
    found = verdicts(audit)
    _print_table([row for row in found if row["verdict"] != "PASS"])
    counts = {
        name: sum(v["verdict"] == name for v in found)
        for name in ("PASS", "FINDINGS", "NOT_EVALUATED", "ERROR")
    }
    print(", ".join(f"{n} {name}" for name, n in counts.items()))
    for row in registry.list_reconciliation(audit.registry, audit.source.name, audit.period):
        if row.org_id is None:
            told = f"{row.agreeing} of {row.compared} agree, difference {row.difference:,.2f} {row.measure}"
            print(f"{row.link}: {told if row.status == 'EVALUATED' else 'not evaluated: ' + str(row.reason)}")
    folder = audit.bulletins
    print(
        f"{len(list(folder.glob('*.html')))} bulletins in {folder}; the company's: {folder / 'company.html'}"
    )


def _print_table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        print("nothing")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = [name for name in rows[0] if name not in _HIDDEN]
    for name in names:
        numeric = any(
            isinstance(row[name], int | float) or type(row[name]).__name__ == "Decimal" for row in rows
        )
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in names))
    console = Console()
    console.print(table) if console.is_terminal else Console(width=200).print(table)


def _in_csv(value: Any) -> Any:
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict | list | tuple)
        else value
    )


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return escape(", ".join(map(str, value)))
    if isinstance(value, int) or type(value).__name__ == "Decimal":
        return f"{value:,}"
    return escape(str(value))
