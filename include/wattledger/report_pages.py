"""HTML pages from the folder of templates, with the looks that they share, as mail programs want them.

Belongs here: the Jinja environment and the inlining of styles. What a page says is for those who render one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_BETWEEN_LINES = re.compile(r"\s*\n\s*")


def render_page(template: str, templates: Path, **values: object) -> str:
    """A template of the folder as one HTML document."""
    return inlined(environment(templates).get_template(template).render(**values), templates)


def inlined(html: str, templates: Path) -> str:
    """A document with its styles on its elements: mail programs read no style sheet."""
    css = (templates / "bulletin.css").read_text(encoding="utf-8")
    inliner = css_inline.CSSInliner(extra_css=css, load_remote_stylesheets=False, minify_css=True)
    return _BETWEEN_LINES.sub("\n", inliner.inline(html)) + "\n"


@cache
def environment(templates: Path) -> Environment:
    """The environment over a folder; what the data hold is escaped, and a missing value is an error."""
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
