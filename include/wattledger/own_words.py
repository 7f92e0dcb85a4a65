"""A company's own words over those of ``reports_templates/``: checked when they are read, not when they are printed.

Belongs here: which words a company may have of its own. Merging them is done where words are read (``report_texts``,
``bulletin.terms``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from string import Formatter
from typing import Any, Final

from wattledger.company import Company
from wattledger.errors import ConfigurationError
from wattledger.report_texts import LANGUAGES, TERMS, Templates
from wattledger.yaml_files import read_fields

_CATALOGUES: Final = ("strings", "sheet", "cli")
_GROUPS: Final = ("causes", "reasons", "codes", "columns")
"""The groups of the terms whose entries are a text in both languages."""
_NEW: Final = {"sheet": "component.", TERMS: "columns."}
"""Where a company may have words for what the product does not know: its charges, the columns of its rules."""


def templates_with(templates: Path, company: Company) -> Templates:
    """The folder of templates and words, and over it the company's words.

    Raises:
        ConfigurationError: a file is none of words, or words an unknown key, or lacks what the product's text says.
    """
    problems = []
    for path in company.files("words"):
        known = {TERMS, *(f"{name}.{language}.yaml" for name in _CATALOGUES for language in LANGUAGES)}
        if path.name not in known:
            problems.append(f"{path.name} is no file of words; there are: {', '.join(sorted(known))}")
            continue
        problems += (f"{path.name}: {problem}" for problem in _problems(path, templates / path.name))
    if problems:
        raise ConfigurationError(
            "\n".join(["The company's own words cannot be used.", *problems]),
            where=str(company.part("words")),
            todo="Correct them; the product's are in reports_templates/ (`wattledger where templates`).",
        )
    own = company.part("words")
    return (templates, own) if own else templates


def _problems(path: Path, product: Path) -> Iterator[str]:
    given, known = (read_fields(file, "file of words") for file in (path, product))
    if path.name != TERMS:
        new = _NEW.get(path.name.partition(".")[0], "\0")
        yield from _texts(given, known, new)
        return
    for group, entries in given.items():
        if group not in _GROUPS or not isinstance(entries, dict):
            yield f"{group}: there are the groups {', '.join(_GROUPS)}"
            continue
        flat = {f"{group}.{key}": entry for key, entry in entries.items()}
        yield from _texts(flat, {f"{group}.{key}": entry for key, entry in known[group].items()}, _NEW[TERMS])


def _texts(given: Mapping[str, Any], known: Mapping[str, Any], new: str) -> Iterator[str]:
    for key, text in given.items():
        if key in known:
            yield from _differs(key, text, known[key])
        elif not str(key).startswith(new):
            near = get_close_matches(str(key), list(known), 1)
            yield f"there is no text {key}" + (f"; did you mean {near[0]}?" if near else "")
        elif new == _NEW[TERMS]:
            yield from _differs(str(key), text, {"zh": "", "en": ""})


def _differs(key: str, text: Any, product: Any) -> Iterator[str]:
    """How a text is of another form than the product's: other languages or plurals, other values in braces."""
    if isinstance(text, dict) and isinstance(product, dict) and set(text) == set(product):
        for part in text:
            yield from _differs(f"{key}.{part}", text[part], product[part])
    elif not isinstance(text, str) or not isinstance(product, str):
        form = f"{{{', '.join(product)}}}" if isinstance(product, dict) else "one text"
        yield f"{key} must be {form}"
    elif odd := sorted(_values(text) - _values(product)):
        yield f"{key} says {', '.join(f'{{{name}}}' for name in odd)}, which has no value there"


def _values(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"... braces that do not close ..."}
