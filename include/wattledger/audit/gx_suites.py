"""The suites of Great Expectations: one per folder of rules, as GX itself writes them.

Belongs here: what GX says of suites. Importing it imports GX (about 5 s of CPU).
"""

from __future__ import annotations

import json
import os
from itertools import groupby
from pathlib import Path

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when GX is imported; an audit tells nobody

import great_expectations as gx

from wattledger.atomic_files import replace_file
from wattledger.audit.rules import Rule


def write_suites(rules: list[Rule], out: Path) -> list[Path]:
    """Write a JSON file per suite; ``gx.ExpectationSuite(**json.load(file))`` reads it, without this package."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for suite, members in groupby(
        sorted(rules, key=lambda r: (r.suite.name, r.rule_id)), key=lambda r: r.suite
    ):
        content = gx.ExpectationSuite(
            name=suite.name,
            expectations=[rule.expectation for rule in members],
            meta=suite.model_dump(mode="json", exclude={"name"}),
        ).to_json_dict()
        path = out / f"{suite.folder}.json"
        replace_file(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
        written.append(path)
    return written
