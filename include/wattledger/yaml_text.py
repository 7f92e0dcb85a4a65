"""YAML as this project takes it: at the speed of libyaml, and nothing in it read in another way than it was meant.

Belongs here: the dialect of every YAML text of the project. A field that stands twice is refused, and so is a day that
no calendar has; 200:5 and 040510 are text, where YAML 1.1 makes sixties and octal numbers of them. Files and the forms
that they must have are in ``yaml_files``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

# PyYAML's own parser takes seconds for the rules; libyaml is in its wheels, but not in every build of it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OTHERWISE = re.compile(r"[-+]?(0[0-9_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)")
_DEEPEST = 300
"""Levels of nesting; libyaml crashes at some ten thousand, and pydantic gives up at a thousand."""
_LARGEST = 1_000_000
"""Values that the aliases of a text may come to: a few lines of them can stand for more than a memory holds."""


class _Loader(_Base):  # type: ignore[misc]  # a class of a module without types
    """A safe loader: plain types only."""

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        if _OTHERWISE.fullmatch(node.value):
            return self.construct_scalar(node)
        return self.construct_yaml_int(node) if node.tag.endswith(":int") else self.construct_yaml_float(node)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
        ) as error:  # of 2026-02-30, !!int x and the like
            told = f"{node.value!r} is no {node.tag.rpartition(':')[2]}: {error}"
            raise yaml.constructor.ConstructorError(None, None, told, node.start_mark) from error


for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.construct_number)


def load_yaml(text: str) -> Any:
    """The content of a YAML text, plain types only; raise yaml.YAMLError, with the place, where it cannot be taken."""
    root, loader = _composed(text)
    if root is None:
        return None
    _check(root, {})
    return loader.construct_document(root)


def find_line(text: str, place: Sequence[str | int]) -> int:
    """The line where the value at ``place`` stands, or the nearest there is above it; 0 where there is none of it."""
    node, line = _composed(text)[0], 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = [(value, value) for value in node.value[part : part + 1]]
        else:
            found = []
        for key, value in found:  # a part that is not in the file, as the name of a form, is passed over
            node, line = value, key.start_mark.line + 1
    return int(line)


def _composed(text: str) -> tuple[yaml.Node | None, _Loader]:
    _check_depth(text)
    loader = _Loader(text)
    return loader.get_single_node(), loader


def _check_depth(text: str) -> None:
    longest = max(map(len, text.splitlines()), default=0)
    if text.count("[") + text.count("{") + longest <= _DEEPEST:  # no text nests deeper than that
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _refused(f"more than {_DEEPEST} levels, one in another", event)


def _check(node: yaml.Node, known: dict[int, int], within: frozenset[int] = frozenset()) -> int:
    """How many values a node comes to; raise where a field stands twice, or aliases make it endless or too large."""
    if id(node) in known:
        return known[id(node)]
    if id(node) in within:
        raise _refused("an alias stands within what it stands for", node)
    within, total, parts = within | {id(node)}, 1, []
    if isinstance(node, yaml.MappingNode):
        _check_fields(node)
        parts = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        parts = node.value
    for part in parts:
        total += _check(part, known, within)
    if total > _LARGEST:
        raise _refused(f"more than {_LARGEST} values, by its aliases", node)
    known[id(node)] = total
    return total


def _check_fields(node: yaml.MappingNode) -> None:
    lines: dict[tuple[str, str], int] = {}
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            field, line = (key.tag, key.value), key.start_mark.line + 1
            if field in lines:
                raise _refused(f"the field {key.value} stands twice, first in line {lines[field]}", key)
            lines[field] = line


def _refused(problem: str, at: Any) -> yaml.MarkedYAMLError:
    return yaml.composer.ComposerError(None, None, problem, at.start_mark)
