"""Everything that can be said of a source before anything is landed: all problems at once, each once.

Belongs here: trying a source out. Nothing is written; what a landing or a rule is, is said where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from wattledger.audit.rules import Rule
from wattledger.audit.rules.check import check_parameters, check_rules
from wattledger.context import Audit, empty_session
from wattledger.errors import WattledgerError
from wattledger.extract.landing import Tried, try_out
from wattledger.parameters import value_on


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out."""

    problems: tuple[str, ...]
    """What stops an audit, each with its place and what to do."""
    datasets: dict[str, Tried]
    """What landing each dataset would come to; those that cannot be landed are among the problems."""
    not_evaluated: dict[str, str]
    """Rules in force that cannot be evaluated, and why."""
    evaluated: int


def check(audit: Audit) -> Checked:
    """Read all that an audit reads, and work every extract of the period out as a landing does, writing nothing."""
    problems: dict[str, None] = {}

    def tried(step: Callable[[], object]) -> bool:
        try:
            step()
        except WattledgerError as error:
            problems[str(error)] = None
            return False
        return True

    for part in ("templates", "law", "parameters", "catalogue", "rules"):
        tried(lambda part=part: getattr(audit, part))  # type: ignore[misc]
    if not problems:
        tried(lambda: check_parameters(audit.parameters, audit.rules, audit.settings.parameters))
        tried(lambda: _bind(audit))
    datasets: dict[str, Tried] = {}
    with TemporaryDirectory(prefix="wattledger-") as folder:
        nowhere = replace(audit, settings=audit.settings.model_copy(update={"home": Path(folder)}))
        for name in audit.source.datasets:
            tried(lambda name=name: datasets.update({name: _try_out(nowhere, name)}))  # type: ignore[misc]
    known = {"rules", "parameters"} <= audit.__dict__.keys()  # both could be read
    rules = _in_force(audit) if known else []
    obstacles = {rule.rule_id: told for rule in rules if (told := "; ".join(_obstacles(audit, rule)))}
    return Checked(tuple(problems), datasets, obstacles, len(rules) - len(obstacles))


def _bind(audit: Audit) -> None:
    with empty_session(audit.settings, audit.source.contracts) as session:
        own = {parameter.name for parameter in audit.parameters}
        check_rules(audit.rules, session, audit.settings.parameters, own)


def _try_out(audit: Audit, dataset: str) -> Tried:
    return try_out(audit.settings, audit.source, dataset, audit.period)


def _in_force(audit: Audit) -> list[Rule]:
    return [rule for rule in audit.rules if rule.in_force(audit.period, audit.source.jurisdiction)]


def _obstacles(audit: Audit, rule: Rule) -> Iterator[str]:
    """Why a rule cannot be evaluated whatever the rows say."""
    if off := rule.off_in(audit.period):
        yield f"switched off by the company: {off.en}"
    for dataset, columns in rule.record.inputs.items():
        if dataset not in audit.source.contracts:  # a result of rating
            continue
        entry = audit.source.datasets.get(dataset)
        if entry is None:
            yield f"{dataset} is not mapped"
        elif missing := [name for name in columns if name not in entry.columns]:
            yield f"{dataset} is mapped without {', '.join(missing)}"
    for name in rule.record.parameters:
        if value_on(audit.parameters, name, audit.period.end) is None:
            yield f"no value of {name} on {audit.period.end}"
