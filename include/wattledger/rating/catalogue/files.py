"""Reading the tariff catalogue: the files of ``tariffs/`` and a company's own, one on top of the other.

Belongs here: files, their form and their layers. What makes a catalogue wrong as a whole is in ``checks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from wattledger.errors import ConfigurationError
from wattledger.law import Citation, Reference, Register, load_register, resolve
from wattledger.parameters import Parameter
from wattledger.rating.catalogue.checks import check_catalogue
from wattledger.rating.catalogue.model import (
    Catalogue,
    CatalogueFile,
    Source,
    TierScheme,
    TouScheme,
)
from wattledger.settings import Settings
from wattledger.yaml_files import in_words, line_of, read_yaml

OWN = "the company's own tariffs"
"""What messages call the layer that is in no file of ``tariffs/``."""

Layers = Mapping[str, CatalogueFile]
"""Files by name, the country's first, then the province's, then the company's own."""


def load_catalogue(
    folder: Path,
    jurisdiction: str,
    *,
    parameters: Iterable[Parameter],
    own: CatalogueFile | None = None,
    law: Register | None = None,
    company: Layers = MappingProxyType({}),
) -> Catalogue:
    """The tariffs of a jurisdiction: ``CN-33`` stands on ``CN``, the company's ``own`` stand on both.

    A jurisdiction without a file has no tariffs, and its bills are not rated.

    Args:
        folder: ``tariffs/``.
        jurisdiction: as the source file has it.
        parameters: as ``load_parameters`` returns them.
        own: tariffs on top of the files'.
        law: the register that sources name documents of; the installation's unless told.
        company: a company's own files by name, between those of ``tariffs/`` and ``own``.

    Raises:
        ConfigurationError: a file breaks the form, or the whole has a gap, an overlap or something unknown; the
            message names file, tariff, component and days.
    """
    layers: dict[str, CatalogueFile] = {}
    parts = jurisdiction.split("-")
    for length in range(1, len(parts) + 1):
        path = folder / f"{'-'.join(parts[:length])}.yaml"
        if path.is_file():
            layers[path.name] = read_catalogue_file(path)
            _check_jurisdiction(layers[path.name], path.name, path.stem)
    for place, file in (dict(company) | ({OWN: own} if own else {})).items():
        if jurisdiction != file.jurisdiction and not jurisdiction.startswith(f"{file.jurisdiction}-"):
            _check_jurisdiction(file, place, jurisdiction)
        layers[place] = file
    return join_layers(jurisdiction, layers, parameters, law)


def read_catalogue_file(path: Path) -> CatalogueFile:
    """Read one file of tariffs; raise ConfigurationError where it is no YAML or breaks the form."""
    return parse_catalogue_file(read_yaml(path), path.name, path)


def parse_catalogue_file(content: object, place: str, path: Path | None = None) -> CatalogueFile:
    """The content of a file of tariffs as records; ``path`` is the file, if there is one.

    Raises:
        ConfigurationError: it breaks the form; the message names every field, and of a rate its component and tariffs.
    """
    if not isinstance(content, Mapping):
        raise ConfigurationError(f"{place} is not a file of tariffs.", todo="Its form is in docs/tariffs.md.")
    try:
        return CatalogueFile.model_validate(content)
    except ValidationError as error:
        problems = "\n".join(
            f"  {line_of(path, e['loc'])}{_where(content, e['loc'])}: {in_words(e, CatalogueFile)}"
            for e in error.errors()
        )
        raise ConfigurationError(
            f"The tariffs in {place} are wrong:\n{problems}",
            todo="The form of each record is in docs/tariffs.md.",
        ) from error


def join_layers(
    jurisdiction: str, layers: Layers, parameters: Iterable[Parameter], law: Register | None = None
) -> Catalogue:
    """One catalogue of all layers, checked; raise ConfigurationError as ``load_catalogue`` does."""
    files = layers.values()
    stated = [f.currency for f in files if "currency" in f.model_fields_set]
    catalogue = Catalogue(
        jurisdiction=jurisdiction,
        currency=stated[-1] if stated else "CNY",
        sources=references_of(layers, law or load_register(Settings().law)),
        voltage_bands=_voltage_bands(layers),
        tariffs=tuple(t for f in files for t in f.tariffs),
        rates=tuple(r for f in files for r in f.rates),
        tou=_tou(layers),
        tiers=_tiers(layers),
        power_factor=tuple(t for f in files for t in f.power_factor),
        parameters=tuple(parameters),
    )
    check_catalogue(catalogue, layers)
    return catalogue


