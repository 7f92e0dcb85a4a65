"""Lists on the terminal, as CSV and as JSON.

Belongs here: how any list is printed, and what is said beside one that is not whole. CSV and JSON go into programs: all
rows, all columns, one form in every language, exact numbers.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from wattledger.cli.arguments import note
from wattledger.cli.layout import Heading, lay_out, terminal_width
from wattledger.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from wattledger.cli.words import Words
    from wattledger.contracts.listed import Listing

TABLE_ROWS = 50
"""What a table shows of a long list unless all of it is asked for."""
FORMATS = ("table", "csv", "json")


def check_format(format_: str, formats: Sequence[str] = FORMATS) -> None:
    """Raise UsageError for a format that there is not."""
    if format_ not in formats:
        raise UsageError(
            f"There is no format {format_!r}.", todo=f"Write {', '.join(formats[:-1])} or {formats[-1]}."
        )


def show(listing: Listing, table: pa.Table, format_: str, words: Words, *, of: int | None = None) -> None:
    """Print a list; ``of``: how many rows there are, where ``table`` has only the first."""
    check_format(format_)
    if format_ == "table":
        _print_listed(listing, table, words)
        if of is not None and of > table.num_rows:
            note(words.t("shown", shown=table.num_rows, total=of))
        return
    if format_ == "csv":
        _print_csv(listing.columns, table.to_pylist())
        return
    nested = [name for name, column in listing.columns.items() if column.json_type]
    rows = [{**row, **{name: json.loads(row[name]) for name in nested}} for row in table.to_pylist()]
    print(as_json(rows))


def show_rows(rows: list[dict[str, Any]], format_: str, words: Words) -> None:
    """Print rows whose columns nobody declared, as those of a query."""
    check_format(format_)
    if format_ == "json":
        print(as_json(rows))
    elif format_ == "csv":
        _print_csv(rows[0] if rows else (), rows)
    else:
        names = list(rows[0]) if rows else []
        cells = [[words.cell(row[name]) for name in names] for row in rows]
        headings = [
            Heading(
                name,
                numeric=any(_is_number(row[name]) for row in rows),
                words=any(" " in row[n] for row in cells),
                leaves=len(names) - n if n else 0,
            )
            for n, name in enumerate(names)
        ]
        print_table(headings, cells, words)


def print_table(headings: Sequence[Heading], rows: Sequence[Sequence[str]], words: Words) -> None:
    """Print a table as wide as the terminal; what columns that leaves out is said beside it."""
    if not rows:
        print(words.t("nothing"))
        return
    laid = lay_out(headings, rows, terminal_width())
    typer.echo(typer.style(laid.lines[0], bold=True))
    print("\n".join(laid.lines[1:]))
    if laid.left_out:
        note(words.t("left_out", columns=", ".join(laid.left_out)))


def as_json(content: object) -> str:
    """JSON as every command prints it: exact numbers as texts, days as ``2026-10-31``, codes in no language."""
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)


def _print_listed(listing: Listing, table: pa.Table, words: Words) -> None:
    columns = {
        name: column
        for name, column in listing.columns.items()
        if column.shown and column.only in ("", words.language)
    }
    headings = [
        Heading(words.pick(c), c.scale is not None or c.type == "float", c.words, c.leaves)
        for c in columns.values()
    ]
    rows = [
        [
            words.term(row, name, column) if column.term else words.cell(row[name], column)
            for name, column in columns.items()
        ]
        for row in table.to_pylist()
    ]
    print_table(headings, rows, words)


def _print_csv(names: Sequence[str] | Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _in_csv(value) for name, value in row.items()} for row in rows)


def _in_csv(value: Any) -> Any:
    nested = isinstance(value, dict | list | tuple)
    return json.dumps(value, ensure_ascii=False, default=str) if nested else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or type(value).__name__ == "Decimal"
