"""The lake's tables as Airflow assets, and the event that announces a period of one of them.

Belongs here: names and addresses. The lake itself is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from airflow.sdk import Asset

from wattledger.errors import ConfigurationError
from wattledger.periods import Period
from wattledger.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Outline:
    """What a DAG file has to know about the source file."""

    datasets: tuple[str, ...]
    timezone: str


def outline(source: Path) -> Outline:
    """The datasets and the time zone of a source file, read without checking it: that is for the tasks.

    Without a usable file these are all datasets that have a contract, so that the DAGs stay visible and their first
    task says what is wrong with the file.
    """
    try:
        content = read_yaml(source)
        datasets = tuple(map(str, content["datasets"]))
        timezone = str(content.get("timezone", "Asia/Shanghai"))
    except (ConfigurationError, TypeError, KeyError, AttributeError):
        datasets, timezone = (), "Asia/Shanghai"
    return Outline(datasets or _contracts(), timezone)


PERIOD = Asset(name="audit_period", uri="wattledger://lake/period", group="lake")
"""Updated before any dataset of a period is landed.

Airflow 3.3.2 keeps, per period, the run that waits for its assets, and makes it at the first event. Two first events
of different assets at the same moment make two, and each then waits for ever for the event that the other has received.
With this asset there is one first event, and no landing has begun when it comes.
"""


def lake_assets(datasets: tuple[str, ...]) -> dict[str, Asset]:
    """An asset for each dataset, by its name."""
    return {name: Asset(name=name, uri=f"wattledger://lake/{name}", group="lake") for name in datasets}


def declared(datasets: Iterable[str], assets: Mapping[str, Asset]) -> list[str]:
    """The ``datasets``, each of which must be among ``assets``; raise ConfigurationError for one that is missing."""
    wanted = list(datasets)
    if unknown := [name for name in wanted if name not in assets]:
        raise ConfigurationError(
            f"The source file maps {', '.join(unknown)}, which Airflow does not know yet.",
            todo="Wait a minute until Airflow has read the DAG files again, then clear this task with what follows.",
        )
    return wanted


def announce(context: Mapping[str, Any], asset: Asset, period: Period, **extra: int) -> None:
    """Make this task instance update only ``asset``, of all that its task declares, for ``period``.

    The task declares every asset, so that all of them are known to the scheduler; what is left in ``outlets`` when the
    task ends is what Airflow updates. The period is named because a run that was triggered by hand has no partition
    key. What is in ``extra`` is shown beside the event.
    """
    context["task"].outlets = [asset]
    event = context["outlet_events"][asset]
    event.add_partitions(str(period))
    event.extra = dict(extra)


def _contracts() -> tuple[str, ...]:
    names = (entry.name for entry in files("wattledger.contracts").joinpath("datasets").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))
