"""Where a record stands, in the words of a message: file, kind and name.

Belongs here: names for readers. Nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wattledger.rating.catalogue.model import CatalogueFile, PowerFactorTable, Rate, Record, Tariff


class Places:
    """The records of the files, by identity: equal records may stand in two files."""

    def __init__(self, layers: Mapping[str, CatalogueFile]) -> None:
        self._files: dict[int, tuple[str, str]] = {}
        for name, file in layers.items():
            for record, text in _records(file):
                self._files[id(record)] = (name, text)

    def of(self, record: Record) -> str:
        """As ``CN-33.yaml: energy for R1, from 2024-01-01``."""
        name, text = self._files[id(record)]
        return f"{name}: {text}"

    def file(self, record: Record) -> str:
        """The name of the record's file."""
        return self._files[id(record)][0]


def _records(file: CatalogueFile) -> Iterator[tuple[Record, str]]:
    yield from ((t, tariff_text(t)) for t in file.tariffs)
    yield from ((r, rate_text(r)) for r in file.rates)
    yield from ((t, table_text(t)) for t in file.power_factor)
    for scheme in file.tou:
        yield from ((r, f"ratios of the times of use {scheme.id}") for r in scheme.ratios)
        yield from ((w, f"windows ({w.days}) of the times of use {scheme.id}") for w in scheme.windows)
    for tiers in file.tiers:
        yield from ((limit, f"limits of the tiers {tiers.id}") for limit in tiers.limits)


def tariff_text(tariff: Tariff) -> str:
    """A tariff's version, as ``tariff R1 from 2024-01-01``."""
    return f"tariff {tariff.code}" + (f" from {tariff.valid_from}" if tariff.valid_from else "")


def rate_text(rate: Rate) -> str:
    """A rate, as ``energy for R1, R2``."""
    since = f" from {rate.valid_from}" if rate.valid_from else ""
    return f"{rate.component} for {', '.join(rate.tariffs)}{since}"


def table_text(table: PowerFactorTable) -> str:
    """A power-factor table, by its standard."""
    return f"power factor against {table.standard:.2f}"
