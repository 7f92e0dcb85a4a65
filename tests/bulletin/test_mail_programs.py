"""What mail programs make of a bulletin: which features they know, Outlook's Word engine, web mail, dark mode.

Belongs here: a lint by caniemail's data (``mail_support.yaml``, an extract). 163 and Sina show a mail in an iframe,
Sohu in a div of its own page: nobody keeps data of these, so a page has to hold without head, body and style sheet.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from lxml import html
from lxml.html import HtmlElement
from sample import quiet, sample
from sample_sheets import with_sheets

from wattledger.bulletin.render import render_html
from wattledger.report_texts import LANGUAGES

SUPPORT = yaml.safe_load((Path(__file__).parent / "mail_support.yaml").read_text(encoding="utf-8"))
PAGES = [render_html(made(language)) for made in (sample, quiet, with_sheets) for language in LANGUAGES]

ALWAYS = {
    *("html", "head", "title", "meta", "br", "b", "thead", "tbody", "tr", "td", "th"),
    *("charset", "content", "name", "id", "class", "href", "colspan", "border", "bgcolor", "scope", "nowrap"),
    *("color", "data-css-inline"),
}
"""HTML 3.2 and CSS 1, or no business of a mail program."""
_TAGS = ("table", "p", "span", "div", "body", "style", "bdi")
_ATTRIBUTES = ("lang", "dir", "role", "valign", "align", "cellpadding", "cellspacing", "height", "width")
_PROPERTIES = (
    *(
        "margin",
        "padding",
        "border",
        "border-collapse",
        "max-width",
        "max-height",
        "overflow",
        "vertical-align",
    ),
    *("font-size", "font-weight", "line-height", "text-align", "word-break", "color-scheme"),
)
FEATURES = {
    **{f"h{n}": "html-h1-h6" for n in (1, 2, 3)},
    **{name: f"html-{name}" for name in (*_TAGS, *_ATTRIBUTES)},
    **{name: f"css-{name}" for name in _PROPERTIES},
    "a": "html-anchor-links",
    "font-family": "css-font",
    "display": "css-display-none",
    "background": "css-background-color",
}
DISPENSABLE = {
    "html-style": "narrow windows and dark mode only; see the test without style sheet",
    "html-body": "the outermost table has the same colours",
    "html-bdi": "text of two directions then looks as in any other mail",
    "css-max-width": "Outlook has a table of 780 pixels around it",
    "css-max-height": "the preheader is not displayed anyway",
    "css-color-scheme": "programs that do not know it turn the colours round themselves, if at all",
    "css-overflow": "the preheader is not displayed anyway",
}
"""Features without which a bulletin loses nothing, and why."""
PARTLY = {
    "css-padding": "in Word on cells only: see the test of its engine",
    "css-margin": "no negative margin, none on span",
    "css-border": "below 8 pixels, on cells and headings",
    "css-display-none": "not on tables",
    "css-line-height": "Word takes pixels for at least so much",
    "css-font-weight": "bold and normal",
    "css-font-size": "pixels",
    "css-text-align": "left and right",
    "css-word-break": "or as word-wrap",
    "html-height": "of a bar of 3 pixels",
    "html-width": "of cells and tables, in percent or pixels",
    "html-dir": "ltr, of the document",
}
"""Features that some programs know in part: the part that is used."""


def styles(element: HtmlElement) -> dict[str, str]:
    pairs = (part.partition(":") for part in (element.get("style") or "").split(";") if ":" in part)
    return {name.strip(): value.strip() for name, _, value in pairs}


def elements(page: str) -> Iterator[HtmlElement]:
    return (element for element in html.document_fromstring(page).iter() if isinstance(element.tag, str))


def used(page: str) -> set[str]:
    """Tags, attributes and properties of a page; ``border-left`` is ``border``."""
    found: set[str] = set()
    for element in elements(page):
        sided = re.compile(r"^(margin|padding|border)-(top|left|right|bottom)$")
        found |= {
            element.tag,
            *map(str, element.attrib),
            *(sided.sub(r"\1", name) for name in styles(element)),
        }
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_mail_program_knows_what_a_bulletin_is_made_of(page: str) -> None:
    unknown = used(page) - ALWAYS - FEATURES.keys()
    assert not unknown, f"look it up at caniemail.com and enter it here: {unknown}"
    for name in used(page) & FEATURES.keys():
        slug = FEATURES[name]
        for program, support in SUPPORT[slug].items():
            fits = slug in DISPENSABLE or support[0] == "y" or (support[0] == "a" and slug in PARTLY)
            assert fits, f"{program} does not show {slug}: {support}"


@pytest.mark.parametrize("page", PAGES)
def test_words_engine_finds_what_it_can_lay_out(page: str) -> None:
    assert "<!--[if mso]>" in page
    for element in elements(page):
        given = styles(element)
        padded = [name for name in given if name.startswith("padding") and given[name].strip("0px ") != ""]
        assert not padded or element.tag in ("td", "th", "h2"), "only cells keep their padding"
        assert element.tag != "span" or not any(name.startswith("margin") for name in given)
        assert "-" not in given.get("margin", "")
        bordered = {name for name in given if name.startswith("border")} - {"border-collapse"}
        assert not bordered or element.tag in ("td", "th", "h2")
        assert given.get("display") in (None, "none")
        assert element.tag != "table" or given.get("display") is None
        assert not re.search(r"\d(em|rem|vw|vh|pt)\b", element.get("style") or "")


@pytest.mark.parametrize("page", PAGES)
def test_a_web_mail_that_takes_style_and_body_away_loses_no_colour(page: str) -> None:
    tree = html.document_fromstring(page)
    for style in tree.xpath("//style"):
        style.drop_tree()
    (outer,) = tree.xpath("/html/body/table")
    assert outer.get("bgcolor")
    for text, element in texts(outer):
        assert color(element, "color", outer), f"{text!r} would take the page's own colour"
        assert color(element, "background", outer), text
    assert not re.search(r"position:|float:|<script|<iframe|javascript:", page)


def texts(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in ("style", "title"):
            if (element.text or "").strip():
                yield element.text.strip(), element
            for child in element:
                if (child.tail or "").strip():
                    yield child.tail.strip(), element


def color(element: HtmlElement, name: str, root: HtmlElement, dark: bool = False) -> str:
    """The colour that an element has or inherits below ``root``."""
    while element is not None:
        given = (dark and in_the_dark(element, name)) or styles(element).get(name) or ""
        if given or (name == "background" and (given := element.get("bgcolor") or "")):
            return given
        element = element.getparent() if element is not root else None
    return ""


def in_the_dark(element: HtmlElement, name: str) -> str:
    """What the rules for dark mode give it; the last one that fits."""
    found = ""
    for selectors, declared in DARK:
        names = {element.tag, *(f".{one}" for one in (element.get("class") or "").split())}
        if names & set(selectors.split(",")):
            found = declared.get(name, found)
    return found


def rules(page: str) -> list[tuple[str, dict[str, str]]]:
    (block,) = re.findall(r"prefers-color-scheme:dark\)\{((?:[^{}]*\{[^}]*\})*)", page)
    found = []
    for selectors, body in re.findall(r"([^{}]+)\{([^}]*)\}", block):
        pairs = (declared.partition(":") for declared in body.replace("!important", "").split(";"))
        found.append((selectors.strip(), {name: value for name, _, value in pairs}))
    return found


DARK = rules(PAGES[0])


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def channels(text: str) -> list[float]:
    digits = text.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]


def luminance(text: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(text))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def inverted(text: str) -> str:
    """As programs without a dark mode of the mail's own do it: the lightness turned round, the hue kept."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(text))
    return "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, 1 - lightness, saturation))


@pytest.mark.parametrize("page", PAGES)
def test_every_text_is_legible_in_light_in_the_dark_and_inverted(page: str) -> None:
    assert '<meta name="color-scheme" content="light dark">' in page
    assert "color-scheme:light dark" in page
    (outer,) = html.document_fromstring(page).xpath("/html/body/table")
    for text, element in texts(outer):
        light = color(element, "color", outer), color(element, "background", outer)
        assert contrast(*light) >= 4.5, f"{text!r}: {light}"
        dark = color(element, "color", outer, True), color(element, "background", outer, True)
        assert contrast(*dark) >= 4.5, f"{text!r} in the dark: {dark}"
        assert contrast(*map(inverted, light)) >= 4.5, f"{text!r} inverted: {light}"


def test_the_lint_sees_what_it_is_for() -> None:
    flexible = PAGES[0].replace("text-align:right", "display:flex;position:absolute", 1)
    assert used(flexible) - ALWAYS - FEATURES.keys() == {"position"}
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#757575", "#ffffff")
