"""The words of reports in both languages: the catalogues in ``reports_templates/``.

Belongs here: reading a catalogue. Looking words up and writing numbers is for the modules that show them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from wattledger.errors import ConfigurationError
from wattledger.yaml_files import read_fields

Templates = Path | tuple[Path, ...]
"""The folder of templates and words; or several, of which the words of a later one take the place of an earlier's."""

Language = Literal["zh-CN", "en"]
TERMS: Final = "terms.yaml"

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@cache
def load_words(templates: Templates, catalogue: str, language: Language) -> dict[str, Any]:
    """The catalogue ``<catalogue>.<language>.yaml``: key -> text, or key -> plural form -> text.

    Raises ConfigurationError where it cannot be read.
    """
    first, *own = layers(templates)
    file = f"{catalogue}.{language}.yaml"
    found = dict(_read(first / file, language))
    for folder in own:
        found |= _read(folder / file, language) if (folder / file).is_file() else {}
    return found


def layers(templates: Templates) -> tuple[Path, ...]:
    """The folders, the installation's first."""
    return (templates,) if isinstance(templates, Path) else templates


def _read(path: Path, language: Language) -> dict[str, Any]:
    if not path.is_file():
        raise ConfigurationError(
            f"The texts in {language} cannot be read.",
            where=str(path),
            todo="Point WATTLEDGER_TEMPLATES at the folder reports_templates.",
        )
    return read_fields(path, "catalogue of texts")
