from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hostile import ATTACK, UNIT, hostile, huge
from lxml import html
from lxml.html import HtmlElement
from sample import quiet, sample

from wattledger.bulletin.headline import subject
from wattledger.bulletin.model import Bulletin, Tally
from wattledger.bulletin.render import render_html
from wattledger.bulletin.view import MAX_BYTES
from wattledger.report_texts import LANGUAGES, Language


def parsed(bulletin: Bulletin) -> HtmlElement:
    return html.document_fromstring(render_html(bulletin))


def words(bulletin: Bulletin) -> str:
    return " ".join(parsed(bulletin).text_content().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_made_for_mail_programs(language: Language) -> None:
    page = render_html(sample(language))
    tree = html.document_fromstring(page)
    assert tree.get("lang") == language
    assert not tree.xpath("//script|//link|//img|//iframe|//form|//object|//*[@src]|//*[@href]")
    assert not re.search(r"url\(|@import|flex|grid|position:|background-image", page)
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//h2")
    assert tree.xpath("//h3")
    assert all(
        t.get("role") == "presentation" or t.xpath("./thead/tr/th[@scope='col']")
        for t in tree.xpath("//table")
    )
    assert all(th.get("scope") in ("col", "row") for th in tree.xpath("//th"))
    assert [s for s in tree.xpath("//style/text()") if "@media" not in s] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_models_give_equal_bytes(language: Language) -> None:
    assert render_html(sample(language)) == render_html(sample(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["规则名称很长的一条规则，", "&<>\"'", "a", "\x00", "\u202e", "مرحبا ", "𠮷𠮷"]
)
def test_it_stays_below_100_kb_whatever_comes(language: Language, text: str) -> None:
    assert len(render_html(huge(language, text * 800, 400)).encode()) < MAX_BYTES


def test_sixty_rules_of_an_ordinary_night_are_shown_roomily() -> None:
    base = sample()
    rules = tuple(replace(r, rule_id=f"{r.rule_id}-{i}") for i in range(3) for r in base.rules)
    units = base.units * 4
    page = render_html(
        replace(base, rules=rules, units=units, findings=base.findings * 6, datasets=base.datasets * 3)
    )
    assert len(page.encode()) < MAX_BYTES
    assert "另有 196 项，见清单" in page, "20 of 216 new findings are listed"


def test_what_is_cut_is_counted_exactly() -> None:
    bulletin = huge("en", "x" * 20)
    fresh = bulletin.states.fresh.findings
    page = render_html(bulletin)
    shown = html.document_fromstring(page).xpath("count(//tr[td[3]][td[2][starts-with(., '0520031177120')]])")
    assert f"and {fresh - int(shown)} more, see the worklist" in page


def test_sections_come_in_the_order_of_a_reader() -> None:
    heads = [h.text_content() for h in parsed(sample("en")).xpath("//h2")]
    assert heads == [
        "Who has to act",
        "By unit",
        "New findings",
        "Still open, the largest",
        "Money by rule",
        "Coverage: what could not be evaluated",
        "Reconciliation",
        "The rules: why it is a breach",
    ]


def test_the_headline_says_what_is_new_and_what_it_costs() -> None:
    assert "新增问题 72 项，其中重现 1 项，涉及金额 ¥160,864.18" in words(sample())
    assert "少收 ¥165,877.64，多收应退 ¥5,013.46" in words(sample())
    assert subject(sample()).startswith("【营销稽查】全公司·2026年10月：新增问题 72 项")


def test_nothing_new_is_one_line_and_no_reassurance() -> None:
    page = words(quiet("en"))
    assert len(parsed(quiet("en")).xpath("//p[.='Nothing new in this period.']")) == 1
    assert "New findings" not in page
    assert "3 rules could not be evaluated: their results are unknown, not good." in page


def test_a_rule_without_result_is_never_among_the_passed() -> None:
    page = words(quiet("en"))
    passed = page.split("Examined, nothing open")[1]
    for rule_id in ("FIN-01", "FIN-02", "MRD-05"):
        assert rule_id not in passed
        assert rule_id in page
    assert "0 with findings, 0 with nothing to examine, 3 not evaluated, 0 with an error." in page


def test_the_mark_of_the_legal_basis_is_shown() -> None:
    page = words(sample())
    assert re.search(
        r"以实际倍率为准退补\s*《供电规则》（示例令第14号）第81条，自2024-06-01起施行 已核实", page
    )
    assert re.search(r"《供电规则》（示例令第14号），条号待核实\s*待核实", page)
    assert re.search(r"阈值由公司确定 公司参数", page)


def test_a_customers_name_is_masked() -> None:
    page = words(sample())
    assert "张建国" not in page
    assert "户名 张*" in page
    assert "0520031177120" in page


def test_causes_add_up_or_it_is_said() -> None:
    assert "The causes add up to the difference." in words(sample("en"))
    bulletin = sample("en")
    off = replace(bulletin.links[0], difference=Decimal("72217.25"))
    page = words(replace(bulletin, links=(off,)))
    assert "The causes leave 1 kWh over: report this to the operator." in page


def test_no_money_is_a_dash() -> None:
    bulletin = sample("en")
    rules = tuple(
        replace(r, states=replace(r.states, new=Tally(3))) for r in bulletin.rules if r.rule_id == "MRD-09"
    )
    assert "at stake" not in words(replace(bulletin, rules=rules))


def test_a_units_bulletin_has_no_table_of_units() -> None:
    page = words(sample("en", UNIT))
    assert "Qingfeng County Supply" in page
    assert "By unit" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_injected_markup_stays_text(language: Language) -> None:
    tree = parsed(hostile(language))
    assert not tree.xpath("//script|//img|//svg|//a|//*[@onerror]|//*[@onload]|//*[@href]|//*[@src]")
    assert {e.tag for e in tree.xpath("//body//*") if isinstance(e.tag, str)} <= {
        "table", "thead", "tbody", "tr", "td", "th", "div", "span", "b", "br", "p", "h1", "h2", "h3", "bdi",
    }  # fmt: skip
    text = tree.text_content()
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text
    assert "[U+202E]gnp.exe" in text


def test_right_to_left_names_are_kept_apart() -> None:
    assert parsed(hostile("en", "محمد")).xpath("//bdi[text()='محمد']")


def test_the_subject_is_one_line() -> None:
    bulletin = hostile()
    unit = replace(UNIT, name=replace(UNIT.name, en=f"x\r\nBcc: a@b.example\n{ATTACK}"))
    assert "\n" not in subject(replace(bulletin, unit=unit))
    assert "\r" not in subject(replace(bulletin, unit=unit))
