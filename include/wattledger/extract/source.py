"""A company's source file: where its extracts are, and how they map onto the standard datasets.

Belongs here: the file's form, and its loader. Reading the extracts themselves does not (``readers``).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wattledger.company import Company, find_company
from wattledger.contracts import Contract, contracts_with
from wattledger.errors import ConfigurationError, UsageError
from wattledger.periods import Period
from wattledger.rating.catalogue.files import OWN, read_catalogue_file
from wattledger.rating.catalogue.model import CatalogueFile
from wattledger.yaml_files import as_form, read_fields

_PLACEHOLDERS = {"period", "month", "yyyymm", "day", "yyyymmdd"}
_TODO = "Correct it, or start from one in sources/."
_PASSWORD = re.compile(r"^[^:/]*://[^:/]*:(.*)@|[?&](?:password|passwd|pwd|token)=([^&]*)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(_Strict):
    """A SQL database: a SQLAlchemy URL (``${NAME}`` is taken from the environment) or an Airflow connection."""

    url: str = ""
    connection: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Database:
        if bool(self.url) == bool(self.connection):
            raise ValueError("give either url or connection")
        if any(
            not _VARIABLE.fullmatch(password)
            for found in _PASSWORD.findall(self.url)
            for password in found
            if password
        ):
            raise ValueError(
                "a source file holds no passwords: write ${NAME}, and set NAME in the environment"
            )
        return self

    def resolved_url(self) -> str:
        """The URL with its ``${NAME}`` filled from the environment; raise ConfigurationError where one is not set."""
        return _VARIABLE.sub(lambda match: _variable(match[1]), self.url)


class DatasetSource(_Strict):
    """Where one standard dataset comes from, and the SQL expression of each of its columns."""

    columns: dict[str, str] = Field(min_length=1)
    files: str = ""
    """Glob relative to the source's folder; ``{month} {yyyymm} {day} {yyyymmdd} {period}`` stand for the period."""
    format: Literal["csv", "xlsx", "parquet", ""] = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    database: str = ""
    table: str = ""
    query: str = ""
    """A SELECT; ``:period_start`` and ``:period_end`` are bound to the first and the last date."""
    parts: tuple[str, ...] = ()
    """For an extract that has several rows of the dataset side by side in one of its own, as a bill's charges in
    columns: their names. Each of its rows then stands once for each of them, with the name in ``_part``."""
    view: str = ""
    """A SELECT over the extract, which it calls ``{raw}``, with one row for each of its rows; ``columns`` and ``where``
    then stand on the view's columns. It must pass on ``_source``, ``_row`` and, with ``parts``, ``_part``."""
    controls: str = ""
    """Pattern, like ``files``, of the sender's control totals (``extract.controls``)."""
    where: str = ""
    """SQL over the extract's own columns; rows for which it is not true do not belong to the dataset."""
    lookback_months: int | None = None
    derived: tuple[str, ...] = ()
    """Columns that are worked out here of others, and not delivered: a rule that holds the two against each other
    would prove nothing, and is not evaluated."""

    @model_validator(mode="after")
    def _one_place(self) -> DatasetSource:
        if bool(self.files) == bool(self.database):
            raise ValueError("give either files or database")
        if self.database and bool(self.table) == bool(self.query):
            raise ValueError("a database source has either table or query")
        if self.view and "{raw}" not in self.view:
            raise ValueError("view does not say {raw}, which stands for the extract")
        unknown = set(re.findall(r"\{(\w+)\}", self.files + self.controls)) - _PLACEHOLDERS
        if unknown:
            raise ValueError(f"unknown placeholder in files: {', '.join(sorted(unknown))}")
        return self

    @property
    def extract(self) -> tuple[str, ...]:
        """What is read, whatever is made of it: equal for datasets that are landed from the same rows."""
        return (self.files, self.sheet, self.database, self.table, self.query)

    @property
    def names_period(self) -> bool:
        """Whether the files' names tell which period they hold."""
        return any(f"{{{name}}}" in self.files for name in _PLACEHOLDERS)

    def holds_only(self, period: Period) -> bool:
        """Whether the files are the period's alone, so that a row of another date in them is a fault."""
        if "{month}" in self.files or "{yyyymm}" in self.files:
            return all(str(month).count("-") == 1 for month in period.months())
        return self.names_period