def _check_jurisdiction(file: CatalogueFile, place: str, expected: str) -> None:
    if file.jurisdiction != expected:
        raise ConfigurationError(
            f"{place} says jurisdiction {file.jurisdiction!r}, but it is read as {expected!r}.",
            todo="Correct the jurisdiction, or the name of the file.",
        )


def _where(content: Mapping[Any, Any], location: tuple[int | str, ...]) -> str:
    """``rates[2].per of energy for R1, R2``: a reader looks for the rate, not for the third one."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    try:
        record = content[location[0]][location[1]]
    except (KeyError, IndexError, TypeError):
        return text or "file"
    if not isinstance(record, Mapping):
        return text
    tariffs = record.get("tariffs")
    names = [record[key] for key in ("component", "code", "id") if isinstance(record.get(key), str)]
    return (
        text
        + (f" of {names[0]}" if names else "")
        + (f" for {', '.join(map(str, tariffs))}" if isinstance(tariffs, list) else "")
    )


def references_of(layers: Layers, law: Register) -> dict[str, Reference]:
    """What prices rest on, in words, by the id of the source; raise ConfigurationError as ``load_catalogue`` does."""
    found: dict[str, Reference] = {}
    for place, file in layers.items():
        for source in file.sources:
            if source.id in found:
                raise ConfigurationError(f"{place}: there are two sources {source.id!r}.", todo="Rename one.")
            found[source.id] = _reference(source, law, f"{place}: the source {source.id}", file.jurisdiction)
    return found


def _reference(source: Source, law: Register, place: str, jurisdiction: str) -> Reference:
    if source.law:
        citation = Citation(law=source.law, article=source.article, zh=source.zh, en=source.en)
        return resolve(citation, law, place, jurisdiction)
    number = source.document_no
    return Reference(
        "",
        "",
        "，".join(part for part in (source.zh, number, str(source.dated or "")) if part),
        ", ".join(part for part in (source.en, number, str(source.dated or "")) if part),
        source.status or "unverified",
    )


def _voltage_bands(layers: Layers) -> dict[str, str]:
    """Band by voltage; a later layer moves a voltage to a band of its own, as provinces do with 20 kV."""
    found: dict[str, str] = {}
    for place, file in layers.items():
        here: dict[str, str] = {}
        for band, voltages in file.voltage_bands.items():
            for voltage in voltages:
                if voltage in here:
                    raise ConfigurationError(
                        f"{place}: voltage {voltage} is in two bands, {here[voltage]} and {band}.",
                        todo="Leave it in one of voltage_bands.",
                    )
                here[voltage] = band
        found.update(here)
    return found


def _tou(layers: Layers) -> dict[str, TouScheme]:
    """Schemes by id. One that a later layer names again is continued: its ratios and windows are added."""
    found: dict[str, TouScheme] = {}
    for place, file in layers.items():
        for scheme in file.tou:
            known = found.get(scheme.id)
            if known is None:
                found[scheme.id] = scheme
                continue
            if (known.periods, known.balance_to) != (scheme.periods, scheme.balance_to):
                raise ConfigurationError(
                    f"{place}: times of use {scheme.id} stand there with other periods or another balance_to than "
                    "before.",
                    todo="Give the scheme an id of its own.",
                )
            added = {"ratios": known.ratios + scheme.ratios, "windows": known.windows + scheme.windows}
            found[scheme.id] = known.model_copy(update=added)
    return found


def _tiers(layers: Layers) -> dict[str, TierScheme]:
    """Schemes by id. One that a later layer names again is continued: its limits are added."""
    found: dict[str, TierScheme] = {}
    for file in layers.values():
        for scheme in file.tiers:
            known = found.get(scheme.id)
            limits = (known.limits if known else ()) + scheme.limits
            found[scheme.id] = TierScheme(id=scheme.id, limits=limits)
    return found
