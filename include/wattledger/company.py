"""A company's own folder: what it lays over the product's rules, parameters, tariffs, contracts, law and words.

Belongs here: which files there may be, finding and keeping them. What they hold is read where the product's own is
read; how the two combine is told in ``docs/company.md``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from wattledger.errors import ConfigurationError

BESIDE: Final = "company"
"""How the folder is called where it lies beside the source file and no field names it."""
SWITCHED_OFF: Final = "switched_off.yaml"
PARTS: Final = ("contracts", "expectations", "law", "parameters", "tariffs", "words")
"""Its folders, called as the product's own; ``words`` are those of ``reports_templates/``."""


@dataclass(frozen=True, slots=True)
class Company:
    """What a company has of its own; without a folder, nothing."""

    folder: Path | None = None

    def part(self, name: str) -> Path | None:
        """One of its folders; None where it has none."""
        folder = self.folder / name if self.folder else None
        return folder if folder and folder.is_dir() else None

    def files(self, name: str) -> list[Path]:
        """The YAML files of one of its folders, which must hold no other."""
        found = _visible(folder) if (folder := self.part(name)) else []
        for path in found:
            if path.suffix != ".yaml" or not path.is_file():
                raise ConfigurationError(
                    f"{BESIDE}/{name} holds {path.name}, which is no file of {name}.",
                    where=str(path),
                    todo="Call it NAME.yaml, or take it away.",
                )
        return found

    @property
    def switched_off(self) -> Path | None:
        """The file that switches rules of the product off; None where there is none."""
        path = self.folder / SWITCHED_OFF if self.folder else None
        return path if path and path.is_file() else None

    def keep(self, folder: Path) -> str:
        """Copy all of it below ``folder``, once for each content; return the copy's name, empty where there is nothing.

        The copy is there as a whole or not at all, and is never changed: who reads it meanwhile reads one content.
        """
        if self.folder is None:
            return ""
        name = self._digest()[:16]
        if not (folder / name).is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = Path(mkdtemp(dir=folder, prefix=f".{name}-"))
            for path in _tree(self.folder):
                place = unfinished / path.relative_to(self.folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
            try:
                unfinished.rename(folder / name)
            except OSError:  # another audit kept the same content meanwhile
                shutil.rmtree(unfinished)
        return name

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in _tree(self.folder) if self.folder else ():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder or path)}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


def find_company(named: str | None, source: Path) -> Company:
    """The company's own folder, seen from the folder of its source file.

    Args:
        named: as the source file names it; empty: there is none; None: the folder ``company`` where there is one.
        source: the folder of the source file.

    Raises:
        ConfigurationError: there is no such folder, or something in it is none of its parts.
    """
    if named == "" or (named is None and not (source / BESIDE).is_dir()):
        return Company()
    folder = source / (named or BESIDE)
    if not folder.is_dir():
        raise ConfigurationError(
            f"There is no folder {named!r}, which the source file names as company.",
            where=str(folder),
            todo="Correct `company`, which is seen from the source file, or make the folder; docs/company.md.",
        )
    known = (*PARTS, SWITCHED_OFF)
    for path in _visible(folder):
        fits = path.is_dir() if path.name in PARTS else path.name == SWITCHED_OFF or path.suffix == ".md"
        if not fits:
            near = get_close_matches(path.name, known, 1)
            raise ConfigurationError(
                f"The company's folder holds {path.name}, which nothing reads"
                + (f"; did you mean {near[0]}?" if near else "."),
                where=str(path),
                todo=f"There may be the folders {', '.join(PARTS)}, the file {SWITCHED_OFF}, and notes (*.md).",
            )
    return Company(folder)


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _tree(folder: Path) -> Iterator[Path]:
    for path in _visible(folder):
        if path.is_dir():
            yield from _tree(path)
        else:
            yield path
