"""Rules of the product that a company has switched off, each with the reason that its bulletins give.

Belongs here: reading ``switched_off.yaml``. What is switched off is NOT_EVALUATED, which ``audit.validate`` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from wattledger.audit.rules.files import as_form, read_fields, wrong
from wattledger.audit.rules.record import Rule, Switch

_FORM = "Write `MRD-09: {zh: ..., en: ...}`, with `from` and `to` where it is for some time; docs/company.md."


def switched_off(path: Path, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rules that the file switches off, by id.

    Raises:
        ConfigurationError: it names no rule, or one of the company's own, or gives no reason.
    """
    found = {}
    for rule_id, content in read_fields(path).items():
        if rule_id not in rules:
            near = get_close_matches(str(rule_id), list(rules), 1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise wrong(path, f"switches off {rule_id}, and there is no such rule", f"{hint}{_FORM}")
        if rules[rule_id].own:
            raise wrong(
                path, f"switches off {rule_id}, which is the company's own", "Take the rule itself away."
            )
        if not isinstance(content, dict):
            raise wrong(path, f"gives no reason for {rule_id}", _FORM)
        found[rule_id] = replace(rules[rule_id], off=as_form(path, Switch, content))
    return found
