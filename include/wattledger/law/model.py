"""The form of a document of the register, and of a citation.

Belongs here: the records and their own consistency. ``docs/law.md`` is for who writes them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Status = Literal["confirmed", "unverified", "company_parameter", "made_up", ""]
"""Whether anybody read it; empty for what is no law and needs no reading, as arithmetic."""


class Record(BaseModel):
    """A record of the register: strict, so that a misspelt field is an error and not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Record):
    """A text in both languages."""

    zh: str
    en: str


class Article(Words):
    """What an article says, in our own words."""

    label: Words | None = None
    """How it is called where it is no numbered article: ``{zh: 第2.8节, en: section 2.8}``."""
    status: Literal["confirmed", "unverified"] | None = None
    """Where it is not the document's."""


class Document(Record):
    """A law, a regulation, a notice, a price table: one file of ``law/``."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    jurisdiction: str
    """Where it holds, with all that lies inside: one of ``CN`` holds in ``CN-33``."""
    title: Words
    own_title: bool = True
    """Whether ``title`` is the document's own; else it is our description, and stands without title marks."""
    issuer: Words | None = None
    number: Words | None = None
    issued: date | None = None
    valid_from: date | None = Field(None, alias="from")
    valid_to: date | None = Field(None, alias="to")
    """Its last day, where it is known."""
    replaces: tuple[str, ...] = ()
    """Ids of the documents whose place it takes: these are no longer cited from its first day on."""
    address: str = ""
    """The official one."""
    status: Literal["confirmed", "unverified"]
    seen: Words
    """Who saw which text of it, and when."""
    by_article: bool = True
    """Whether it is cited by article; a price notice or a table is cited as a whole."""
    articles: dict[str, Article] = {}
    """Articles that are cited, as far as they were seen."""

    def ended_before(self, day: date | None) -> bool:
        """Whether its last day is known and lies before ``day``; None is a day without end."""
        return self.valid_to is not None and self.valid_to < (day or date.max)

    @field_validator("articles", mode="before")
    @classmethod
    def _as_text(cls, content: object) -> object:
        """YAML reads ``98:`` as a number."""
        return {str(key): value for key, value in content.items()} if isinstance(content, dict) else content


class Citation(Record):
    """What something rests on: a document of the register, or what it is where it is no law.

    ``{law: supply-rules-1996, article: 98}`` or ``{kind: company}``, each with a text of what is said there.
    """

    law: str = ""
    article: tuple[str, ...] = ()
    """Articles, as the document's record calls them; none: not known, or the whole document."""
    kind: str = ""
    """One of the kinds of ``law/kinds.yaml``, where it is no law."""
    zh: str = ""
    en: str = ""
    """What it says for this rule, number or price."""
    code: str = ""
    """Of a code list or a standard: what it is called there, for whoever looks it up; not printed in reports."""
    status: Literal["confirmed", "unverified"] | None = None
    """Where the citation itself is unverified, though the document is confirmed."""

    @field_validator("article", mode="before")
    @classmethod
    def _several(cls, given: Any) -> Any:
        """One article may stand without brackets, and as a number."""
        return tuple(map(str, given if isinstance(given, list | tuple) else [given]))

    @model_validator(mode="after")
    def _one_of_both(self) -> Citation:
        if bool(self.law) == bool(self.kind):
            raise ValueError("a citation names either a document (law) or what it is instead (kind)")
        if self.article and not self.law:
            raise ValueError("an article is one of a document: name it as law")
        return self


class Kind(Words):
    """What a basis is that is no law, in words."""

    jurisdiction: str = ""
    """Where it holds; empty: everywhere."""
    status: Status = ""


def holds_in(jurisdiction: str, of: str) -> bool:
    """Whether what is ``of`` a jurisdiction holds in another: that of ``CN`` does in ``CN-33``, not the other way."""
    return not of or jurisdiction == of or jurisdiction.startswith(f"{of}-")
