"""Publishing: the files of every audience's bulletin, in the period's folder.

Belongs here: which files there are, and their names. Their content is made by the renderers.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wattledger.atomic_files import replace_file
from wattledger.bulletin.compose import Composer
from wattledger.bulletin.headline import subject
from wattledger.bulletin.model import Bulletin
from wattledger.bulletin.plain import render_text
from wattledger.bulletin.render import render_html
from wattledger.bulletin.sheets import with_sheets
from wattledger.bulletin.terms import Terms
from wattledger.bulletin.worklist import write_worklist
from wattledger.organisation import Organisation
from wattledger.registry import Run

if TYPE_CHECKING:
    from wattledger.context import Audit

COMPANY = "company"
INDEX = "bulletins.json"
_REJECTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Published:
    """One audience's bulletin as it lies in the period's folder."""

    audience: str
    """``company``, or the unit's code; the files' name without suffix."""
    subject: str
    recipients: tuple[str, ...]
    content_hash: str
    worklist: str
    """The name under which the worklist is attached."""


def publish(
    audit: Audit,
    run: Run,
    organisation: Organisation,
    folder: Path,
    *,
    unit: str | None = None,
    language: str = "",
) -> list[Path]:
    """Write HTML, text and worklist of each audience (or of ``unit`` alone); return the HTML files.

    The index of the folder, from which the mails are sent, is written last, and not for one unit alone.
    """
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
        language=language or audit.source.language,
    )
    recipients = _recipients(audit, organisation)
    audiences = [unit] if unit else [None, *organisation.units]
    bulletins = with_sheets(audit, [composer.bulletin(o, _worklist(audit, o)) for o in audiences])
    published = [
        _publish_one(audit, composer, org_id, bulletin, folder, recipients)
        for org_id, bulletin in zip(audiences, bulletins, strict=True)
    ]
    if unit is None:
        index = [asdict(entry) for entry in published]
        replace_file(folder / INDEX, json.dumps(index, ensure_ascii=False, indent=2).encode("utf-8"))
    return [folder / f"{entry.audience}.html" for entry in published]


def read_index(folder: Path) -> list[Published]:
    """The bulletins that lie in a period's folder."""
    entries = json.loads((folder / INDEX).read_text(encoding="utf-8")) if (folder / INDEX).is_file() else []
    return [Published(**{**entry, "recipients": tuple(entry["recipients"])}) for entry in entries]


def _recipients(audit: Audit, organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Addresses by audience; the source file's outrank the organisation's."""
    return {unit.org_id: unit.recipients for unit in organisation.units.values()} | dict(
        audit.source.recipients
    )


def _worklist(audit: Audit, org_id: str | None) -> str:
    return f"{audit.source.name}-{audit.period.slug}-{org_id or COMPANY}.xlsx"


def _publish_one(
    audit: Audit,
    composer: Composer,
    org_id: str | None,
    bulletin: Bulletin,
    folder: Path,
    recipients: dict[str, tuple[str, ...]],
) -> Published:
    name, templates = org_id or COMPANY, audit.settings.templates
    sheet = folder / f"{name}.xlsx.tmp"
    write_worklist(sheet, bulletin, composer.worklist(org_id), composer.breaks(org_id), templates)
    sheet.replace(folder / f"{name}.xlsx")
    contents = [
        render_text(bulletin, templates).encode("utf-8"),
        render_html(bulletin, templates).encode("utf-8"),
    ]
    for suffix, content in zip(("txt", "html"), contents, strict=True):
        replace_file(folder / f"{name}.{suffix}", content)
    digest = hashlib.sha256(b"".join([*contents, (folder / f"{name}.xlsx").read_bytes()])).hexdigest()
    return Published(name, subject(bulletin, templates), recipients.get(name, ()), digest, bulletin.worklist)


def _first_rejects(audit: Audit, dataset: str) -> list[dict[str, Any]]:
    return list(islice(audit.published_rows(f"_rejected/{dataset}"), _REJECTS_SHOWN))
