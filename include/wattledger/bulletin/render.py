"""From the model to HTML for mail programs.

Belongs here: the Jinja environment, what the templates may call, inlining, the limit of size. Not here:
choosing rows (``view``), words and formats (``wording``), the plain-text twin (``plain``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from wattledger.bulletin.headline import alerts, audience, headline, subject
from wattledger.bulletin.model import Bulletin, Text
from wattledger.bulletin.sheet_view import sheet_view
from wattledger.bulletin.view import LADDER, MAX_BYTES, Limits, make_view, undershoot
from wattledger.bulletin.wording import Wording, clip
from wattledger.settings import Settings
from wattledger.sheets.text import SheetWords

_BETWEEN_LINES = re.compile(r"\s*\n\s*")


def render_html(bulletin: Bulletin, templates: Path | None = None) -> str:
    """The bulletin as one HTML document of less than MAX_BYTES in UTF-8; equal models give equal bytes.

    ``templates`` is the folder of the templates and catalogues (the installation's own, if None).
    Long lists are cut, with exact counts; the worklist has everything.
    """
    folder = templates or Settings().templates
    for limits in LADDER:
        html = _render(bulletin, limits, folder)
        if len(html.encode()) < MAX_BYTES:
            return html
    raise AssertionError(f"the tightest limits gave {len(html.encode())} bytes")


def isolate(text: str) -> str:
    """``text`` for a template; where it holds right-to-left letters, kept apart from what stands around it."""
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return Markup("<bdi>{}</bdi>").format(text)
    return text


def _render(bulletin: Bulletin, limits: Limits, templates: Path) -> str:
    wording = Wording(templates, bulletin.language, bulletin.currency)
    view = make_view(bulletin, limits)
    words = SheetWords(templates, bulletin.language)

    def say(text: Text) -> str:
        return clip(text.pick(bulletin.language), limits.text)

    def cite(text: Text) -> str:
        return clip(text.pick(bulletin.language), 2 * limits.text)

    def data(value: str) -> str:
        return isolate(clip(value, limits.text))

    html = (
        _environment(templates)
        .get_template("bulletin.html.j2")
        .render(
            b=bulletin,
            v=view,
            w=wording,
            t=wording.t,
            say=say,
            cite=cite,
            data=data,
            short=lambda value: clip(value, min(limits.text, 80)),
            under=undershoot,
            rules={rule.rule_id: rule for rule in bulletin.rules},
            sheets=[sheet_view(n, sheet, words, limits) for n, sheet in enumerate(view.sheets, 1)],
            subject=subject(bulletin, templates),
            audience=audience(bulletin, wording, limits),
            headline=headline(bulletin, wording),
            alerts=alerts(bulletin, view, wording),
        )
    )
    return _inlined(html, templates)


def render_page(template: str, templates: Path, **values: object) -> str:
    """A template of the folder with the bulletin's looks, as one HTML document."""
    return _inlined(_environment(templates).get_template(template).render(**values), templates)


def _inlined(html: str, templates: Path) -> str:
    css = (templates / "bulletin.css").read_text(encoding="utf-8")
    inliner = css_inline.CSSInliner(extra_css=css, load_remote_stylesheets=False, minify_css=True)
    return _BETWEEN_LINES.sub("\n", inliner.inline(html)) + "\n"


@cache
def _environment(templates: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
