"""Tables for the terminal, CSV and JSON.

Belongs here: what the command line prints. Bulletins are made in ``bulletin``.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wattledger import registry
from wattledger.audit.rules import Rule
from wattledger.errors import UsageError

if TYPE_CHECKING:
    from wattledger.pipeline import Audit

Row = dict[str, Any]
_HIDDEN = {"evidence", "subject", "re_examined", "reason_code"}


def show(rows: list[Row], format_: str) -> None:
    """Print rows as a table, CSV or JSON."""
    if format_ == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    elif format_ == "csv":
        writer = csv.DictWriter(sys.stdout, rows[0] if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif format_ == "table":
        _print_table(rows)
    else:
        raise UsageError(f"There is no format {format_!r}.", todo="Write table, csv or json.")


def verdicts(audit: Audit) -> list[Row]:
    """A row per rule."""
    return [asdict(v) for v in registry.list_verdicts(audit.registry, audit.source.name, audit.run.period)]


def findings(audit: Audit, rule: str, unit: str, limit: int | None) -> list[Row]:
    """Findings as of the period, with evidence."""
    units = None
    if unit:
        from wattledger.units import load_organisation

        with audit.session() as session:
            units = load_organisation(session).subtree(unit)
    found = registry.list_findings(
        audit.registry,
        audit.source.name,
        audit.run.period,
        rules=[rule] if rule else None,
        units=units,
        limit=limit,
    )
    return [{**asdict(row), "evidence": json.loads(row.evidence or "{}")} for row in found]


def breaks(audit: Audit, limit: int | None) -> list[Row]:
    """Breaks, the largest first."""
    found = registry.list_breaks(audit.registry, audit.source.name, audit.run.period, limit=limit)
    return [{**row._asdict(), "evidence": json.loads(row.evidence or "{}")} for row in found]


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


def rule_record(rule: Rule) -> str:
    """One rule's record and condition, as YAML."""
    import yaml

    content = {"suite": rule.suite, **rule.expectation}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


def print_summary(audit: Audit) -> None:
    """What an audit came to, and where its bulletins are."""
    from wattledger.pipeline import bulletin_folder

    found = verdicts(audit)
    _print_table([row for row in found if row["verdict"] != "PASS"])
    counts = {
        name: sum(v["verdict"] == name for v in found)
        for name in ("PASS", "FINDINGS", "NOT_EVALUATED", "ERROR")
    }
    print(", ".join(f"{n} {name}" for name, n in counts.items()))
    for row in registry.list_reconciliation(audit.registry, audit.source.name, audit.period):
        if row.org_id is None:
            told = f"{row.agreeing} of {row.compared} agree, difference {row.difference:,.2f} {row.unit}"
            print(f"{row.link}: {told if row.status == 'EVALUATED' else 'not evaluated: ' + str(row.reason)}")
    folder = bulletin_folder(audit)
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


def _cell(value: Any) -> str:
    from rich.markup import escape

    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, int) or type(value).__name__ == "Decimal":
        return f"{value:,}"
    return escape(str(value))
