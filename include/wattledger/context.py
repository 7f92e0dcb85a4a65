"""The audit of one source for one period on one installation: what every step works on.

Belongs here: where an audit's lake, registry, rules and files are. What is done with them is in ``pipeline``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from wattledger.atomic_files import replace_file
from wattledger.audit.rules import Rule, load_rules
from wattledger.contracts import Contract, load_published
from wattledger.contracts.published import PARTITION
from wattledger.duckdb_connection import connect
from wattledger.errors import DataError, UsageError
from wattledger.extract.source import Source
from wattledger.lake import Lake, open_session
from wattledger.lake.results import RESULTS
from wattledger.lake.session import Session
from wattledger.law import Register, load_register
from wattledger.own_words import templates_with
from wattledger.parameters import Parameter, load_parameters
from wattledger.periods import Period
from wattledger.registry import Run
from wattledger.report_texts import Templates
from wattledger.settings import Settings
from wattledger.sql import file_literal, quoted

if TYPE_CHECKING:
    from wattledger.rating.catalogue.model import Catalogue

_BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Audit:
    """One source and period on one installation: what every step works on."""

    settings: Settings
    source: Source
    period: Period

    @cached_property
    def lake(self) -> Lake:
        """The source's part of the lake."""
        return Lake(self.settings.lake / self.source.name)

    @cached_property
    def registry(self) -> Engine:
        """The registry, its schema brought up to date."""
        from wattledger.registry import open_registry

        return open_registry(self.settings.registry)

    @cached_property
    def rules(self) -> list[Rule]:
        """All rules, the company's own among them."""
        return load_rules(self.settings.expectations, self.law, self.source.own, self.source.contracts)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the source's jurisdiction, with the company's own."""
        return load_parameters(
            self.settings.parameters,
            self.source.jurisdiction,
            self.source.parameters,
            self.law,
            self.source.own.files("parameters"),
        )

    @cached_property
    def law(self) -> Register:
        """The register of law: what rules, parameters and tariffs cite."""
        return load_register(self.settings.law, self.source.own.part("law"))

    @cached_property
    def templates(self) -> Templates:
        """The templates and words of reports, the company's own words on top."""
        return templates_with(self.settings.templates, self.source.own)

    @property
    def run(self) -> Run:
        """The newest run of the period; raise UsageError where none was opened."""
        from wattledger.registry import get_run

        run = get_run(self.registry, self.source.name, self.period)
        if run is None:
            raise UsageError(
                f"No audit of {self.source.name} for {self.period} was opened.",
                todo="Run the step open_run first (in Airflow: clear open_run with what follows), or audit the period "
                f"by the command line: wattledger audit --source FILE.yaml --period {self.period}.",
            )
        return run

    def lookback(self, dataset: str) -> int:
        """Months before the period that the dataset is read of: its own, or more where a rule looks further back."""
        of_rules = (
            rule.record.lookback or 0
            for rule in self.rules
            if dataset in (*rule.record.inputs, *rule.record.optional)
            and rule.in_force(self.period, self.source.jurisdiction)
            and not rule.off_in(self.period)
        )
        return max([self.source.lookback(dataset), *of_rules])

    def publish_from(self, connection: duckdb.DuckDBPyConnection, table: str, order: str = "") -> None:
        """Replace what the period has of a table of ``contracts/published`` by the relation of that name in a session.

        Rows that are published already, as by the same audit once more, are not written a second time. Rows are read
        once, so another writer's win fails the task, and its retry succeeds.
        """
        columns = load_published()[table].typed
        if self._is_published(connection, table):
            return
        ordered = f"ORDER BY {order}" if order else ""
        rows = connection.sql(f"SELECT {columns}, '{self.period}' AS {PARTITION} FROM {table} {ordered}")
        self.lake.replace(load_published()[table].stored, self.period, rows.to_arrow_reader(_BATCH_ROWS))

    def _is_published(self, connection: duckdb.DuckDBPyConnection, table: str) -> bool:
        listed = ", ".join(map(file_literal, self.published_files(table)))
        if not listed:
            return False
        published = load_published()[table]
        digest = (
            f"SELECT count(*), sum(hash({quoted(published.columns)})) FROM (SELECT {published.typed} FROM"
        )
        try:
            stored = f"{digest} read_parquet([{listed}], hive_partitioning = false))"
            return (
                connection.execute(stored).fetchall() == connection.execute(f"{digest} {table})").fetchall()
            )
        except duckdb.BinderException:  # published by a version that had other columns
            return False

    def publish_records(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Publish a few rows that were made in Python."""
        rows, columns = list(records), load_published()[table].columns
        listed = ", ".join(f'unnest(?::{column.sql_type}[]) AS "{name}"' for name, column in columns.items())
        # as parameters, and not by Arrow, which loads pandas to look at them; a Decimal is exact as text
        values = [[_exact(row.get(name)) for row in rows] for name in columns]
        with connect(self.settings) as connection:
            connection.execute(f"CREATE TABLE {table} AS SELECT {listed}", values)
            self.publish_from(connection, table)

    def published_files(self, table: str) -> list[str]:
        """The files of what a step published in ``table`` for the period."""
        return self.lake.files(load_published()[table].stored, period=str(self.period))

    def published_batches(self, table: str, columns: Sequence[str]) -> Iterator[list[Any]]:
        """The rows that a step published in ``table`` for the period, batch by batch, as tuples of ``columns``."""
        for batch in _batches(self.published_files(table), columns):
            yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))

    def published_rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows that a step published in ``table`` for the period."""
        columns = list(load_published()[table].columns)
        return (row for batch in _batches(self.published_files(table), columns) for row in batch.to_pylist())

    def rejected_rows(self, dataset: str) -> Iterator[dict[str, Any]]:
        """The rows of a dataset's extract that were rejected when the period was landed."""
        rejected = load_published()["rejected"]
        files = self.lake.files(f"{rejected.stored}/{dataset}", period=str(self.period))
        return (row for batch in _batches(files, list(rejected.columns)) for row in batch.to_pylist())

    @cached_property
    def catalogue(self) -> Catalogue:
        """The tariffs of the source's jurisdiction with the company's own, checked."""
        from wattledger.rating.catalogue.files import load_catalogue

        return load_catalogue(
            self.settings.tariffs,
            self.source.jurisdiction,
            parameters=self.parameters,
            law=self.law,
            company=self.source.own_tariffs(),
        )

    def session(self, *, priced: bool = False, rated: bool = False) -> Session:
        """A DuckDB session on exactly the lake versions that the run is pinned to.

        Args:
            priced: with the catalogue's tables, as whoever rates bills needs them.
            rated: with these, and the views of what the steps before the rules published for the period.
        """
        from wattledger.rating.catalogue.tables import create_catalogue_tables

        pins = {name: entry["pin"] for name, entry in self.run.inputs.items()}
        results = {name: self.published_files(name) for name in RESULTS} if rated else None
        lookbacks = {name: self.source.lookback(name) for name in self.source.datasets}
        session = open_session(
            self.settings,
            self.lake,
            self.period,
            pins,
            self.parameters,
            results,
            lookbacks,
            self.source.contracts,
        )
        if priced or rated:
            create_catalogue_tables(session.connection, self.catalogue)
        return session

    @property
    def bulletins(self) -> Path:
        """Where the bulletins of the period are."""
        return self.settings.bulletins / self.source.name / self.period.slug

    def keep_source(self) -> None:
        """Keep what source file, own tariffs and own folder say: its audits can be looked at without these files."""
        folder = self.settings.home / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        kept = self.source.model_copy(
            update={"company": self.source.own.keep(_kept_company(folder, self.source.name))}
        )
        replace_file(folder / f"{self.source.name}.json", kept.model_dump_json(indent=2).encode("utf-8"))
        if self.source.tariffs:
            replace_file(_kept_tariffs(folder, self.source.name), self.source.tariffs_file.read_bytes())


@contextmanager
def empty_session(settings: Settings, contracts: Mapping[str, Contract] | None = None) -> Iterator[Session]:
    """A session with every view that a rule may read and no row in any: what does not bind in it, binds nowhere.

    ``contracts``: those of the source; the product's unless told.
    """
    from wattledger.rating.catalogue.files import load_catalogue
    from wattledger.rating.catalogue.tables import create_catalogue_tables

    with TemporaryDirectory(prefix="wattledger-") as folder:
        nowhere = settings.model_copy(update={"home": Path(folder)})
        with open_session(
            nowhere, Lake(nowhere.lake), Period.parse("2000-01"), {}, (), results={}, contracts=contracts
        ) as session:
            create_catalogue_tables(session.connection, load_catalogue(settings.tariffs, "", parameters=()))
            yield session


def _exact(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


def _batches(files: Iterable[str], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in files:
        file = pq.ParquetFile(path)
        if missing := [name for name in columns if name not in file.schema_arrow.names]:
            raise DataError(
                f"A former version published a table that lacks {', '.join(missing)}.",
                where=path,
                todo="Audit the period again (in Airflow: clear open_run with what follows).",
            )
        yield from file.iter_batches(_BATCH_ROWS, columns=columns)


def stored_source(settings: Settings, source: str = "") -> str:
    """The name of a source that was audited here before; raise UsageError where there is none, or several."""
    known = sorted(path.stem for path in (settings.home / "sources").glob("*.json"))
    if not source and len(known) == 1:
        return known[0]
    if source not in known:
        raise UsageError(
            f"{settings.home} knows the sources: {', '.join(known) or 'none'}.",
            todo="Say which with --source NAME, or where the audits are with --home DIR.",
        )
    return source


def stored_audit(settings: Settings, source: str, period: Period) -> Audit:
    """The audit of a source that was audited here before; raise UsageError where there is none, or several."""
    source = stored_source(settings, source)
    kept = settings.home / "sources" / f"{source}.json"
    content = json.loads(kept.read_text(encoding="utf-8"))
    if content.get("company"):
        copies = _kept_company(settings.home.resolve() / "sources", source)
        content["company"] = str(copies / content["company"])
    stored = Source.model_validate(content)
    if stored.tariffs:
        kept = _kept_tariffs(settings.home.resolve() / "sources", source)
        stored = stored.model_copy(update={"tariffs": str(kept)})
    return Audit(settings, stored, period)


def _kept_company(folder: Path, source: str) -> Path:
    return folder / f"{source}.company"


def _kept_tariffs(folder: Path, source: str) -> Path:
    return folder / f"{source}.tariffs.yaml"
