"""Mistakes of a whole catalogue: a bill could not be rated by it, or could be in two ways.

Belongs here: the list of checks, and the checks of names that nothing defines. Checks of prices are in
``checks_rates``, of times of use, tiers and power factor in ``checks_schemes``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wattledger.errors import ConfigurationError
from wattledger.parameters import Parameter
from wattledger.rating.catalogue.checks_rates import rate_problems
from wattledger.rating.catalogue.checks_schemes import scheme_problems
from wattledger.rating.catalogue.days import flaws, span_of
from wattledger.rating.catalogue.model import (
    PARAMETER_WORDS,
    Catalogue,
    CatalogueFile,
    Dated,
    Seasonal,
    Tariff,
)
from wattledger.rating.catalogue.places import Places

_SHOWN = 20


def check_catalogue(catalogue: Catalogue, layers: Mapping[str, CatalogueFile]) -> None:
    """Refuse a catalogue by which some bill could not be rated, or could be in two ways.

    Args:
        catalogue: all layers together.
        layers: the files by name, to say which of them is meant.

    Raises:
        ConfigurationError: naming file, tariff, component and days of every mistake.
    """
    places = Places(layers)
    found = list(dict.fromkeys(_problems(catalogue, places)))
    if not found:
        return
    shown = found[:_SHOWN] + ([f"... and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else [])
    raise ConfigurationError(
        f"The tariffs of {catalogue.jurisdiction} cannot be used:\n"
        + "\n".join(f"  {text}" for text in shown),
        todo="Correct the files; each kind of mistake is explained in docs/tariffs.md.",
    )


def _problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """The problems, causes first: prices are not checked against names and spans that are wrong."""
    yield from _parameter_problems(catalogue.parameters)
    yield from (first := list(_record_problems(catalogue, places)))
    if first:
        return
    yield from scheme_problems(catalogue, places)
    yield from rate_problems(catalogue, places)


def _parameter_problems(parameters: Iterable[Parameter]) -> Iterator[str]:
    for parameter in parameters:
        name, since = parameter.name, parameter.valid_from or "the beginning"
        if not name.startswith("rating."):
            continue
        if words := PARAMETER_WORDS.get(name):
            if parameter.text not in words:
                given = parameter.text if parameter.value is None else parameter.value
                yield f"the parameter {name} from {since} is {given}, expected {' or '.join(words)}"
        elif parameter.value is None:
            yield f"the parameter {name} from {since} is {parameter.text!r}, expected a number"


def _record_problems(catalogue: Catalogue, places: Places) -> Iterator[str]:
    for record in _dated(catalogue):
        place = places.of(record)
        if record.source not in catalogue.sources:
            yield f"{place}: there is no source {record.source!r}; there are: {', '.join(catalogue.sources) or 'none'}"
        if span_of(record)[0] > span_of(record)[1]:
            yield f"{place}: it ends on {record.valid_to}, before it begins on {record.valid_from}"
        if isinstance(record, Seasonal) and _wrong_months(record.months):
            yield f"{place}: months are {list(record.months)}, but each is a number from 1 to 12, and stands once"
    for tariff in catalogue.tariffs:
        yield from (f"{places.of(tariff)}: {text}" for text in _tariff_problems(tariff, catalogue))
    for code in dict.fromkeys(t.code for t in catalogue.tariffs):
        yield from _version_problems([t for t in catalogue.tariffs if t.code == code], places)


def _dated(catalogue: Catalogue) -> Iterator[Dated]:
    yield from catalogue.tariffs
    yield from catalogue.rates
    yield from catalogue.power_factor
    for tou in catalogue.tou.values():
        yield from (*tou.ratios, *tou.windows)
    for tiers in catalogue.tiers.values():
        yield from tiers.limits


def _wrong_months(months: tuple[int, ...]) -> bool:
    return len(set(months)) != len(months) or any(not 1 <= m <= 12 for m in months)


def _tariff_problems(tariff: Tariff, catalogue: Catalogue) -> Iterator[str]:
    if tariff.tou and tariff.tou not in catalogue.tou:
        yield f"there are no times of use {tariff.tou!r}; there are: {_names(catalogue.tou)}"
    if tariff.tiers and tariff.tiers not in catalogue.tiers:
        yield f"there are no tiers {tariff.tiers!r}; there are: {_names(catalogue.tiers)}"
    if len(set(tariff.components)) != len(tariff.components):
        yield "a component stands twice among its components"
    if unknown := [c for c in tariff.power_factor_base if c not in tariff.components]:
        yield f"power_factor_base names {', '.join(unknown)}, which is not among its components"
    if "power_factor" in tariff.components and not tariff.power_factor_base:
        yield "it has the component power_factor, but power_factor_base does not say of what"


def _version_problems(versions: list[Tariff], places: Places) -> Iterator[str]:
    for first, version in enumerate(versions):
        for other in versions[first + 1 :]:
            both = [f for f in flaws([version, other], span_of(version)) if f.kind == "overlap"]
            if both:
                yield f"{places.of(other)}: another version of it ({places.of(version)}) holds too, {both[0].days}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
