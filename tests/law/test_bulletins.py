"""Bulletins of whole audits: every basis in the reader's language and of its jurisdiction, no tag, no remark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery import deliver
from tests.law.read_bulletins import TAG, remarks, texts
from wattledger import pipeline
from wattledger.context import Audit
from wattledger.demo import make_demo
from wattledger.extract.source import load_source
from wattledger.law import register
from wattledger.mail import list_outbox
from wattledger.periods import Period
from wattledger.registry import Run
from wattledger.settings import Settings

CHINESE_LAW = re.compile(
    "供电营业规则|国家电网|原国家电网|电力法|条例|发改|稽查制度|State Grid|NDRC|Ministry of Electric Power"
    "|People's Republic|supply and business"
)


def run(audit: Audit) -> Audit:
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)
    for step in pipeline.STEPS:
        step(audit)
    return audit


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of the demo's bulletins by language."""
    folder = tmp_path_factory.mktemp("demo")
    made = make_demo(folder / "company", customers=1500)
    settings = Settings(home=folder / "home", threads=1, registry_url="", smtp_url="")
    audit = run(Audit(settings, load_source(made.source), Period.parse(made.month)))
    pipeline.publish_bulletins(audit, language="en", out=folder / "en")
    return {"zh-CN": audit.bulletins, "en": folder / "en"}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_bulletin_of_the_demo_has_a_tag(demo: dict[str, Path], language: str) -> None:
    read = dict(texts(demo[language]))
    assert len(read) >= 5 * 3
    found = {name: [m[0] for m in TAG.finditer(text)] for name, text in read.items()}
    assert not {name: tags for name, tags in found.items() if tags}


def test_a_chinese_bulletin_has_no_remark_in_another_language(demo: dict[str, Path]) -> None:
    found = {remark for _, text in texts(demo["zh-CN"]) for remark in remarks(text)}
    assert not sorted(found)[:20]


def test_an_english_bulletin_cites_in_english(demo: dict[str, Path]) -> None:
    text = (demo["en"] / "company.txt").read_text(encoding="utf-8")
    rules = text[text.index("== The rules") :].split("== ")[1]
    assert "art. " in rules
    assert "in force from" in rules
    assert not re.findall("[一-鿿]+", rules)


def test_title_number_article_and_status_are_printed_everywhere(demo: dict[str, Path]) -> None:
    read = {name: " ".join(text.split()) for name, text in texts(demo["zh-CN"])}
    worklist = read["company.xlsx 规则"]
    assert (
        "《供电营业规则》（国家发展和改革委员会令第14号），条号待核实，自2024-06-01起施行 [待核实]"
        in worklist
    )
    assert "《现金管理暂行条例》第11条，自1988-10-01起施行 [已核实]" in worklist
    assert "电力工业部令第8号" not in worklist, "replaced in 2024"
    assert "单笔退补金额阈值 10,000元 [公司参数]" in worklist
    assert "大额现金或POS收费阈值 100,000元：" in worklist
    assert re.search(r"《[^》]+》(（[^）]+）)?第\s?\d+\s?条", read["company.txt"])
    assert re.search("《[^》]+》.*自[0-9-]+起施行", read["company.html"]), (
        "of the rules that the page has room for"
    )


TN_AND_US: list[tuple[str, str, str]] = [
    ("TN", "zh-CN", "本地区尚无登记的依据"),
    ("TN", "en", "no basis is registered for this jurisdiction"),
    ("US", "zh-CN", "本地区尚无登记的依据"),
    ("US", "en", "no basis is registered for this jurisdiction"),
]


def invoices(folder: Path, jurisdiction: str, language: str) -> Path:
    """Two bills of a company elsewhere: one's reading runs backwards, of the other's the kWh are miscounted."""
    month, day = "2010-03-01", "2010-03-15"
    reading = {"billing_month": month, "read_on": day, "reading_type": "total", "multiplier": "1"}
    backwards = {"previous_reading": "900", "reading": "100", "usage_kwh": "50"}
    miscounted = {"previous_reading": "100", "reading": "400", "usage_kwh": "999"}
    bill = {"billing_month": month, "issued_on": day, "tariff_code": "11"}
    rows: dict[str, list[dict[str, Any]]] = {
        "customer_account": [
            {"account_id": f"A{n}", "org_id": "U1", "account_class": "lv_residential"} for n in (1, 2)
        ],
        "meter_reading": [
            {**reading, "reading_id": "R1", "account_id": "A1", "meter_id": "M1", **backwards},
            {**reading, "reading_id": "R2", "account_id": "A2", "meter_id": "M2", **miscounted},
        ],
        "bill": [
            {**bill, "bill_id": f"B{n}", "account_id": f"A{n}", "usage_kwh": "400", "months_count": "1"}
            for n in (1, 2)
        ],
    }
    return deliver(folder, rows, jurisdiction=jurisdiction, language=language, currency="TND")


@pytest.mark.parametrize(("jurisdiction", "language", "nothing"), TN_AND_US)
def test_a_bulletin_from_elsewhere_cites_no_chinese_rule_and_says_so(
    tmp_path: Path, settings: Settings, jurisdiction: str, language: str, nothing: str
) -> None:
    path = invoices(tmp_path / "company", jurisdiction, language)
    audit = run(Audit(settings, load_source(path), Period.parse("2010-03")))
    read = dict(texts(audit.bulletins))
    assert any(nothing in " ".join(text.split()) for text in read.values())
    for name, text in read.items():
        assert not CHINESE_LAW.findall(text), name
        assert not TAG.search(text), name


def test_a_changed_basis_is_another_set_of_rules_and_is_not_mailed_twice(
    tmp_path: Path,
) -> None:
    period, law = Period.parse("2026-10"), tmp_path / "law"
    for path in Settings().law.rglob("*.yaml"):
        target = law / path.relative_to(Settings().law)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    settings = Settings(home=tmp_path / "home", law=law, threads=1, registry_url="", smtp_url="")
    company = deliver(
        tmp_path / "company",
        {"customer_account": [{"account_id": "A1", "org_id": "U1", "account_class": "lv_residential"}]},
        jurisdiction="CN",
        recipients={"company": ["audit@example.com"]},
    )

    def audited() -> Run:
        return run(Audit(settings, load_source(company), period)).run

    first, again = audited(), audited()
    assert (again.rules_hash, again.revision) == (first.rules_hash, 1)
    changed = law / "CN" / "supply-rules-2024.yaml"
    record = yaml.safe_load(changed.read_text(encoding="utf-8"))
    record["number"]["zh"] = "更正后的令第14号"
    changed.write_text(yaml.safe_dump(record, allow_unicode=True), encoding="utf-8")
    register._product.cache_clear()
    later = audited()
    assert (later.rules_hash == first.rules_hash, later.revision) == (False, 2)
    audit = Audit(settings, load_source(company), period)
    assert any("更正后的令第14号" in text for _, text in texts(audit.bulletins))
    (mail,) = list_outbox(audit.registry, audit.source.name, period)
    assert (mail.status, mail.revision) == ("sent", 1), "the correction is noted, and sent when asked for"
    assert mail.unsent_hash
