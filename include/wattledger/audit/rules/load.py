"""Reading the folder of rules, and saying what is wrong with it.

Belongs here: which files make a rule, and what they must agree on. Reading needs neither Great Expectations nor a
session; whether a query fits the views is for ``check``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from wattledger.audit.rules.record import DERIVED, Rule, RuleRecord, Suite
from wattledger.audit.rules.statement import Statement, parameters_in
from wattledger.contracts import load_contracts
from wattledger.errors import ConfigurationError
from wattledger.lake.results import MADE_WITH, RESULTS
from wattledger.yaml_text import load_yaml

_RULE_FILE = re.compile(r"(?P<rule_id>[A-Z]{3}-\d{2}[a-z]?)\.(?P<part>sql|yaml|case\.yaml)")
_FAMILY_FILE = re.compile(r"_[a-z_]+\.(sql|yaml)")
_SEE = "docs/decisions/0002-form-of-a-rule.md shows the form."
_Form = TypeVar("_Form", bound=BaseModel)


def load_rules(folder: Path) -> list[Rule]:
    """All rules below ``folder``, by id.

    Raises:
        ConfigurationError: a file is missing, stands where it does not belong, breaks the form, or names a dataset,
            column or family that there is none of.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_file():
            _expect(bool(_FAMILY_FILE.fullmatch(path.name)), path, "is no part of a rule here", "Put rules in folders.")
            continue
        for rule in _suite_rules(path):
            if rule.rule_id in rules:
                other = rules[rule.rule_id].files[0].parent
                raise _wrong(path, f"{rule.rule_id} stands in {other.name} too", "Give one of the two another id.")
            rules[rule.rule_id] = rule
    if not rules:
        raise ConfigurationError(f"There is no rule in {folder}.", todo="Set WATTLEDGER_EXPECTATIONS.")
    return [rules[rule_id] for rule_id in sorted(rules)]


def fingerprint(rules: list[Rule], parameters: list[dict[str, Any]], tariffs: object = None) -> str:
    """A hash of all conditions, records, parameters and tariffs: equal hashes audit equally."""
    told = [[rule.suite.model_dump(), rule.record.model_dump(), rule.statement.sql] for rule in rules]
    content = [told, parameters, tariffs]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _suite_rules(folder: Path) -> Iterator[Rule]:
    suite_file = folder / "_suite.yaml"
    _expect(suite_file.is_file(), folder, "is a folder of rules without _suite.yaml", f"Write it; {_SEE}")
    suite = _read(suite_file, Suite, load(suite_file))
    _expect(
        folder.name == f"{suite.area}-{suite.name}",
        suite_file,
        f"says area {suite.area} and name {suite.name}, and its folder is called {folder.name}",
        f"Call the folder {suite.area}-{suite.name}.",
    )
    stems: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        if path == suite_file:
            continue
        match = _RULE_FILE.fullmatch(path.name)
        if match is None:
            raise _wrong(
                path,
                "is no file of a rule: its name is no id with .sql, .yaml or .case.yaml after it",
                "Name it by the rule's id, three capital letters, two digits and perhaps a letter: LED-03.yaml.",
            )
        stems.setdefault(match["rule_id"], {})[match["part"]] = path
    for rule_id, parts in stems.items():
        yield _rule(folder, suite, rule_id, parts)


def _rule(folder: Path, suite: Suite, rule_id: str, parts: dict[str, Path]) -> Rule:
    if "yaml" not in parts:
        (lonely, *_) = parts.values()
        raise _wrong(
            lonely, f"stands there without {rule_id}.yaml", f"Write the record {rule_id}.yaml beside it; {_SEE}"
        )
    path = parts["yaml"]
    written = load(path)
    if derived := [name for name in DERIVED if name in written]:
        raise _wrong(
            path,
            f"writes {', '.join(derived)}",
            "Leave it out: the id is the file's name, the area the folder's, parameters are read out of the query.",
        )
    family = folder.parent / f"_{written['family']}" if written.get("family") else None
    shared, statement, files = _condition(path, family, parts.get("sql"), written.get("causes") or [])
    content = {"owner": suite.owner, **shared, **written, "rule_id": rule_id, "area": suite.area}
    content["parameters"] = _parameters(content, statement)
    record = _read(path, RuleRecord, content)
    _check_names(path, record, statement)
    return Rule(suite, record, statement, tuple([*files, path, *([parts["case.yaml"]] if "case.yaml" in parts else [])]))