class Source(_Strict):
    """A company and its extracts."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: dict[str, str]
    jurisdiction: str
    timezone: str = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    currency: str = "CNY"
    databases: dict[str, Database] = {}
    recipients: dict[str, tuple[str, ...]] = {}
    parameters: tuple[dict[str, Any], ...] = ()
    """Company parameters, in the form of the records in ``parameters/``; they outrank the jurisdiction's."""
    tariffs: str = ""
    """A file of the company's own tariffs (``docs/tariffs.md``), seen from the source file; they add to the
    jurisdiction's."""
    company: str | None = None
    """The folder of what the company has of its own (``docs/company.md``), seen from the source file; without this
    field the folder ``company`` beside it, where there is one; empty: none."""
    datasets: dict[str, DatasetSource] = Field(min_length=1)
    root: str = ""
    """The folder of ``files``, seen from the source file; ``${NAME}`` is taken from the environment."""
    location: Path = Path()
    """The folder of the source file."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:  # the last of a folder, as Asia is one
            near = difflib.get_close_matches(value, available_timezones(), n=3, cutoff=0.4)
            raise ValueError(
                f"there is no time zone {value!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
            ) from error
        return value

    @model_validator(mode="after")
    def _known_names(self) -> Source:
        contracts = self.contracts
        for dataset, entry in self.datasets.items():
            if dataset not in contracts:
                raise ValueError(f"unknown dataset {dataset!r}; there are: {', '.join(contracts)}")
            _check_columns(contracts[dataset], entry)
            if unknown := [name for name in entry.derived if name not in entry.columns]:
                raise ValueError(f"{dataset}: derived names no column of it: {', '.join(unknown)}")
            if entry.database and entry.database not in self.databases:
                raise ValueError(f"{dataset}: database {entry.database!r} is not among databases")
        return self

    @cached_property
    def own(self) -> Company:
        """What the company has of its own; raise ConfigurationError where the folder is not as it must be."""
        return find_company(self.company, self.location)

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """The contracts of all datasets, the company's own among them."""
        return contracts_with(self.own)

    @property
    def folder(self) -> Path:
        """The folder of the extracts; raise ConfigurationError where ``root`` needs a variable that is not set."""
        return self.location / _VARIABLE.sub(lambda match: _variable(match[1]), self.root)

    @property
    def tariffs_file(self) -> Path:
        """Where the company's own tariffs are, if it has any."""
        return self.location / self.tariffs

    def own_tariffs(self) -> dict[str, CatalogueFile]:
        """The company's own tariffs by what messages call their files: those of its folder, then ``tariffs``.

        Raises:
            ConfigurationError: a file is not there, or breaks the form.
        """
        files = {f"company/tariffs/{path.name}": path for path in self.own.files("tariffs")}
        files |= {OWN: self.tariffs_file} if self.tariffs else {}
        return {place: read_catalogue_file(path) for place, path in files.items()}

    def lookback(self, dataset: str) -> int:
        """Months before the period that the dataset is landed for as well."""
        own = self.datasets[dataset].lookback_months
        return self.contracts[dataset].lookback_months if own is None else own


def load_source(path: Path) -> Source:
    """Read a source file.

    Raises:
        UsageError: there is no such file.
        ConfigurationError: it is not YAML, or breaks the form; the message names each place.
    """
    if not path.is_file():
        raise UsageError(f"There is no source file {path}.")
    content = read_fields(path, "source file", todo=_TODO)
    whole = {**content, "location": path.resolve().parent}
    source = as_form(Source, whole, path, "source file", todo=_TODO)
    if source.tariffs and not source.tariffs_file.is_file():
        raise ConfigurationError(
            f"The source file {path} names the tariffs {source.tariffs}, and there is no such file.",
            where=str(source.tariffs_file),
            todo="Correct `tariffs`, which is seen from the source file.",
        )
    return source


def fill_pattern(pattern: str, period: Period) -> list[str]:
    """A pattern's file patterns for the period, placeholders filled in."""
    if "{period}" in pattern:
        return [pattern.replace("{period}", str(period))]
    filled: dict[str, None] = {}
    for part in _days(period) if "{day}" in pattern or "{yyyymmdd}" in pattern else period.months():
        day = part.start
        filled[
            pattern.replace("{month}", f"{day:%Y-%m}")
            .replace("{yyyymm}", f"{day:%Y%m}")
            .replace("{day}", f"{day:%Y-%m-%d}")
            .replace("{yyyymmdd}", f"{day:%Y%m%d}")
        ] = None
    return list(filled)


def _check_columns(contract: Contract, entry: DatasetSource) -> None:
    if unknown := [name for name in entry.columns if name not in contract.columns]:
        raise ValueError(
            f"{contract.dataset}: no such standard column: {', '.join(unknown)}; "
            f"there are: {', '.join(contract.columns)}"
        )
    required = {name for name, column in contract.columns.items() if column.required} | set(contract.key)
    if unmapped := sorted(required - set(entry.columns)):
        raise ValueError(f"{contract.dataset}: required but not mapped: {', '.join(unmapped)}")


def _variable(name: str) -> str:
    if name not in os.environ:
        raise ConfigurationError(
            f"A database URL needs ${{{name}}}, which is not set.", todo=f"Set {name} in the environment."
        )
    return os.environ[name]


def _days(period: Period) -> list[Period]:
    count = (period.end - period.start).days + 1
    return [Period(day, day) for day in (period.start + timedelta(days=i) for i in range(count))]
