"""YAML files, read with errors that say which file, which line, what was expected and what to do.

Belongs here: the one way from a YAML file to a record, whatever it is for: source, rule, parameters,
tariffs, law, case, contract, words. The dialect is in ``yaml_text``; what a record means is for the package that
has it.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wattledger.errors import ConfigurationError, WattledgerError
from wattledger.yaml_text import find_line, load_yaml

_Form = TypeVar("_Form", bound=BaseModel)
_OTHER_ENCODINGS: Final = ("utf-16", "gb18030")
_SHOWN: Final = 60
_EXPECTED: Final = {
    "missing": "missing",
    "dict_type": "expected fields, `name: value`",
    "model_type": "expected fields, `name: value`",
    "list_type": "expected a list, `[a, b]`",
    "tuple_type": "expected a list, `[a, b]`",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing"), "expected a date, `2026-10-31`"
    ),
    "string_type": "expected text; in quotation marks, if it looks like a number or a date",
}
"""What pydantic says in the words of Python."""


def read_yaml(path: Path, *, error: type[WattledgerError] = ConfigurationError) -> Any:
    """The content of a YAML file; raise ``error`` where it cannot be read, is no UTF-8, or no YAML."""
    text = _text(path, error)
    try:
        return load_yaml(text)
    except yaml.YAMLError as problem:
        line, told = _problem(problem, text)
        raise error(
            f"{path.name} cannot be read as YAML: {told}.",
            where=f"{path}, line {line}",
            todo="Correct the line, or the one above it.",
        ) from problem


def read_fields(
    path: Path, what: str, *, todo: str = "", error: type[WattledgerError] = ConfigurationError
) -> dict[str, Any]:
    """The fields of a YAML file that is to be a ``what``; raise ``error`` as ``read_yaml`` does."""
    content = read_yaml(path, error=error)
    if not isinstance(content, dict):
        raise error(f"{path.name} is no {what}: expected fields, `name: value`.", where=str(path), todo=todo)
    return content


def read_records(path: Path, what: str, *, todo: str = "") -> list[Any]:
    """The records of a YAML file that is to be a ``what``, none of an empty one; raise as ``read_yaml`` does."""
    content = read_yaml(path)
    if content is None:
        return []
    if not isinstance(content, list):
        raise ConfigurationError(
            f"{path.name} is no {what}: expected a list, `- name: value`.", where=str(path), todo=todo
        )
    return content


def as_form(
    form: type[_Form],
    content: Any,
    path: Path,
    what: str,
    *,
    todo: str = "",
    error: type[WattledgerError] = ConfigurationError,
) -> _Form:
    """A file's content as a record of a form; raise ``error``, with a line for each wrong field, where it is none."""
    try:
        return form.model_validate(content)
    except ValidationError as problems:
        listed = "\n".join(f"  {line}" for line in wrong_fields(problems, form, path))
        raise error(f"The {what} {path.name} is wrong:\n{listed}", where=str(path), todo=todo) from problems


def wrong_fields(
    problems: ValidationError,
    form: type[BaseModel] | None = None,
    path: Path | None = None,
    *,
    unwritten: Collection[str] = (),
) -> list[str]:
    """What is wrong, a line each: ``line 12, datasets.bill.colums: there is no such field; did you mean columns``.

    Args:
        problems: of a file's content.
        form: its form, for what it could have been.
        path: the file, if there is one, for the numbers of its lines.
        unwritten: parts of pydantic's places that stand in no file, such as the kind of a union.
    """
    lines = []
    for problem in problems.errors(include_url=False):
        parts = [part for part in problem["loc"] if part not in unwritten]
        field = ".".join(map(str, parts)) or "the whole"
        lines.append(f"{line_of(path, parts)}{field}: {in_words(problem, form)}")
    return list(dict.fromkeys(lines))


def line_of(path: Path | None, place: Sequence[str | int]) -> str:
    """``line 12, `` where a file has something at that place, empty where it has not."""
    text = path.read_text(encoding="utf-8-sig") if path and path.is_file() else ""
    line = find_line(text, place)
    return f"line {line}, " if line else ""


def in_words(problem: ErrorDetails, form: type[BaseModel] | None = None) -> str:
    """What is wrong with one field: what was expected, and what was given."""
    kind, given = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        return "there is no such field" + _instead(str(problem["loc"][-1]), form, problem["loc"][:-1])
    if kind == "missing":
        return _EXPECTED[kind]
    message = problem["msg"].removeprefix("Value error, ")
    if kind == "value_error":
        return message
    message = _EXPECTED.get(kind, f"{message[0].lower()}{message[1:]}")
    if isinstance(given, Mapping | list | tuple):
        return message
    shown = "nothing" if given is None else repr(given)
    return f"{message}; {shown if len(shown) <= _SHOWN else f'{shown[: _SHOWN - 1]}…'} was given"


def _text(path: Path, error: type[WattledgerError]) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise error(
            f"{path.name} cannot be read: {problem.strerror or problem}.",
            where=str(path),
            todo="Correct the name, or who may read it.",
        ) from problem
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        fitting = next((name for name in _OTHER_ENCODINGS if _decodes(content, name)), "")
        raise error(
            f"{path.name} is not text in UTF-8" + (f"; it reads as {fitting.upper()}." if fitting else "."),
            where=f"{path}, line {line}",
            todo="Save it as UTF-8: editors offer that under Save as.",
        ) from problem


def _decodes(content: bytes, encoding: str) -> bool:
    if encoding == "utf-16" and content[:2] not in (
        b"\xff\xfe",
        b"\xfe\xff",
    ):  # without its mark it fits anything
        return False
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _problem(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line of a problem, from 1, and what it is."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        told = error.problem or error.context or "it is none"
        if "\t" in "".join(text.splitlines()[line - 1 : line]):
            told += " (there is a tab in the line: YAML wants spaces)"
        return line, told
    position = getattr(error, "position", 0)
    return text.count(
        "\n", 0, position
    ) + 1, f"there is a control character, number {position + 1} of the file"


def _instead(name: str, form: type[BaseModel] | None, place: Sequence[str | int]) -> str:
    """What a field may have been meant to be called."""
    models = [form] if form else []
    for part in place:
        named = [model.model_fields[part] for model in models if part in model.model_fields]
        if named:
            models = [model for field in named for model in _models_in(field.annotation)]
    known = list(dict.fromkeys(f.alias or n for model in models for n, f in model.model_fields.items()))
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are: {', '.join(known)}" if known else ""


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]
