"""Upkeep of an installation: what its lakes take on disk, and the removal of what no kept run is pinned to.

Belongs here: which sources and runs are meant. What is done to their tables is in ``lake.upkeep``.
"""

from __future__ import annotations

from collections.abc import Iterator

from wattledger.errors import ConfigurationError, UsageError
from wattledger.lake import Lake
from wattledger.lake.upkeep import Pins, TableUse
from wattledger.lake.upkeep import survey as survey_lake
from wattledger.lake.upkeep import vacuum as vacuum_lake
from wattledger.registry import list_runs, open_registry
from wattledger.settings import Settings

_PUBLISHED = "_verdict"


def survey(settings: Settings, source: str = "", keep: int | None = None) -> dict[str, list[TableUse]]:
    """What the tables of each source (or of ``source`` alone) take; ``keep``: see ``vacuum``."""
    return {lake.root.name: survey_lake(lake, pins) for lake, pins in _kept(settings, source, keep)}


def vacuum(settings: Settings, source: str = "", keep: int | None = None) -> dict[str, list[TableUse]]:
    """Remove what neither the newest landings nor the kept runs need; return the survey before it.

    Args:
        settings: the installation; its registry must be the one that the audits used.
        source: one source; without it, all.
        keep: of each period, the newest so many runs are kept; None: all runs.

    Raises:
        ConfigurationError: a lake holds published audits, and the registry knows no run of them.
    """
    return {lake.root.name: vacuum_lake(lake, pins) for lake, pins in list(_kept(settings, source, keep))}


def _kept(settings: Settings, source: str, keep: int | None) -> Iterator[tuple[Lake, list[Pins]]]:
    names = sorted(path.name for path in settings.lake.glob("*") if path.is_dir())
    if source and source not in names:
        raise UsageError(f"{settings.lake} holds the sources: {', '.join(names) or 'none'}.")
    engine = open_registry(settings.registry)
    for name in [source] if source else names:
        lake, runs = Lake(settings.lake / name), list_runs(engine, name)
        if not runs and _PUBLISHED in lake.tables():
            raise ConfigurationError(
                f"The lake holds audits of {name}, and the registry knows of none: it is not the one that they used.",
                where=str(settings.lake / name),
                todo="Set WATTLEDGER_REGISTRY_URL to the registry of these audits.",
            )
        newest = {run.period: run.revision for run in runs}
        yield (
            lake,
            [
                Pins(
                    f"{run.period} r{run.revision}",
                    run.period,
                    {dataset: entry["pin"] for dataset, entry in run.inputs.items()},
                )
                for run in runs
                if keep is None or run.revision > newest[run.period] - keep
            ],
        )
