"""Where things live: the home folder, the registry, the folders of rules, law, parameters, tariffs, templates and DAGs.

Belongs here: settings of an installation. What belongs to one company stands in its source file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from wattledger.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent
# A wheel has the folders of the checkout's top level inside the package, see pyproject.toml.
_PROJECT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parents[1]


_MEMORY = re.compile(r"[1-9][0-9]*([.][0-9]+)? *([KMGT]i?B)", re.IGNORECASE)


class Settings(BaseSettings):
    """Settings of an installation, from environment variables named ``WATTLEDGER_...``."""

    model_config = SettingsConfigDict(env_prefix="WATTLEDGER_")

    home: Path = Path(".wattledger")
    source: Path = Path(".wattledger/demo/source.yaml")
    """The source file that the DAGs audit: one Airflow installation audits one company, the demo's unless told."""
    schedule: str = "0 0 * * *"
    """When ``extract`` runs: cron, in the source's time zone; empty: by hand only."""
    late_after_hours: float = Field(default=3.0, gt=0, le=168, allow_inf_nan=False)
    """A DAG run that takes this many hours more than usual is late."""
    registry_url: str = ""
    smtp_url: str = ""
    """``smtp://user:password@host:port``; empty: mails are written as .eml files below the home folder."""
    mail_from: str = "wattledger@localhost"
    memory_limit: str = "2GB"
    """DuckDB's memory limit for one task; what does not fit spills to ``home/tmp``."""
    threads: int = Field(default=0, ge=0, le=1024)
    """DuckDB's threads for one task; 0 leaves the choice to DuckDB."""
    expectations: Path = _PROJECT / "expectations"
    law: Path = _PROJECT / "law"
    parameters: Path = _PROJECT / "parameters"
    tariffs: Path = _PROJECT / "tariffs"
    templates: Path = _PROJECT / "reports_templates"

    def __init__(self, **given: Any) -> None:
        """Raise UsageError for a setting that cannot be, with its name in the environment."""
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise UsageError(
                "The settings are wrong:\n" + "\n".join(_wrong(problem) for problem in error.errors()),
                where="environment variables",
                todo="Correct them, or take them out of the environment; docs/operations.md lists them.",
            ) from error

    @field_validator("memory_limit")
    @classmethod
    def _amount(cls, value: str) -> str:
        if not _MEMORY.fullmatch(value):
            raise ValueError("expected an amount such as 2GB")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _server(cls, value: str) -> str:
        if value and not re.match(r"smtps?://[^/]", value):
            raise ValueError("expected smtp://user:password@host:port or smtps://...")
        return value

    @property
    def lake(self) -> Path:
        """The folder of the lake: one folder per source, in it one Delta table per dataset."""
        return self.home / "lake"

    @property
    def registry(self) -> str:
        """The registry's SQLAlchemy URL; SQLite in the home folder unless told."""
        return self.registry_url or f"sqlite:///{(self.home / 'registry.db').resolve()}"

    @property
    def bulletins(self) -> Path:
        """The folder of the rendered bulletins: ``<source>/<period>/<audience>.html``."""
        return self.home / "bulletins"

    @property
    def mail(self) -> Path:
        """The folder of the .eml files where there is no mail server."""
        return self.home / "mail"

    @property
    def folders(self) -> dict[str, Path]:
        """What the installation reads, and its home: the folders by their names, as ``wattledger where`` shows them."""
        return {
            "home": self.home.resolve(),
            "expectations": self.expectations,
            "law": self.law,
            "parameters": self.parameters,
            "tariffs": self.tariffs,
            "templates": self.templates,
            "dags": _PROJECT / "dags",
            "sources": _PROJECT / "sources",
        }


def _wrong(problem: Any) -> str:
    """One setting and what is wrong with it; an address is not shown, for there may be a password in it."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    message = problem["msg"].removeprefix("Value error, ")
    given = "" if name.endswith("_url") else f"; {problem['input']!r} was given"
    return f"  WATTLEDGER_{name.upper()}: {message[0].lower()}{message[1:]}{given}"
