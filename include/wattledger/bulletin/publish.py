"""Publishing: the files of every audience's bulletin, in the period's folder.

Belongs here: which files there are, and their names. Their content is made by the renderers.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
from wattledger.bulletin.spool import Spool
from wattledger.bulletin.terms import Terms
from wattledger.bulletin.wording import Wording
from wattledger.bulletin.worklist import write_worklist
from wattledger.bulletin.worklist_rows import Rows
from wattledger.file_names import file_names
from wattledger.organisation import Organisation
from wattledger.registry import Run
from wattledger.sheets.model import BillSheet

if TYPE_CHECKING:
    from wattledger.context import Audit

COMPANY = "company"
_UNIT = "unit:"
INDEX = "bulletins.json"
_REJECTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Published:
    """One audience's bulletin as it lies in the period's folder."""

    audience: str
    """``company``, or the unit's code (``audience_of``)."""
    file: str
    """The files' name without suffix."""
    subject: str
    recipients: tuple[str, ...]
    content_hash: str
    worklist: str
    """The name under which the worklist is attached."""


def publish(
    audit: Audit,
    run: Run,
    organisation: Organisation,
    sheets: Mapping[str | None, tuple[BillSheet, ...]],
    folder: Path,
    *,
    unit: str | None = None,
    language: str = "",
) -> list[Path]:
    """Write HTML, text and worklist of each audience (or of ``unit`` alone); return the HTML files.

    ``sheets``: the calculation sheets of each audience. The index of the folder, from which the mails are sent, is
    written last, and not for one unit alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    composer = Composer(
        engine=audit.registry,
        source=audit.source,
        run=run,
        rules=audit.rules,
        parameters=audit.parameters,
        law=audit.law,
        organisation=organisation,
        terms=Terms(audit.templates, audit.source.contracts),
        rejects={dataset: _first_rejects(audit, dataset) for dataset in run.inputs},
        rejected=_rejected(audit, run),
        sheets=sheets,
        language=language or audit.source.language,  # type: ignore[arg-type]
    )
    recipients = _recipients(audit, organisation)
    audiences = [unit] if unit else [None, *organisation.units]
    names = file_names(map(audience_of, [*organisation.units, *audiences]), ours=COMPANY)
    files = [names[audience_of(org_id)] for org_id in audiences]
    bulletins = [
        composer.bulletin(org_id, _worklist(audit, file))
        for org_id, file in zip(audiences, files, strict=True)
    ]
    rows = Rows(bulletins[0], Wording(audit.templates, composer.language, audit.source.currency))
    widest = composer.units(audiences[0])
    with (
        Spool(folder, rows.findings(composer.worklist(widest))) as findings,
        Spool(folder, rows.breaks(composer.breaks(widest))) as breaks,
        # packing takes longest, and Python lets other threads run meanwhile
        ThreadPoolExecutor(audit.settings.threads or os.cpu_count()) as pool,
    ):

        def write(path: Path, bulletin: Bulletin, units: list[str] | None) -> Path:
            unfinished = path.with_name(f"{path.name}.tmp")
            chosen = (findings.rows(units), breaks.rows(units))
            write_worklist(unfinished, bulletin, *chosen, audit.templates)
            return unfinished.replace(path)

        worklists = [
            pool.submit(write, folder / f"{file}.xlsx", bulletin, composer.units(org_id))
            for org_id, file, bulletin in zip(audiences, files, bulletins, strict=True)
        ]
        published = [
            _publish_one(audit, org_id, bulletin, folder / file, worklist, recipients)
            for org_id, file, bulletin, worklist in zip(audiences, files, bulletins, worklists, strict=True)
        ]
    if unit is None:
        index = [asdict(entry) for entry in published]
        replace_file(folder / INDEX, json.dumps(index, ensure_ascii=False, indent=2).encode("utf-8"))
    return [folder / f"{entry.file}.html" for entry in published]


def audience_of(org_id: str | None) -> str:
    """The name of a bulletin's audience: the unit's code, marked where it could be taken for the whole company's."""
    if org_id is None:
        return COMPANY
    return f"{_UNIT}{org_id}" if org_id == COMPANY or org_id.startswith(_UNIT) else org_id


def read_index(folder: Path) -> list[Published]:
    """The bulletins that lie in a period's folder."""
    entries = json.loads((folder / INDEX).read_text(encoding="utf-8")) if (folder / INDEX).is_file() else []
    return [Published(**{**entry, "recipients": tuple(entry["recipients"])}) for entry in entries]


def _recipients(audit: Audit, organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Addresses by audience; the source file's outrank the organisation's."""
    own = {audience_of(unit.org_id): unit.recipients for unit in organisation.units.values()}
    return own | dict(audit.source.recipients)


def _worklist(audit: Audit, file: str) -> str:
    return f"{audit.source.name}-{audit.period.slug}-{file}.xlsx"


def _publish_one(
    audit: Audit,
    org_id: str | None,
    bulletin: Bulletin,
    path: Path,
    worklist: Future[Path],
    recipients: dict[str, tuple[str, ...]],
) -> Published:
    """Write the two texts of an audience beside its worklist; ``path`` is theirs without suffix."""
    audience, templates = audience_of(org_id), audit.templates
    contents = [
        render_text(bulletin, templates).encode("utf-8"),
        render_html(bulletin, templates).encode("utf-8"),
    ]
    for suffix, content in zip(("txt", "html"), contents, strict=True):
        replace_file(path.with_name(f"{path.name}.{suffix}"), content)
    return Published(
        audience=audience,
        file=path.name,
        subject=subject(bulletin, templates),
        recipients=recipients.get(audience, ()),
        content_hash=hashlib.sha256(b"".join([*contents, worklist.result().read_bytes()])).hexdigest(),
        worklist=bulletin.worklist,
    )


def _rejected(audit: Audit, run: Run) -> int:
    """Rows of the extracts that were rejected: what is landed as two datasets, as a bill and a reading, counts once."""
    by_extract: dict[tuple[str, ...], list[str]] = {}
    for dataset, entry in run.inputs.items():
        if entry["rejected"]:
            by_extract.setdefault(audit.source.datasets[dataset].extract, []).append(dataset)
    return sum(_rejected_once(audit, run, datasets) for datasets in by_extract.values())


def _rejected_once(audit: Audit, run: Run, datasets: list[str]) -> int:
    counts = [int(run.inputs[dataset]["rejected"]) for dataset in datasets]
    if len(datasets) == 1:
        return counts[0]
    places = {(row["source"], row["row"]) for dataset in datasets for row in audit.rejected_rows(dataset)}
    return max(len(places), *counts)


def _first_rejects(audit: Audit, dataset: str) -> list[dict[str, Any]]:
    return list(islice(audit.rejected_rows(dataset), _REJECTS_SHOWN))
