"""Reading the register: the files of ``law/``, one a document, and the kinds of what is no law.

Belongs here: files, their form and their places. What the records hold is in ``model``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from wattledger.errors import ConfigurationError
from wattledger.law.model import Citation, Document, Kind
from wattledger.yaml_files import as_form, read_fields

KINDS = "kinds.yaml"
_TODO = "The form of a document is in docs/law.md."
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Register:
    """All documents by id, and the kinds of bases that are no law by name."""

    documents: Mapping[str, Document]
    kinds: Mapping[str, Kind]

    def jurisdiction(self, citation: Citation) -> str:
        """Where what is cited holds; empty: everywhere."""
        if citation.law:
            return self.documents[citation.law].jurisdiction
        return self.kinds[citation.kind].jurisdiction

    def flaw(self, citation: Citation) -> str:
        """What is wrong with a citation: a document, an article, a kind that the register has not; empty: nothing."""
        if citation.kind:
            return _unknown("kind", citation.kind, self.kinds)
        if flaw := _unknown("document", citation.law, self.documents):
            return flaw
        known = self.documents[citation.law].articles
        return next(
            (f"{citation.law}: {f}" for a in citation.article if (f := _unknown("article", a, known))), ""
        )

    def cited(self, citations: Iterable[Citation]) -> list[Document | Kind]:
        """All records that citations come to: documents, those that took their place, kinds."""
        given = list(citations)
        named = {citation.law for citation in given}
        later = {d.id for d in self.documents.values() if named & set(d.replaces)}
        kinds = sorted({citation.kind for citation in given if citation.kind})
        return [
            *(self.documents[name] for name in sorted((named | later) - {""})),
            *(self.kinds[name] for name in kinds),
        ]

    def replaced(self, document: Document, day: date) -> bool:
        """Whether another document has taken its place by a day."""
        return any(
            document.id in later.replaces and (later.valid_from or date.max) <= day
            for later in self.documents.values()
        )


def load_register(folder: Path, own: Path | None = None) -> Register:
    """All documents of ``law/``, and with ``own`` those of the company's own folder of the same form.

    Raises:
        ConfigurationError: a file cannot be read or breaks the form, stands in the wrong place, an id stands twice, or
            a document replaces one that there is not; the message names file and field.
    """
    register = _product(folder)
    return _read_register(own, register) if own else register


@cache
def _product(folder: Path) -> Register:
    if not (folder / KINDS).is_file():
        raise ConfigurationError(f"There is no register of law in {folder}.", todo="Set WATTLEDGER_LAW.")
    return _read_register(folder, Register({}, {}))


def _read_register(folder: Path, below: Register) -> Register:
    """The register of a folder on top of another, which keeps all that it has."""
    kinds = dict(below.kinds)
    for name, record in _read(folder / KINDS).items() if (folder / KINDS).is_file() else ():
        if name in kinds:
            raise ConfigurationError(
                f"The kind {name} is there already.",
                where=str(folder / KINDS),
                todo="Give yours another name.",
            )
        kinds[name] = _parse(Kind, record, folder / KINDS)
    _check_places(folder)
    documents = dict(below.documents)
    for path in sorted(folder.glob("*/*.yaml")):
        document = _parse(Document, _read(path), path)
        if (document.jurisdiction, document.id) != (path.parent.name, path.stem):
            raise ConfigurationError(
                f"The document {document.id} of {document.jurisdiction} stands in {path.parent.name}/{path.name}.",
                todo=f"Move it to {document.jurisdiction}/{document.id}.yaml, or correct id and jurisdiction.",
            )
        if document.id in documents:
            raise ConfigurationError(
                f"There are two documents {document.id}, in {documents[document.id].jurisdiction} and in "
                f"{document.jurisdiction}.",
                todo="Give one of them another id.",
            )
        documents[document.id] = document
    for document in documents.values():
        for older in document.replaces:
            if flaw := _unknown("document", older, documents):
                raise ConfigurationError(f"{document.id} replaces {older}: {flaw}", todo=_TODO)
    return Register(documents, kinds)


def _check_places(folder: Path) -> None:
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        if path != folder / KINDS and (path.suffix != ".yaml" or path.parent.parent != folder):
            raise ConfigurationError(
                f"{path.name} is no document of law.",
                where=str(path),
                todo=f"Documents are called JURISDICTION/ID.yaml; beside them is {KINDS} alone. {_TODO}",
            )


def _read(path: Path) -> dict[str, Any]:
    return read_fields(path, "document of the register", todo=_TODO)


def _parse(model: type[_Model], content: object, path: Path) -> _Model:
    return as_form(model, content, path, "document of the register", todo=_TODO)


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    if name in known:
        return ""
    near = [other for other in known if other[:4] == name[:4]] or list(known)
    return f"there is no {what} {name!r}; there are: {', '.join(near[:8]) or 'none'}"
