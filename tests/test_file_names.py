"""Codes become file names that are safe, readable, always the same, and never another code's."""

from __future__ import annotations

import pytest

from wattledger.file_names import file_name, file_names


@pytest.mark.parametrize("code", ["3340101", "GD01", "east-1", "甲所", "a.b", "营" * 40])
def test_an_ordinary_code_is_its_own_file_name(code: str) -> None:
    assert file_name(code) == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        ".",
        "..",
        "../x",
        "/else/where",
        "a/b",
        "a\\b",
        "a\0b",
        ".hidden",
        "dot.",
        "con",
        "NUL.txt",
        "a:b",
        "x-r2",
        "营" * 400,
    ],
)
def test_any_other_code_is_one_part_of_a_path(code: str) -> None:
    name = file_name(code)
    assert name not in (code, ".", "..")
    assert not set(name) & set('/\\:*?"<>|\0')
    assert len(name.encode()) < 150
    assert not name.startswith(("con", "NUL", "."))
    assert file_name(code) == name


def test_codes_that_look_alike_have_names_of_their_own() -> None:
    codes = ["a01", "A01", "a/b", "a:b", "a_b", "é", "e\u0301", "COMPANY", "3340101", file_name("a/b")]
    names = file_names(codes, ours="company")
    assert names["3340101"] == "3340101"
    assert names["company"] == "company"
    assert len({name.casefold() for name in names.values()}) == len(codes) + 1


def test_a_name_does_not_depend_on_the_order() -> None:
    assert file_names(["a01", "A01"], ours="company") == file_names(["A01", "a01"], ours="company")
