"""Reading the folder of rules, and saying what is wrong with it.

Belongs here: which files make a rule, and what they must agree on. Reading needs neither Great Expectations nor a
session; whether a query fits the views is found out in ``check``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import duckdb

from wattledger.audit.rules.files import SEE, as_form, read_fields, wrong
from wattledger.audit.rules.record import Rule, RuleRecord, Suite
from wattledger.audit.rules.statement import Statement
from wattledger.audit.rules.switches import switched_off
from wattledger.audit.rules.tree import tables_read
from wattledger.company import SWITCHED_OFF, Company
from wattledger.contracts import Contract, load_contracts
from wattledger.errors import ConfigurationError
from wattledger.lake.results import MADE_WITH, result_columns
from wattledger.law import Register, load_register
from wattledger.parameters import used_in
from wattledger.settings import Settings

_RULE_FILE = re.compile(r"(?P<rule_id>[A-Z]{3}-\d{2}[a-z]?)\.(?P<part>sql|yaml|case\.yaml)")
_FAMILY_FILE = re.compile(r"_[a-z_]+\.(sql|yaml)")
_SUITE: Final = "_suite.yaml"
_NOTHING: Final = Company()
_DERIVED: Final = ("rule_id", "area", "parameters")
"""What a record does not write: the files' name, the folder's area, and what stands in the query."""


def load_rules(
    folder: Path,
    law: Register | None = None,
    company: Company = _NOTHING,
    contracts: Mapping[str, Contract] | None = None,
) -> list[Rule]:
    """All rules below ``folder``, and over them the company's own, by id.

    Args:
        folder: ``expectations/``.
        law: the register that they cite; the installation's unless told.
        company: what the company has of its own: rules, and which of the product's it has switched off.
        contracts: those of the source; the product's unless told.

    Raises:
        ConfigurationError: a file is missing, stands where it does not belong, breaks the form, or names a dataset,
            column, family, document or article that there is none of.
    """
    register = law or load_register(Settings().law)
    with duckdb.connect(config={"threads": 1}) as parser:
        reader = _Reader((folder,), register, contracts or load_contracts(), parser)
        rules = reader.rules(folder)
        if not rules:
            raise ConfigurationError(f"There is no rule in {folder}.", todo="Set WATTLEDGER_EXPECTATIONS.")
        if own := company.part("expectations"):
            rules |= replace(reader, roots=(own, folder)).rules(own, rules)
    if company.switched_off:
        rules |= switched_off(company.switched_off, rules)
    return [rules[rule_id] for rule_id in sorted(rules)]


def fingerprint(
    rules: list[Rule],
    parameters: list[dict[str, Any]],
    law: Register,
    tariffs: object = None,
    contracts: object = None,
) -> str:
    """A hash of all conditions, records, parameters and tariffs, and of what they cite: equal hashes audit equally.

    Parameters and tariffs hold what they cite in words; of the rules, the documents are added. ``contracts``: what the
    company has of its own there.
    """
    told = [
        [rule.suite.model_dump(), rule.record.model_dump(), rule.statement.sql]
        + ([rule.off.model_dump()] if rule.off else [])
        for rule in rules
    ]
    cited = law.cited(citation for rule in rules for citation in rule.record.basis)
    content = [told, parameters, tariffs, [record.model_dump() for record in cited]]
    content += [contracts] if contracts else []
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads folders of rules that share a register of law and contracts."""

    roots: tuple[Path, ...]
    """Where families and suites are looked for: the company's own folder before the product's."""
    law: Register
    contracts: Mapping[str, Contract]
    parser: duckdb.DuckDBPyConnection

    def rules(self, folder: Path, below: Mapping[str, Rule] = MappingProxyType({})) -> dict[str, Rule]:
        """The rules of a folder by id; ``below`` are those that have their ids already."""
        found: dict[str, Rule] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.is_file() and not _FAMILY_FILE.fullmatch(path.name):
                raise wrong(
                    path, "is no part of a rule", "Rules stand in the folders of their audit content."
                )
            for rule in self._suite_rules(path) if path.is_dir() else ():
                if other := found.get(rule.rule_id):
                    told = f"has {rule.rule_id}, and so has {other.suite.folder}"
                    raise wrong(path, told, "Give one of the two another id.")
                if rule.rule_id in below:
                    todo = (
                        "Give yours an id of its own, in letters that the product has no rules of. To audit otherwise "
                        f"than the product's, switch that off in {SWITCHED_OFF}."
                    )
                    raise wrong(path, f"has {rule.rule_id}, which is a rule of the product's", todo)
                _check_basis(path / f"{rule.rule_id}.yaml", rule.record, self.law)
                found[rule.rule_id] = rule
        return found

    def _suite_rules(self, folder: Path) -> Iterator[Rule]:
        there = [path for root in self.roots if (path := root / folder.name / _SUITE).is_file()]
        if not there:
            raise wrong(folder, f"is a folder of rules without {_SUITE}", f"Write it; {SEE}")
        if len(there) > 1:
            raise wrong(there[0], "stands in the product's folder of that name too", "Leave it out.")
        (path,) = there
        suite = as_form(path, Suite, read_fields(path))
        if folder.name != suite.folder:
            raise wrong(path, f"says {suite.folder}, by area and name", f"Call the folder {suite.folder}.")
        rules: dict[str, dict[str, Path]] = {}
        for file in sorted(folder.iterdir()):
            if match := _RULE_FILE.fullmatch(file.name):
                rules.setdefault(match["rule_id"], {})[match["part"]] = file
            elif file != path:
                told = "is no file of a rule: those are called by an id, as LED-03.sql, LED-03.yaml, LED-03.case.yaml"
                raise wrong(file, told, "Call it by the rule's id, or take it away.")
        return (self._rule(folder, suite, rule_id, parts) for rule_id, parts in rules.items())

    def _rule(self, folder: Path, suite: Suite, rule_id: str, parts: dict[str, Path]) -> Rule:
        path = folder / f"{rule_id}.yaml"
        if "yaml" not in parts:
            (lonely, *_) = parts.values()
            raise wrong(lonely, f"has no record {path.name}", f"Write the record beside it; {SEE}")
        written = read_fields(path)
        if derived := [name for name in _DERIVED if name in written]:
            told = "An id is the file's name, an area the folder's, and parameters are read out of the query."
            raise wrong(path, f"writes {', '.join(derived)}", f"Leave it out. {told}")
        if written.get("family"):
            shared, statement, files = self._of_family(path, written, parts)
        elif "sql" in parts:
            shared, statement, files = (
                {},
                Statement.parse(parts["sql"].read_text(encoding="utf-8")),
                [parts["sql"]],
            )
        else:
            todo = f"Write {rule_id}.sql beside it, or name the family whose query it shares."
            raise wrong(path, "has no query", todo)
        content = {"owner": suite.owner, **shared, **written, "rule_id": rule_id, "area": suite.area}
        if "examines" in shared and isinstance(written.get("examines"), dict):
            content["examines"] = {**shared["examines"], **written["examines"]}
        content["parameters"] = _parameters(content, statement)
        record = as_form(path, RuleRecord, content, _DERIVED)
        _check_names(path, record, statement, self.contracts, self.parser)
        case = [parts["case.yaml"]] if "case.yaml" in parts else []
        return Rule(suite, record, statement, (*files, path, *case), own=len(self.roots) > 1)

    def _of_family(
        self, path: Path, written: dict[str, Any], parts: dict[str, Path]
    ) -> tuple[dict[str, Any], Statement, list[Path]]:
        """What a rule has of its family: record and query, and their files."""
        name = f"_{written['family']}"
        root = next((root for root in self.roots if (root / f"{name}.sql").is_file()), self.roots[0])
        record, query = (root / f"{name}.{ending}" for ending in ("yaml", "sql"))
        if not (record.is_file() and query.is_file()):
            families = sorted(p.stem.removeprefix("_") for root in self.roots for p in root.glob("_*.sql"))
            known = ", ".join(families) or "none"
            raise wrong(path, f"names the family {written['family']}", f"There are: {known}.")
        if "sql" in parts:
            told = f"names a family, and {parts['sql'].name} stands beside it"
            raise wrong(path, told, "Take one of the two away.")
        if not written.get("causes"):
            raise wrong(path, "names no causes of its family's rows", "Write causes: [...].")
        statement = Statement.parse(query.read_text(encoding="utf-8")).of_causes(written["causes"])
        return read_fields(record), statement, [query, record]


