"""Delta tables of one source: atomic replacement of a period, versions, and the record of each landing.

Belongs here: what touches Delta. Which rows are good is for ``extract.landing`` to say.

A row of an event dataset belongs to the period that was landed last and covers its date: landing a day
of a month that was landed whole replaces just that day's rows. So periods of any length can share a
table, and no row is there twice. Each month has files of its own, so that landing one leaves the others' alone.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, PostCommitHookProperties, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from wattledger.contracts import Contract
from wattledger.contracts.published import PARTITION
from wattledger.errors import DataError
from wattledger.periods import Period
from wattledger.sql import identifier, literal

_ATTEMPTS = 8
# a third less than Delta's own choice, for as much work: months of their own repeat what one file would hold once
_COMPRESSED = WriterProperties(compression="ZSTD", compression_level=1)
# without it, Delta forgets the versions of more than a month ago, and with them the runs that are pinned to them
KEEP_LOG = PostCommitHookProperties(cleanup_expired_logs=False)


@dataclass(frozen=True, slots=True)
class LandingRecord:
    """What one landing of a dataset and period did; the counts add up: extracted = landed + rejected."""

    dataset: str
    period: str
    version: int
    """The version of the dataset's Delta table that this landing made."""
    extracted: int
    landed: int
    rejected: int
    outside: int
    """Rows of the extract that belong to other periods, and were left where they are."""
    columns: tuple[str, ...]
    """The standard columns that the source maps."""
    totals: dict[str, str]
    """Control totals of the landed rows by column."""
    reasons: dict[str, int]
    """Rejected rows by reason."""
    inputs: tuple[dict[str, Any], ...]
    """Files (path, bytes) or queries that were read."""
    digest: str
    """Equal landed rows have equal digests, whatever the version and the order."""
    stored: str = ""
    """A digest of all that was written, rejects and places too: where it is equal, there is nothing to write."""

    derived: tuple[str, ...] = ()
    """Those of the columns that the source file works out of others."""

    @property
    def span(self) -> Period:
        """The period that was landed."""
        return Period.parse(self.period)


class Lake:
    """The Delta tables of one source below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def replace(self, table: str, period: Period, rows: pa.RecordBatchReader) -> int:
        """Replace the period's partition of ``table`` by ``rows`` in one commit, and return the new version.

        Args:
            table: a snapshot dataset, or one of the audit's own tables.
            period: the partition; ``rows`` carry it as text in the column ``_period``.
            rows: the new rows; read once, batch by batch.
        """
        return self._overwrite(table, f"{PARTITION} = '{period}'", rows)

    def replace_snapshot(self, contract: Contract, period: Period, rows: pa.RecordBatchReader) -> int:
        """Replace a snapshot dataset's rows of ``period``; ``rows`` carry ``partition_of`` them."""
        return self.replace(contract.dataset, period, rows)

    def replace_event(self, contract: Contract, period: Period, rows: pa.RecordBatchReader) -> int:
        """Replace the rows of an event dataset that are dated in ``period``; ``rows`` carry ``partition_of`` them."""
        # the column is cast and not the bound: Delta compares no timestamps of different precision
        column = f"CAST({contract.period_column} AS DATE)"
        dated = f"{column} >= DATE '{period.start}' AND {column} <= DATE '{period.end}'"
        return self._overwrite(contract.dataset, dated, rows)

    def _overwrite(self, table: str, predicate: str, rows: pa.RecordBatchReader) -> int:
        folder = self._folder(table)
        self._create(folder, rows.schema)
        write_deltalake(
            str(folder),
            rows,
            mode="overwrite",
            predicate=predicate,
            partition_by=[PARTITION],
            schema_mode="merge",
            post_commithook_properties=KEEP_LOG,
            writer_properties=_COMPRESSED,
        )
        return DeltaTable(str(folder)).version()

    def record(self, landing: LandingRecord) -> None:
        """Keep the record of a landing, in place of an earlier one of the same dataset and period."""
        row = {PARTITION: landing.period, "record": json.dumps(asdict(landing), ensure_ascii=False)}
        rows = pa.Table.from_pylist([row]).to_reader()
        self.replace(self.records_of(landing.dataset), landing.span, rows)

    def pin(self, dataset: str) -> int | None:
        """What fixes a dataset as it is now: the version of its landing records, which name the rows' versions."""
        return self._version(self.records_of(dataset))

    @staticmethod
    def records_of(dataset: str) -> str:
        """The table of a dataset's landing records."""
        return f"_landing/{dataset}"

    def tables(self) -> list[str]:
        """The names of all tables."""
        return sorted(str(log.parent.relative_to(self.root)) for log in self.root.rglob("_delta_log"))

    def landings(self, dataset: str, pin: int | None = None) -> list[LandingRecord]:
        """The records of all landings of a dataset, as of ``pin``; without it, the newest."""
        files = self.files(self.records_of(dataset), pin)
        # not read_table, which loads pandas, in every step
        tables = [pq.ParquetFile(file).read(columns=["record"]) for file in files]
        texts = [text for table in tables for text in table["record"].to_pylist()]
        return [_record(json.loads(text)) for text in texts]

    def standing(self, contract: Contract, period: Period) -> LandingRecord | None:
        """The record of the period's landing, if the lake's rows of the period are still those that it tells of."""
        records = self.landings(contract.dataset)
        found = next((record for record in records if record.period == str(period)), None)
        if found is None or (contract.kind == "event" and covering(records, period)[-1] != found):
            return None
        # what was written and not recorded, by a task that was killed in between, is told of by no record
        newest = max(record.version for record in records)
        files = self.files(contract.dataset)
        return found if sorted(files) == sorted(self.files(contract.dataset, newest)) else None

    def forget_gone(self, contract: Contract, period: Period) -> None:
        """Take files of the period that are gone from the disk out of the table: landing it writes them anew.

        Raises:
            DataError: files of other periods are gone as well; they would be forgotten, too.
        """
        gone = [file for file in self.files(contract.dataset) if not Path(file).exists()]
        if not gone:
            return
        lost = {
            unquote(part.partition("=")[2])
            for file in gone
            for part in Path(file).parts
            if part.startswith(PARTITION)
        }
        ours = {str(period), *map(str, period.months())} if contract.period_column else {str(period)}
        if others := sorted(lost - ours):
            raise DataError(
                f"{contract.dataset}: files of the lake are gone, of {', '.join(sorted(lost))}.",
                where=gone[0],
                todo=f"Put them back from a backup, or audit a period FROM..TO that has {', '.join(others)} in it, "
                "with extracts of all of it.",
            )
        DeltaTable(str(self._folder(contract.dataset))).repair(
            dry_run=False, post_commithook_properties=KEEP_LOG
        )

    def _version(self, table: str) -> int | None:
        folder = str(self._folder(table))
        return DeltaTable(folder).version() if DeltaTable.is_deltatable(folder) else None

    def files(self, table: str, version: int | None = None, period: str | None = None) -> list[str]:
        """The Parquet files of a table, or of one of its partitions, as of ``version``."""
        folder = str(self._folder(table))
        if not DeltaTable.is_deltatable(folder):
            return []
        delta = DeltaTable(folder, version=version)
        return delta.file_uris(file_pruning_predicate=[(PARTITION, "=", period)] if period else None)

    def partitions(self, table: str, version: int) -> set[Period]:
        """The partitions of a table that hold rows, as of ``version``."""
        actions = pa.table(
            DeltaTable(str(self._folder(table)), version=version).get_add_actions(flatten=True)
        )
        held = zip(
            actions[f"partition.{PARTITION}"].to_pylist(), actions["num_records"].to_pylist(), strict=True
        )
        return {Period.parse(partition) for partition, rows in held if rows is None or rows > 0}

    def _folder(self, table: str) -> Path:
        return self.root / table

    def _create(self, folder: Path, schema: pa.Schema) -> None:
        """Make the empty table first: then two writers of different partitions cannot both create it."""
        if DeltaTable.is_deltatable(str(folder)):
            return
        folder.mkdir(parents=True, exist_ok=True)
        try:
            DeltaTable.create(str(folder), schema=schema, partition_by=[PARTITION], mode="ignore")
        except (CommitFailedError, DeltaError):
            if not DeltaTable.is_deltatable(str(folder)):
                raise


