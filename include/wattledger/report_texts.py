"""The words of reports in both languages: the catalogues in ``reports_templates/``.

Belongs here: reading a catalogue. Looking words up and writing numbers is for the modules that show them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from wattledger.errors import ConfigurationError
from wattledger.yaml_text import load_yaml

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@cache
def load_words(templates: Path, catalogue: str, language: Language) -> dict[str, Any]:
    """The catalogue ``<catalogue>.<language>.yaml``: key -> text, or key -> plural form -> text.

    Raises ConfigurationError where it cannot be read.
    """
    path = templates / f"{catalogue}.{language}.yaml"
    try:
        loaded = load_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"The texts in {language} cannot be read.",
            where=str(path),
            todo="Point WATTLEDGER_TEMPLATES at the folder reports_templates.",
        ) from error
    if not isinstance(loaded, dict):
        raise ConfigurationError("The catalogue is not a mapping of keys to texts.", where=str(path))
    return loaded