def _parameters(content: dict[str, Any], statement: Statement) -> list[str]:
    """What rating made the inputs with, and what query, money and ``examines`` look up."""
    made = [name for dataset in content.get("inputs") or () for name in MADE_WITH.get(dataset, ())]
    told = [statement.sql, *(str(content.get(field) or "") for field in ("amount", "kwh", "examines"))]
    return list(dict.fromkeys([*made, *(name for sql in told for _, name in used_in(sql))]))


def _check_basis(path: Path, record: RuleRecord, law: Register) -> None:
    """Raise where a record cites what the register has not."""
    for citation in record.basis:
        if flaw := law.flaw(citation):
            raise wrong(path, f"cites what there is not: {flaw}", "How to cite: docs/law.md.")


def _check_names(
    path: Path,
    record: RuleRecord,
    statement: Statement,
    contracts: Mapping[str, Contract],
    parser: duckdb.DuckDBPyConnection,
) -> None:
    """Raise where a record names what no contract has, or what its query does not read."""
    known: dict[str, Collection[str]] = {n: c.columns for n, c in contracts.items()}
    known |= result_columns()
    for dataset, columns in record.inputs.items():
        if dataset not in known:
            raise wrong(
                path, f"has inputs of {dataset}", f"Datasets and results are: {', '.join(sorted(known))}."
            )
        if unknown := [column for column in columns if column not in known[dataset]]:
            told = f"has inputs that {dataset} has no columns for: {', '.join(unknown)}"
            raise wrong(path, told, f"Its columns are: {', '.join(known[dataset])}.")
    if not statement.sql:
        raise wrong(path, "has a query that is empty", "Write the SELECT of the rows that fail.")
    batch = record.batch
    if batch not in record.inputs:
        raise wrong(
            path, f"goes through {batch}, which is none of its inputs", f"Write {batch}: [...] in inputs."
        )
    queries = {"a query": [statement.sql]} | {
        f"the field {field}": [f"SELECT {sql} FROM r" for sql in given]
        for field, given in _expressions(record).items()
    }
    tables = tables_read(parser, path, queries)
    if not statement.reads(batch):
        todo = f"Write FROM {batch} AS r in the query, or say what it goes through instead."
        raise wrong(path, f"goes through {batch}, and the query does not read that", todo)
    _check_reads(path, record, tables | {_check_examined(path, record, known)}, known)


