"""A company's own contracts over the product's: datasets of its own, and columns and codes that it adds.

Belongs here: what may be added, and reading it. Rules and rating stand on the product's columns, so none of these is
taken away, renamed or given another type.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from wattledger.company import Company
from wattledger.contracts.model import Column, Contract, Strict, load_contracts
from wattledger.errors import ConfigurationError
from wattledger.yaml_files import as_form, read_fields

_TODO = "What a company may add to a contract is in docs/company.md."


class Addition(Strict):
    """What a company adds to a dataset of the product's."""

    dataset: str
    columns: dict[str, dict[str, Any]] = Field({})
    """A column of its own as in a contract; of one that is there ``codes`` alone, which are added."""
    lookback_months: int | None = None
    row_floor: int | None = None


def contracts_with(company: Company) -> Mapping[str, Contract]:
    """The product's contracts with the company's on top, by dataset.

    Raises:
        ConfigurationError: a file breaks the form, or says otherwise what the product's contract says.
    """
    found = dict(load_contracts())
    for path in company.files("contracts"):
        content = read_fields(path, "contract", todo=_TODO)
        if path.stem != content.get("dataset"):
            raise _wrong(path, f"says dataset {content.get('dataset')!r}", "Call the file by its dataset.")
        if known := found.get(path.stem):
            found[path.stem] = _added(known, as_form(Addition, content, path, "contract", todo=_TODO), path)
        else:
            found[path.stem] = as_form(Contract, content, path, "contract", todo=_TODO)
    return found


def own_contracts(contracts: Mapping[str, Contract]) -> dict[str, Any]:
    """Those that are not as the product has them, as plain data: what audits of the company stand on besides."""
    product = load_contracts()
    return {n: c.model_dump(mode="json") for n, c in contracts.items() if c != product.get(n)}


def _added(contract: Contract, addition: Addition, path: Path) -> Contract:
    columns = dict(contract.columns)
    for name, given in addition.columns.items():
        columns[name] = (
            _with_codes(columns[name], given, f"{contract.dataset}.{name}", path)
            if name in columns
            else as_form(Column, given, path, "contract", todo=_TODO)
        )
    counts = addition.model_dump(include={"lookback_months", "row_floor"}, exclude_none=True)
    whole = contract.model_dump() | counts | {"columns": {n: c.model_dump() for n, c in columns.items()}}
    return as_form(Contract, whole, path, "contract", todo=_TODO)


def _with_codes(column: Column, given: Mapping[str, Any], name: str, path: Path) -> Column:
    codes = given.get("codes")
    if set(given) != {"codes"} or not isinstance(codes, dict):
        raise _wrong(
            path, f"says {name} anew, which is a column of the product's", f"Add codes to it alone. {_TODO}"
        )
    if not column.codes:
        raise _wrong(path, f"gives codes to {name}, which may hold any value", "Leave them out.")
    if twice := sorted(codes.keys() & column.codes.keys()):
        raise _wrong(path, f"gives {name} the codes {', '.join(twice)}, which it has", "Leave them out.")
    return Column.model_validate(column.model_dump() | {"codes": {**column.codes, **codes}})


def _wrong(path: Path, problem: str, todo: str = _TODO) -> ConfigurationError:
    return ConfigurationError(f"The contract {path.name} {problem}.", where=str(path), todo=todo)
