"""Whether rules fit what they will run on: the views and their columns, the parameters.

Belongs here: what is found out by binding a rule in a session. The form of the files is checked in ``load``.
"""

from __future__ import annotations

from pathlib import Path

from wattledger.audit import failing
from wattledger.audit.rules.record import Rule
from wattledger.errors import ConfigurationError
from wattledger.lake.session import Session
from wattledger.parameters import load_parameters


def check_rules(rules: list[Rule], empty: Session, parameters: Path) -> None:
    """Bind every rule, with its key, money and evidence, in a session whose views are empty.

    Args:
        rules: the rules.
        empty: a session with the views of rating and the tables of a catalogue.
        parameters: the folder of the dated parameters.

    Raises:
        ConfigurationError: a query does not fit the views, a record does not fit its query, or a parameter has no
            value in any jurisdiction. All of them are told at once.
    """
    known = _known_parameters(parameters)
    problems = []
    failing.create_table(empty.connection)
    for rule in rules:
        if unknown := [name for name in rule.record.parameters if name not in known]:
            problems.append(f"{_place(rule)} uses {', '.join(unknown)}, which no file in {parameters} has.")
        try:
            failing.insert(empty.connection, rule, rule.sql)
        except failing.FailingRowsError as error:
            problems.append(f"{_place(rule)} does not fit the views: {error}")
    if problems:
        raise ConfigurationError(
            "\n".join(["The rules cannot run.", *problems]),
            todo="Correct the query or the record; `wattledger sql --period PERIOD FILE.sql` tries a query by hand.",
        )


def _place(rule: Rule) -> str:
    family = f" (family {rule.record.family})" if rule.record.family else ""
    return f"{rule.suite.folder}/{rule.rule_id}{family}"


def _known_parameters(folder: Path) -> frozenset[str]:
    """The names that have a value in some jurisdiction."""
    return frozenset(p.name for path in folder.glob("*.yaml") for p in load_parameters(folder, path.stem))
