"""Lay two audits of the same extracts side by side: prove that a change of form changes nothing.

    python scripts/compare_audits.py HOME_BEFORE HOME_AFTER --source demo --period 2026-10

Prints, for each of the two homes, the SHA-256 over the sorted verdicts, failing rows, findings, breaks and
reconciliation, and the first rows in which they differ. Exit code 0: all are equal, 1: some are not. Reads what the
lake and the registry (SQLite) hold, and nothing of the package's forms, so that either home may be of an older version.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
import sys
from pathlib import Path

import duckdb
from deltalake import DeltaTable

PUBLISHED = {
    "verdicts": ("_verdict", "rule_id, verdict, rows_examined, findings, amount, kwh, reason_code"),
    "failing rows": ("_failing_row", "rule_id, business_key, org_id, account_id, amount, kwh, evidence"),
    "breaks": (
        "_recon_break",
        "link, business_key, org_id, account_id, cause, left_value, right_value, difference, evidence",
    ),
    "reconciliation": (
        "_reconciliation",
        "link, org_id, status, compared, agreeing, left_total, right_total, difference",
    ),
}
FORMER = {"_recon_break": "_break"}
"""What a table was called in homes of before."""
FINDINGS = "rule_id, business_key, org_id, account_id, first_seen, last_seen, amount, kwh, sighted"
SHOWN = 10
Rows = list[tuple[object, ...]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="home folder of the one audit")
    parser.add_argument("after", type=Path, help="home folder of the other")
    parser.add_argument("--source", required=True, help="name of the source, as the lake has it")
    parser.add_argument("--period", required=True, help="the audited period: 2026-10, or FROM..TO")
    given = parser.parse_args()
    differing = [
        name
        for name in [*PUBLISHED, "findings"]
        if not _compare(
            name, *(_rows(home, name, given.source, given.period) for home in (given.before, given.after))
        )
    ]
    print(f"differ: {', '.join(differing)}" if differing else "equal")
    return 1 if differing else 0


def _compare(name: str, before: Rows, after: Rows) -> bool:
    for label, rows in (("before", before), ("after", after)):
        print(f"{name:15} {label:7} {len(rows):>9} rows  {_digest(rows)}")
    if before == after:
        return True
    only = {"-": set(before) - set(after), "+": set(after) - set(before)}
    for sign, rows in only.items():
        print(f"  {len(rows)} rows only {'before' if sign == '-' else 'after'}")
        for row in sorted(rows, key=repr)[:SHOWN]:
            print(f"  {sign} {row}")
    return False


def _rows(home: Path, name: str, source: str, period: str) -> Rows:
    """The rows of a home, sorted; a home that has not audited the period is an error, and not one without rows."""
    if name == "findings":
        with sqlite3.connect(f"file:{home.resolve() / 'registry.db'}?mode=ro", uri=True) as registry:
            query = f"SELECT {FINDINGS} FROM finding WHERE source = ?"
            return sorted(registry.execute(query, [source]).fetchall(), key=repr)
    table, columns = PUBLISHED[name]
    tables = [home / "lake" / source / called for called in (table, FORMER.get(table, table))]
    folder = next((folder for folder in tables if folder.is_dir()), tables[0])
    there = DeltaTable.is_deltatable(str(folder))
    files = (
        DeltaTable(str(folder)).file_uris(file_pruning_predicate=[("_period", "=", period)]) if there else []
    )
    if not files and name == "verdicts":
        sys.exit(f"{folder} holds nothing of {period}")
    if not files:
        return []  # nothing was found
    relation = duckdb.read_parquet(files, union_by_name=True, hive_partitioning=False)
    return sorted(relation.select(*(c.strip() for c in columns.split(","))).fetchall(), key=repr)


def _digest(rows: Rows) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row!r}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
