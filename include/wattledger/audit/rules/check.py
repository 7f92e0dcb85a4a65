"""Whether rules fit what they will run on: the views and their columns, the parameters, and whether these fit them.

Belongs here: what is found out by binding a rule in a session, and of parameters by what looks them up. The form of
the files is checked in ``load``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from wattledger.audit import failing
from wattledger.audit.examined import query
from wattledger.audit.rules.record import Rule
from wattledger.errors import ConfigurationError
from wattledger.lake.session import Session
from wattledger.parameters import Parameter, load_parameters, used_in


def check_rules(
    rules: list[Rule], empty: Session, parameters: Path, own: Collection[str] | None = None
) -> None:
    """Bind every rule, with its key, money and evidence, in a session whose views are empty.

    Args:
        rules: the rules.
        empty: a session with the views of rating and the tables of a catalogue.
        parameters: the folder of the dated parameters.
        own: the names that the source has parameters of its own for; None where there is no source at hand.

    Raises:
        ConfigurationError: a query does not fit the views, a record does not fit its query, or a parameter has no
            value in any jurisdiction. All of them are told at once.
    """
    known = _in_files(parameters).union(own or ())
    where = f"no file in {parameters} has" + (
        "; a company's own stands in its source file, and counts with --source FILE, and when that is audited"
        if own is None
        else ", nor the source file"
    )
    problems = []
    failing.create_table(empty.connection)
    for rule in rules:
        if unknown := [name for name in rule.record.parameters if name not in known]:
            problems.append(f"{_place(rule)} uses {', '.join(unknown)}, which {where}.")
        try:
            failing.insert(empty.connection, rule, rule.sql)
            empty.connection.execute(query(rule.record))
        except (failing.FailingRowsError, duckdb.Error) as error:
            problems.append(f"{_place(rule)} does not fit the views: {error}")
    if problems:
        raise ConfigurationError(
            "\n".join(["The rules cannot run.", *problems]),
            todo="Correct the query or the record; `wattledger sql --period PERIOD FILE.sql` tries a query by hand.",
        )


def check_parameters(given: Iterable[Parameter], rules: list[Rule], parameters: Path) -> None:
    """Raise ConfigurationError where a source gives a parameter that nothing uses: misspelt, it would change nothing.

    Args:
        given: the parameters, the source's among them.
        rules: the rules; whatever they look up, a company may give.
        parameters: the folder of the dated parameters.
    """
    looked_up = _looked_up_by_the_package()
    known = {*_in_files(parameters), *looked_up, *(n for rule in rules for n in rule.record.parameters)}
    families = tuple(name for name in looked_up if name.endswith("."))  # param('a.' || meter_id)
    problems = []
    for place, name in dict.fromkeys((p.place, p.name) for p in given):
        if name not in known and not name.startswith(families):
            near = get_close_matches(name, sorted(known), 1)
            hint = f"; did you mean {near[0]}?" if near else "."
            problems.append(f"{place[:1].upper()}{place[1:]}: no rule and nothing else uses {name}{hint}")
    if problems:
        raise ConfigurationError(
            "\n".join(problems),
            todo="Correct the name under `parameters`, take it out, or write the rule that looks it up.",
        )


@cache
def _looked_up_by_the_package() -> frozenset[str]:
    """The parameters that this package's own SQL looks up, as rating and reconciliation do."""
    paths = Path(str(files("wattledger"))).rglob("*.sql")
    return frozenset(name for path in paths for _, name in used_in(path.read_text(encoding="utf-8")))


def _place(rule: Rule) -> str:
    family = f" (family {rule.record.family})" if rule.record.family else ""
    return f"{rule.suite.folder}/{rule.rule_id}{family}"


def _in_files(folder: Path) -> frozenset[str]:
    """The parameters that have a value in some jurisdiction."""
    return frozenset(p.name for path in folder.glob("*.yaml") for p in load_parameters(folder, path.stem))