def partition_of(contract: Contract, period: Period) -> str:
    """SQL: the partition of a row that is landed for ``period``; an event's is its month, or what is landed of it."""
    months = period.months()
    if contract.period_column is None or len(months) == 1:
        return literal(str(period))
    day, first, last = f"{identifier(contract.period_column)}::DATE", months[0], months[-1]
    return (
        f"CASE WHEN {day} <= DATE '{first.end}' THEN {literal(str(first))} "
        f"WHEN {day} >= DATE '{last.start}' THEN {literal(str(last))} ELSE strftime({day}, '%Y-%m') END"
    )


def with_retries(write: Any, *, attempts: int = _ATTEMPTS) -> Any:
    """Call ``write`` again where another writer of the same table was quicker."""
    for attempt in range(1, attempts + 1):
        try:
            return write()
        except CommitFailedError:
            if attempt == attempts:
                raise
            time.sleep(random.uniform(0.05, 0.2) * attempt)  # noqa: S311 - spreads writers, guards nothing
    raise AssertionError("unreachable")


def covering(records: Iterable[LandingRecord], period: Period) -> list[LandingRecord]:
    """The landings that overlap ``period``, in the order in which they were made."""
    found = [r for r in records if r.span.start <= period.end and period.start <= r.span.end]
    return sorted(found, key=lambda r: r.version)


def chosen_snapshot(records: Iterable[LandingRecord], period: Period) -> LandingRecord | None:
    """The landing of a snapshot that an audit of ``period`` reads: the newest that is not of a later day.

    Of several that end on that day, the period's own, or the shortest; which was landed last says nothing of them.
    """
    earlier = [record for record in records if record.span.end <= period.end]
    return max(earlier, key=lambda r: (r.span.end, r.period == str(period), r.span.start), default=None)


def versions_read(contract: Contract, records: Iterable[LandingRecord], period: Period) -> set[int]:
    """The versions of a dataset's table that an audit of ``period`` reads, of these records."""
    known = list(records)
    if contract.kind == "snapshot":
        chosen = chosen_snapshot(known, period)
        return {chosen.version} if chosen else set()
    return {max(record.version for record in known)} if known else set()


def uncovered(records: Iterable[LandingRecord], period: Period) -> list[Period]:
    """The parts of ``period`` that no landing covers, in order."""
    found, day = [], period.start
    for span in sorted((r.span for r in covering(records, period)), key=lambda span: span.start):
        if span.start > day:
            found.append(Period(day, span.start - timedelta(days=1)))
        day = max(day, span.end + timedelta(days=1))
    return [*found, Period(day, period.end)] if day <= period.end else found


def _record(values: dict[str, Any]) -> LandingRecord:
    lists = {name: tuple(values.get(name, ())) for name in ("columns", "inputs", "derived")}
    return LandingRecord(**{**values, **lists})
