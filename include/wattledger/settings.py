"""Where things live: the home folder, the registry, the folders of rules, law, parameters, tariffs, templates and DAGs.

Belongs here: settings of an installation. What belongs to one company stands in its source file.
"""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).resolve().parent
# A wheel has the folders of the checkout's top level inside the package, see pyproject.toml.
_PROJECT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parents[1]


class Settings(BaseSettings):
    """Settings of an installation, from environment variables named ``WATTLEDGER_...``."""

    model_config = SettingsConfigDict(env_prefix="WATTLEDGER_")

    home: Path = Path(".wattledger")
    source: Path = Path(".wattledger/demo/source.yaml")
    """The source file that the DAGs audit: one Airflow installation audits one company, the demo's unless told."""
    schedule: str = "0 0 * * *"
    """When ``extract`` runs: cron, in the source's time zone; empty: by hand only."""
    late_after_hours: float = 3.0
    """A DAG run that takes this many hours more than usual is late."""
    registry_url: str = ""
    smtp_url: str = ""
    """``smtp://user:password@host:port``; empty: mails are written as .eml files below the home folder."""
    mail_from: str = "wattledger@localhost"
    memory_limit: str = "2GB"
    """DuckDB's memory limit for one task; what does not fit spills to ``home/tmp``."""
    threads: int = 0
    """DuckDB's threads for one task; 0 leaves the choice to DuckDB."""
    expectations: Path = _PROJECT / "expectations"
    law: Path = _PROJECT / "law"
    parameters: Path = _PROJECT / "parameters"
    tariffs: Path = _PROJECT / "tariffs"
    templates: Path = _PROJECT / "reports_templates"

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
