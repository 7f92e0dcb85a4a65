"""Reading YAML at the speed of libyaml.

Belongs here: the loader. What a file must hold is checked where it is read.
"""

from __future__ import annotations

from typing import Any

import yaml

# PyYAML's own parser takes seconds for the rules; libyaml is in its wheels, but not in every build of it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """The content of a YAML text, plain types only; raise yaml.YAMLError where it is not YAML."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - both are safe loaders
