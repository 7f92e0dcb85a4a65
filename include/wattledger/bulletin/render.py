"""From the model to HTML for mail programs.

Belongs here: what the bulletin's templates may call, the limit of size. Not here: what all pages share
(``report_pages``), choosing rows (``view``), words and formats (``wording``), the plain-text twin (``plain``).
"""

from __future__ import annotations

import unicodedata

from markupsafe import Markup

from wattledger.bulletin.headline import alerts, audience, headline, rest_by_rule, subject
from wattledger.bulletin.model import Bulletin, Text
from wattledger.bulletin.sheet_view import sheet_view
from wattledger.bulletin.view import LADDER, MAX_BYTES, Limits, make_view, undershoot
from wattledger.bulletin.wording import Wording, clip
from wattledger.report_pages import environment, inlined
from wattledger.report_texts import Templates, layers
from wattledger.settings import Settings
from wattledger.sheets.text import SheetWords


def render_html(bulletin: Bulletin, templates: Templates | None = None) -> str:
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


def _render(bulletin: Bulletin, limits: Limits, templates: Templates) -> str:
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
        environment(layers(templates)[0])
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
            rest=rest_by_rule(view, wording),
        )
    )
    return inlined(html, layers(templates)[0])