def _expressions(record: RuleRecord) -> dict[str, Sequence[str]]:
    """The SQL that a record holds itself, by its fields."""
    money = {field: getattr(record, field) for field in ("amount", "kwh", "unit")}
    return {field: [sql] for field, sql in money.items() if sql} | {"examines": record.examines.sql}


def _check_examined(path: Path, record: RuleRecord, known: Mapping[str, Collection[str]]) -> str:
    """Raise where a record examines what there is not; return the view that it examines."""
    examined = record.examined.removesuffix("_history")
    if examined not in known:
        raise wrong(path, f"examines {record.examined}", f"Write one of: {', '.join(sorted(known))}.")
    for view, columns in ((examined, record.needs), (record.batch, record.examines.delivered)):
        if unknown := [column for column in columns if column not in known[view]]:
            told = f"examines rows of {view}, which has no columns {', '.join(unknown)}"
            raise wrong(path, told, f"Its columns are: {', '.join(known[view])}.")
    return examined


def _check_reads(path: Path, record: RuleRecord, tables: Collection[str], known: Collection[str]) -> None:
    """Raise where a rule reads what its record does not name: never landed, that would be empty, and the rule PASS."""
    if odd := [name for name in record.optional if name not in known or name in record.inputs]:
        todo = "Name there datasets that are read, and do not stand in inputs."
        raise wrong(path, f"has {', '.join(odd)} in optional, which is no dataset, or in inputs", todo)
    for name in known:
        read = [view for view in (name, f"{name}_history", f"{name}_all") if view in tables]
        if read and name not in (*record.inputs, *record.optional):
            todo = (
                f"Write {name}: [] in inputs, or {name} in optional where the rule can be judged without it."
            )
            raise wrong(path, f"reads {read[0]}, and {name} is neither in inputs nor in optional", todo)
        if not read and name in record.optional:
            raise wrong(path, f"has {name} in optional, and reads it nowhere", "Take it out.")
