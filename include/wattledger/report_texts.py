"""The words of reports in both languages: the catalogues in ``reports_templates/``.

Belongs here: reading a catalogue. Looking words up and writing numbers is for the modules that show them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from wattledger.errors import ConfigurationError
from wattledger.yaml_files import read_fields

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@cache
def load_words(templates: Path, catalogue: str, language: Language) -> dict[str, Any]:
    """The catalogue ``<catalogue>.<language>.yaml``: key -> text, or key -> plural form -> text.

    Raises ConfigurationError where it cannot be read.
    """
    path = templates / f"{catalogue}.{language}.yaml"
    if not path.is_file():
        raise ConfigurationError(
            f"The texts in {language} cannot be read.",
            where=str(path),
            todo="Point WATTLEDGER_TEMPLATES at the folder reports_templates.",
        )
    return read_fields(path, "catalogue of texts")
