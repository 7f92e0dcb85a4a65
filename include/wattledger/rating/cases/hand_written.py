"""Reading the YAML that people write by hand: a field given twice is refused, and 200:5 is not a number.

Belongs here: what YAML would silently read in another way than it was meant. The form of a case is in ``case``.
"""

from __future__ import annotations

import re
from typing import Any, cast

import yaml

_BY_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")


class _Loader(yaml.SafeLoader):
    """Plain types only, as ``yaml_text`` reads them; a case is small, so that its speed does not matter."""

    def construct_yaml_number(self, node: yaml.ScalarNode) -> Any:
        if _BY_SIXTIES.fullmatch(node.value):  # YAML 1.1 takes 200:5 for 12005
            return self.construct_scalar(node)
        if node.tag.endswith(":int"):
            return self.construct_yaml_int(node)
        return self.construct_yaml_float(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field {key.value} stands twice", key.start_mark
                )
            seen.add(str(key.value))
        return cast(dict[Any, Any], super().construct_mapping(node, deep))


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_number)


def load_case_yaml(text: str) -> Any:
    """The content of a case file; raise yaml.YAMLError where it is none, or where a field stands twice."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
