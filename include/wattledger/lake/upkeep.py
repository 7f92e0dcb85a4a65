"""Upkeep: what a source's lake takes on disk, which of it runs are pinned to, and the removal of the rest.

Belongs here: sizes, versions and vacuuming. Which runs there are, the caller says; what a run reads of a dataset's
landings is said by ``store.versions_read``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable

from wattledger.contracts import load_contracts
from wattledger.lake.store import KEEP_LOG, Lake, versions_read
from wattledger.periods import Period

_ORPHAN_HOURS = 48
"""Files that no version ever named are a killed task's, unless they are a running one's: that one is not as old."""


@dataclass(frozen=True, slots=True)
class Pins:
    """What one run is pinned to: ``Lake.pin`` by dataset."""

    run: str
    """The run's name for people: its period and revision."""
    period: Period
    pins: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class TableUse:
    """One table on disk. Sizes are in bytes, of Parquet files alone: the log is never touched."""

    table: str
    versions: int
    live_files: int
    live_bytes: int
    """Of the newest version."""
    pinned_bytes: int
    """Of older versions that runs are pinned to, or that a landing's record names."""
    runs: tuple[str, ...]
    """The runs that are pinned to it."""
    removable: tuple[str, ...]
    removable_bytes: int


def survey(lake: Lake, kept: Iterable[Pins]) -> list[TableUse]:
    """What each table takes, and what of it neither its newest version needs nor any of the ``kept`` runs."""
    wanted, runs = _wanted(lake, list(kept))
    return [_use(lake, table, wanted[table], tuple(runs[table])) for table in lake.tables()]


def vacuum(lake: Lake, kept: Iterable[Pins]) -> list[TableUse]:
    """Remove what ``survey`` calls removable, and return the survey before it."""
    pins = list(kept)
    found, (wanted, _) = survey(lake, pins), _wanted(lake, pins)
    for use in found:
        if use.removable:
            _vacuum(lake.root / use.table, wanted[use.table], dry_run=False)
    return found


def _wanted(lake: Lake, kept: list[Pins]) -> tuple[dict[str, set[int]], dict[str, dict[str, None]]]:
    """The versions that must stay readable, by table, and the runs that read them."""
    versions: dict[str, set[int]] = defaultdict(set)
    runs: dict[str, dict[str, None]] = defaultdict(dict)
    contracts = load_contracts()
    for dataset in (table for table in lake.tables() if not table.startswith("_")):
        # what the records name now is what the next run will be pinned to
        versions[dataset].update(record.version for record in lake.landings(dataset))
    for one in kept:
        for dataset, pin in one.pins.items():
            if pin is None:
                continue
            records = lake.landings(dataset, pin)
            # of a company's own dataset it is not known here what a run reads: all that is named stays
            read = (
                versions_read(contracts[dataset], records, one.period)
                if dataset in contracts
                else {record.version for record in records}
            )
            for table, wanted in ((lake.records_of(dataset), {pin}), (dataset, read)):
                versions[table] |= wanted
                runs[table][one.run] = None
    return versions, runs


def _use(lake: Lake, table: str, wanted: set[int], runs: tuple[str, ...]) -> TableUse:
    folder = lake.root / table
    live = set(lake.files(table))
    pinned = {file for version in wanted for file in lake.files(table, version)} - live
    removable = [file for file in _vacuum(folder, wanted, dry_run=True) if (folder / file).is_file()]
    return TableUse(
        table=table,
        versions=(DeltaTable(str(folder)).version() + 1),
        live_files=len(live),
        live_bytes=_size(Path(file) for file in live),
        pinned_bytes=_size(Path(file) for file in pinned),
        runs=runs,
        removable=tuple(sorted(removable)),
        removable_bytes=_size(folder / file for file in removable),
    )


def _vacuum(folder: Path, wanted: set[int], *, dry_run: bool) -> set[str]:
    """The files that Delta removes: superseded ones at once, and those that no version named once they are old."""
    found = set()
    for full, hours in ((False, 0), (True, _ORPHAN_HOURS)):
        found |= set(
            DeltaTable(str(folder)).vacuum(
                retention_hours=hours,
                dry_run=dry_run,
                enforce_retention_duration=False,
                full=full,
                keep_versions=sorted(wanted),
                post_commithook_properties=KEEP_LOG,
            )
        )
    return found


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
