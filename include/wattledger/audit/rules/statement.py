"""The SQL of a rule, as its file has it: its words, and its form for Great Expectations.

Belongs here: what is read out of a statement without running it. The words are found by DuckDB's own tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import duckdb

from wattledger.sql import literal


class _Word(NamedTuple):
    text: str
    kind: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One query that can be run as it stands, without its comments before and its semicolon after."""

    sql: str
    heading: str = ""
    """The comment above it: what an engineer should know of it."""

    @classmethod
    def parse(cls, text: str) -> Statement:
        """The statement of a file."""
        lines = text.splitlines()
        first = next(
            (n for n, line in enumerate(lines) if line.strip() and not line.startswith("--")), len(lines)
        )
        heading = " ".join(line.removeprefix("--").strip() for line in lines[:first])
        return cls("\n".join(lines[first:]).rstrip().rstrip(";").rstrip(), heading.strip())

    def of_causes(self, causes: Sequence[str]) -> Statement:
        """The same query, of whose rows only those with one of the causes are left."""
        listed = ", ".join(literal(cause) for cause in causes)
        return Statement(f"SELECT r.* FROM (\n{self.sql}\n) AS r\nWHERE r.cause IN ({listed})", self.heading)

    def reads(self, view: str) -> bool:
        """Whether the query reads the view."""
        return any(True for _ in _references(self.sql, view))

    def over_batch(self, batch: str) -> str:
        """The query for Great Expectations, which formats it, and puts a batch of rows in the view's place."""
        parts, done = [], 0
        for word, aliased in _references(self.sql, batch):
            rows = "(SELECT * FROM {batch})" + ("" if aliased else f" AS {batch}")
            parts += [_escaped(self.sql[done : word.begin]), rows]
            done = word.end
        return "".join([*parts, _escaped(self.sql[done:])])


def _references(sql: str, view: str) -> Iterator[tuple[_Word, bool]]:
    """Where the query reads the view, and whether it gives it a name of its own there."""
    words = list(_words(sql))
    for before, word, after in zip(words, words[1:], [*words[2:], None], strict=False):
        if before.text.upper() in ("FROM", "JOIN") and word.text.strip('"') == view:
            yield word, after is not None and (after.text.upper() == "AS" or after.kind == "identifier")


def _words(sql: str) -> Iterator[_Word]:
    raw = sql.encode()  # DuckDB counts bytes
    end_of_text = (len(raw), duckdb.token_type.comment)
    for (begin, kind), (end, _) in pairwise([*duckdb.tokenize(sql), end_of_text]):
        text = raw[begin:end].decode().rstrip()
        if kind != duckdb.token_type.comment:
            at = len(raw[:begin].decode())
            yield _Word(text, kind.name, at, at + len(text))


def _escaped(sql: str) -> str:
    return re.sub(r"[{}]", lambda brace: brace[0] * 2, sql)
