"""Text of SQL: files of statements, and names and strings quoted.

Belongs here: everything that turns a file, a name or a value into SQL. What is run stands where it is used.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any


def sql_text(package: str, name: str) -> str:
    """The SQL file ``sql/<name>.sql`` of a package."""
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(names: Any) -> str:
    """A comma-separated list of quoted identifiers."""
    return ", ".join('"' + str(name).replace('"', '""') + '"' for name in names)
