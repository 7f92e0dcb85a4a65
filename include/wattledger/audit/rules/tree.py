"""What a query reads, by DuckDB's own parser: the tables that it names, wherever, and the parameters that it looks up.

Belongs here: reading the tree of a SELECT without running it. What of it a record has to name is said in ``load``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from wattledger.audit.rules.files import wrong

_TABLE_FUNCTIONS: Final = ("range", "generate_series", "unnest")
_LOOK_UPS: Final = ("param", "param_on", "param_text_on")


@dataclass(frozen=True, slots=True)
class Reads:
    """What a SELECT reads."""

    tables: frozenset[str]
    """Views, and what it names itself in a WITH."""
    qualified: tuple[str, ...]
    """Tables that are named with their schema, as ``main.bill``."""
    functions: tuple[str, ...]
    """Functions in the place of a table, as ``read_parquet``."""
    worked_out: bool
    """Whether it looks up a parameter whose name is no literal: nobody can know before which."""


def tables_read(
    parser: duckdb.DuckDBPyConnection, path: Path, queries: Mapping[str, Sequence[str]]
) -> set[str]:
    """The tables that the queries and expressions of the record at ``path`` read.

    Args:
        parser: any connection. It parses all at once: a statement of its own for each took most of the time that
            reading the rules takes.
        path: the record.
        queries: SELECTs, by what they are of the record.

    Raises:
        ConfigurationError: one cannot be parsed, or hides what it reads from who looks at it.
    """
    named = [(what, sql) for what, given in queries.items() for sql in given]
    found = reads(parser, [sql for _, sql in named])
    return set[str]().union(*(_checked(path, what, one) for (what, _), one in zip(named, found, strict=True)))


def _checked(path: Path, what: str, found: Reads | str) -> frozenset[str]:
    if isinstance(found, str):
        raise wrong(path, f"has {what} that {found}", "Correct it; `wattledger sql` tries a query by hand.")
    if found.qualified:
        todo = "Write the view's name alone: a rule sees the views of its run, and no others."
        raise wrong(path, f"has {what} that reads {', '.join(found.qualified)}", todo)
    if found.functions and (odd := [name for name in found.functions if name not in _TABLE_FUNCTIONS]):
        todo = "A rule reads the views of its run; what else it wants is landed as a dataset."
        raise wrong(path, f"has {what} that reads by {', '.join(odd)}", todo)
    if "parameter" in found.tables or found.worked_out:
        told = f"has {what} that looks a parameter up by a name which is worked out"
        raise wrong(path, told, "Write param('ID.name') with the name in quotes: it is listed by that.")
    return found.tables


def reads(parser: duckdb.DuckDBPyConnection, queries: Sequence[str]) -> list[Reads | str]:
    """What each query reads; a sentence where it is no SELECT that DuckDB can parse. ``parser`` is any connection."""
    trees = parser.execute("SELECT json_serialize_sql(unnest(?::VARCHAR[]))", [queries]).fetchall()
    return [_read(sql, json.loads(tree)) for sql, (tree,) in zip(queries, trees, strict=True)]


def _read(sql: str, tree: dict[str, Any]) -> Reads | str:
    if tree["error"]:
        return _problem(sql, tree)
    if (count := len(tree["statements"])) != 1:
        return f"holds {count} statements, and must be one SELECT"
    nodes = list(_nodes(tree))
    tables = [node for node in nodes if node.get("type") == "BASE_TABLE"]
    names = [".".join(filter(None, (t["catalog_name"], t["schema_name"], t["table_name"]))) for t in tables]
    return Reads(
        frozenset(str(table["table_name"]) for table in tables),
        tuple(name for name in names if "." in name),
        tuple(n["function"]["function_name"] for n in nodes if n.get("type") == "TABLE_FUNCTION"),
        any(map(_is_worked_out, nodes)),
    )


def _problem(sql: str, tree: dict[str, Any]) -> str:
    if tree["error_type"] != "parser":
        return "is no SELECT"
    at = int(tree.get("position") or 0)
    line = sql.encode()[:at].decode(errors="replace").count("\n") + 1
    return f"cannot be parsed: {tree['error_message']}, in line {line} of the query"


def _is_worked_out(node: dict[str, Any]) -> bool:
    if node.get("class") != "FUNCTION" or str(node.get("function_name")).lower() not in _LOOK_UPS:
        return False
    given = node["arguments"]
    return not given or given[0]["expression"].get("class") != "CONSTANT"


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for below in tree.values():
            yield from _nodes(below)
    elif isinstance(tree, list):
        for below in tree:
            yield from _nodes(below)
