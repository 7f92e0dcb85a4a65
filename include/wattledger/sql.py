"""Text of SQL: files of statements, their placeholders filled, names and strings quoted.

Belongs here: everything that turns a file, a name or a value into SQL. What is run stands where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from glob import escape
from importlib.resources import files
from typing import Any

# a struct of DuckDB has a colon after a field, ``{'by': a}``: a bare name in braces is a placeholder and nothing else
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")


def sql_text(package: str, name: str, /, **values: object) -> str:
    """The SQL file ``sql/<name>.sql`` of a package, its placeholders filled as ``fill`` does."""
    text = files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    try:
        return fill(text, **values)
    except ValueError as error:
        raise ValueError(f"{package}, sql/{name}.sql: {error}") from error


def fill(text: str, /, **values: object) -> str:
    """SQL with each ``{key}`` replaced by its value, which is SQL too: quote it with ``literal`` or ``quoted``.

    Values are put in as they are, and not searched for placeholders again.

    Raises:
        ValueError: a placeholder has no value, or a value has no placeholder.
    """
    wanted = set(_PLACEHOLDER.findall(text))
    if missing := sorted(wanted - values.keys()):
        raise ValueError(f"no value for the placeholders {', '.join(missing)}; there are {_list(values)}")
    if unused := sorted(values.keys() - wanted):
        raise ValueError(f"no placeholder for the values {', '.join(unused)}; the text has {_list(wanted)}")
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def file_literal(path: object) -> str:
    """A SQL string that names one file: DuckDB reads ``b[1].csv`` as a pattern, and would take ``b1.csv``."""
    return literal(escape(str(path)))


def identifier(name: object) -> str:
    """A quoted identifier: the one way in which a name that comes from data may get into SQL."""
    return '"' + str(name).replace('"', '""') + '"'


def quoted(names: Iterable[object]) -> str:
    """A comma-separated list of quoted identifiers."""
    return ", ".join(identifier(name) for name in names)


def _list(names: Any) -> str:
    return ", ".join(sorted(names)) or "none"
