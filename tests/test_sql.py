"""Placeholders of SQL: filled where they are given, never guessed at, and a struct's braces are none."""

from __future__ import annotations

import re

import duckdb
import pytest

from wattledger.sql import fill, literal, quoted, sql_text


def test_a_placeholder_is_filled_and_a_struct_is_left_alone() -> None:
    text = fill(
        "SELECT {'a': {value}, b: {'c': 2}} AS {name} -- {name}", value=literal("it's"), name=quoted(['x"'])
    )
    assert text == "SELECT {'a': 'it''s', b: {'c': 2}} AS \"x\"\"\" -- \"x\"\"\""
    assert duckdb.sql(text).fetchall() == [({"a": "it's", "b": {"c": 2}},)]


def test_what_is_put_in_is_not_filled_again() -> None:
    assert fill("SELECT {a}, {b}", a="'{b}'", b="'{a}'") == "SELECT '{b}', '{a}'"


def test_values_may_be_named_as_the_arguments_are() -> None:
    assert fill("{text} {name} {package}", text=1, name=2, package=3) == "1 2 3"


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^no value for the placeholders month, rank; there are name$"):
        fill("SELECT {name}, {rank}, {month}", name="a")


def test_a_value_without_a_placeholder_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^no placeholder for the values nmae; the text has name$"):
        fill("SELECT {name}", name="a", nmae="b")


def test_the_error_names_the_file() -> None:
    package = "wattledger.rating.sql_engine"
    with pytest.raises(
        ValueError, match=re.escape(f"{package}, sql/percents.sql: no value for the placeholders rank")
    ):
        sql_text(package, "percents")
