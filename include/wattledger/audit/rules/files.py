"""Files of rules, read with errors that say which file is wrong, and what to do.

Belongs here: YAML into a form. Which files make a rule is said in ``load``.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from wattledger.errors import ConfigurationError
from wattledger.yaml_files import read_yaml, wrong_fields

SEE: Final = "docs/decisions/0002-form-of-a-rule.md shows the form."
_Form = TypeVar("_Form", bound=BaseModel)


def wrong(path: Path, problem: str, todo: str) -> ConfigurationError:
    """The error to raise of a file or folder of rules."""
    return ConfigurationError(f"{path.parent.name}/{path.name} {problem}.", where=str(path), todo=todo)


def read_fields(path: Path) -> dict[str, Any]:
    """The fields of a YAML file."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise wrong(path, "holds no fields", f"Write `field: value` lines; {SEE}")
    return content


def as_form(path: Path, form: type[_Form], content: dict[str, Any], derived: Collection[str] = ()) -> _Form:
    """The fields as a record; raise where they break its form. ``derived`` are fields that no file writes."""
    try:
        return form.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(wrong_fields(error, form, path))
        fields = ", ".join(name for name in form.model_fields if name not in derived)
        raise wrong(path, f"breaks the form: {problems}", f"Its fields are: {fields}. {SEE}") from error