def _condition(
    path: Path, family: Path | None, query: Path | None, causes: list[str]
) -> tuple[dict[str, Any], Statement, list[Path]]:
    """What a rule has of its family, its query, and the files of both."""
    if family is None:
        if query is None:
            raise _wrong(
                path, "has no query", f"Write {path.stem}.sql beside it, or name the family whose query it shares."
            )
        _expect(not causes, path, "names causes, and no family", "Leave causes out, or name the family.")
        return {}, Statement.parse(query.read_text(encoding="utf-8")), [query]
    record, sql = family.with_suffix(".yaml"), family.with_suffix(".sql")
    _expect(query is None, path, "names a family and has a query of its own", "Remove the one or the other.")
    known = ", ".join(sorted(p.stem.removeprefix("_") for p in family.parent.glob("_*.sql"))) or "none"
    _expect(sql.is_file() and record.is_file(), path, f"names the family {family.name[1:]}", f"Families are: {known}.")
    _expect(bool(causes), path, "names no causes of its family's rows", "Add causes: [...].")
    return load(record), Statement.parse(sql.read_text(encoding="utf-8")).of_causes(causes), [record, sql]


def _parameters(content: dict[str, Any], statement: Statement) -> list[str]:
    """What rating made the inputs with, then what query and money name."""
    made = [name for dataset in content.get("inputs") or () for name in MADE_WITH.get(dataset, ())]
    money = [name for field in ("amount", "kwh") for name in parameters_in(str(content.get(field) or ""))]
    return list(dict.fromkeys([*made, *statement.parameters, *money]))


def _check_names(path: Path, record: RuleRecord, statement: Statement) -> None:
    known: dict[str, Collection[str]] = {n: c.columns for n, c in load_contracts().items()}
    known |= RESULTS
    for dataset, columns in record.inputs.items():
        _expect(dataset in known, path, f"has inputs of {dataset}", f"Datasets and results are: {', '.join(sorted(known))}.")
        if unknown := [column for column in columns if column not in known[dataset]]:
            raise _wrong(
                path,
                f"has inputs that {dataset} has no columns for: {', '.join(unknown)}",
                f"Its columns are: {', '.join(known[dataset])}.",
            )
    _expect(record.batch in record.inputs, path, f"goes through {record.batch}, which is none of its inputs", "Add it to inputs.")
    _expect(
        statement.reads(record.batch),
        path,
        f"goes through {record.batch}, and the query does not read that",
        f"Write FROM {record.batch} AS r, or say what the rule goes through.",
    )


def load(path: Path) -> dict[str, Any]:
    """The content of a YAML file that holds fields."""
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _wrong(path, "cannot be read", str(error)) from error
    _expect(isinstance(content, dict), path, "holds no fields", f"Write `field: value` lines; {_SEE}")
    return dict(content)


def _read(path: Path, form: type[_Form], content: dict[str, Any]) -> _Form:
    try:
        return form.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        fields = ", ".join(name for name in form.model_fields if name not in DERIVED)
        raise _wrong(path, f"breaks the form: {problems}", f"Its fields are: {fields}. {_SEE}") from error


def _expect(holds: bool, path: Path, problem: str, todo: str) -> None:
    if not holds:
        raise _wrong(path, problem, todo)


def _wrong(path: Path, problem: str, todo: str) -> ConfigurationError:
    return ConfigurationError(f"{path.parent.name}/{path.name} {problem}.", where=str(path), todo=todo)
