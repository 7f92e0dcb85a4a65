"""Rows of a made-up utility written down as a company delivers them: files, and a source file that names them.

Belongs here: the way from rows in a test to an audit through the front door.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml


def deliver(folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], **source: Any) -> Path:
    """Write a CSV for each dataset, by the standard names, and the source file over them; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    datasets = {}
    for dataset, given in rows.items():
        columns = list(dict.fromkeys(name for row in given for name in row))
        with (folder / f"{dataset}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(given)
        datasets[dataset] = {"files": f"{dataset}.csv", "columns": {name: f'"{name}"' for name in columns}}
    content = {"name": "acme", "title": {"zh": "甲公司", "en": "Acme"}, **source, "datasets": datasets}
    path = folder / "source.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path
