"""Publishing: the files of every audience's bulletin, in the period's folder.

Belongs here: which files there are, and their names. Their content is made by the renderers.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattledger.bulletin.compose import Composer
from wattledger.bulletin.plain import render_text
from wattledger.bulletin.render import render_html
from wattledger.bulletin.terms import Terms
from wattledger.bulletin.worklist import write_worklist
from wattledger.registry import Run
from wattledger.units import Organisation

if TYPE_CHECKING:
    from wattledger.pipeline import Audit

COMPANY = "company"
_REJECTS_SHOWN = 3


def publish(
    audit: Audit,
    run: Run,
    organisation: Organisation,
    audiences: Iterable[str | None],
    folder: Path,
    language: str,
) -> list[Path]:
    """Write HTML, text and worklist of each audience (None: the company); return the HTML files."""
    folder.mkdir(parents=True, exist_ok=True)
    composer = Composer(
        engine=audit.registry,
        source=audit.source,
        run=run,
        rules=audit.rules,
        parameters=audit.parameters,
        organisation=organisation,
        terms=Terms(audit.settings.templates),
        rejects={dataset: _first_rejects(audit, dataset) for dataset in run.inputs},
        language=language,
    )
    return [_publish_one(audit, composer, org_id, folder) for org_id in audiences]


def audience_name(org_id: str | None) -> str:
    """The audience as part of a file name and of the outbox's key."""
    return org_id or COMPANY


def worklist_name(audit: Audit, org_id: str | None) -> str:
    """The name under which the worklist is attached."""
    return f"{audit.source.name}-{audit.period.slug}-{audience_name(org_id)}.xlsx"


def _publish_one(audit: Audit, composer: Composer, org_id: str | None, folder: Path) -> Path:
    name, templates = audience_name(org_id), audit.settings.templates
    bulletin = composer.bulletin(org_id, worklist_name(audit, org_id))
    _replace(folder / f"{name}.txt", render_text(bulletin, templates).encode("utf-8"))
    sheet = folder / f"{name}.xlsx.tmp"
    write_worklist(sheet, bulletin, composer.worklist(org_id), composer.breaks(org_id), templates)
    sheet.replace(folder / f"{name}.xlsx")
    target = folder / f"{name}.html"
    _replace(target, render_html(bulletin, templates).encode("utf-8"))
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, and never half of one."""
    temporary = target.with_name(f"{target.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(target)


def _first_rejects(audit: Audit, dataset: str) -> list[dict[str, Any]]:
    return list(islice(audit.published_rows(f"_rejected/{dataset}"), _REJECTS_SHOWN))
