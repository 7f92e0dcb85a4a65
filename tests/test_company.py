"""A company's own folder through the front door: the example of docs/company.md, and what is wrong with others."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest_cli import Wattledger
from tests.delivery import deliver
from tests.rating.compare.world import World, bill_case, metered
from wattledger import pipeline
from wattledger.context import Audit, stored_audit
from wattledger.errors import ConfigurationError
from wattledger.extract.source import load_source
from wattledger.parameters import in_place_of, load_parameters, value_on
from wattledger.periods import Period
from wattledger.rating.catalogue.files import load_catalogue, read_catalogue_file
from wattledger.settings import Settings

DOCUMENT = Path(__file__).parents[1] / "docs" / "company.md"
FILE = re.compile(r"```(?:yaml|sql)\n(?:#|--) (company/\S+)\n(.*?)```", re.DOTALL)
JURISDICTION = "CN-98"
OCTOBER = Period.parse("2026-10")
PHONE = {
    "payment_id": "P1",
    "account_id": "B1",
    "org_id": "U1",
    "charged_at": "2026-10-05 09:00:00",
    "payment_kind": "charge",
    "payment_amount": "700.00",
    "settle_method": "phone",
    "phone_order_no": None,
}
CASE = "kind: bill\nperiod_start_on: 2026-10-01\nperiod_end_on: 2026-10-31\npoints: " + json.dumps(
    [{"point_id": "P", "tariff_code": "SHOP", "readings": [{"register": "total", "usage": 100}]}]
)


def write_example(folder: Path) -> None:
    """The files of the document's example."""
    for name, text in FILE.findall(DOCUMENT.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """A company that bills two shops by the example's prices, and takes a payment."""
    folder = tmp_path / "acme"
    write_example(folder)
    parameters = load_parameters(settings.parameters, JURISDICTION)
    tariffs = read_catalogue_file(folder / "company" / "tariffs" / "shop.yaml")
    made = World(load_catalogue(settings.tariffs, JURISDICTION, parameters=parameters, own=tariffs))
    for bill, kwh in (("B1", 1000), ("B2", 360)):
        made.add(bill_case(bill, metered(f"P-{bill}", "SHOP", total=kwh)))
    return deliver(folder, {**made.rows, "payment": [PHONE]}, jurisdiction=JURISDICTION)


def test_the_example_is_audited_and_looked_at_when_its_files_are_gone(
    tmp_path: Path, source: Path, wattledger: Wattledger
) -> None:
    at = ("--period", "2026-10", "--home", tmp_path / "home")
    done = wattledger("audit", "--source", source, *at)
    assert done.code == 0, done.err
    shutil.rmtree(source.parent)
    (tmp_path / "home" / "bulletins").rename(tmp_path / "before")

    rows = wattledger("findings", *at, "--format", "csv").rows
    assert [(r["business_key"], r["amount"]) for r in rows if r["rule_id"] == "ACM-01"] == [("P1", "700.00")]
    rated = wattledger(
        "sql", "SELECT status, sum(amount) AS due FROM expected_bill GROUP BY ALL", *at, "--format", "csv"
    )
    assert [(r["status"], float(r["due"])) for r in rated.rows] == [("rated", 707.20)]
    verdicts = {r["rule_id"]: r for r in wattledger("verdicts", *at, "--format", "csv").rows}
    assert verdicts["LED-07"]["verdict"] == "NOT_EVALUATED"
    assert "there is no till" in verdicts["LED-07"]["reason"]
    assert verdicts["LED-06"]["verdict"] == "PASS"
    assert "保洁费" in wattledger("bill", "B2", *at).out

    assert wattledger("bulletin", *at).code == 0
    for bulletins in (tmp_path / "before", tmp_path / "home" / "bulletins"):
        page = (bulletins / "acme" / "2026-10" / "company.html").read_text(encoding="utf-8")
        assert "本公司已停用该规则：本公司由银行代收，不设收费窗口" in page
        assert "《资金管理办法》第4条" in page
    english = wattledger("bulletin", *at, "--language", "en", "--out", tmp_path / "en")
    assert english.code == 0, english.err
    page = (tmp_path / "en" / "company.html").read_text(encoding="utf-8")
    assert "switched off by the company: receipts are taken by the bank, there is no till" in page


def test_commands_without_an_audit_take_the_source(
    tmp_path: Path, source: Path, wattledger: Wattledger
) -> None:
    listed = wattledger("rules", "--source", source, "--format", "csv")
    assert "ACM-01" in {row["rule_id"] for row in listed.rows}
    assert "ACM-01" not in {row["rule_id"] for row in wattledger("rules", "--format", "csv").rows}
    assert (
        "phone_order_no IS NULL" in wattledger("rules", "ACM-01", "--source", source, "--format", "sql").out
    )
    assert "rule ACM-01: 4" in wattledger("law", "acme-cash-rules-2026", "--source", source).out
    assert wattledger("law", "acme-cash-rules-2026").code == 2

    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    rated = wattledger("rate", tmp_path / "case.yaml", "--source", source, "--format", "json")
    assert json.loads(rated.out)["total"] == "52.00", rated.err
    assert wattledger("rate", tmp_path / "case.yaml").code == 2, "no tariff of the product's is called SHOP"


def opened(settings: Settings, source: Path) -> Audit:
    audit = Audit(settings, load_source(source), OCTOBER)
    pipeline.check_source(audit)
    _ = audit.catalogue
    return audit


def test_another_rule_value_price_column_or_switch_is_another_run(settings: Settings, source: Path) -> None:
    audit = Audit(settings, load_source(source), OCTOBER)
    for dataset in audit.source.datasets:
        pipeline.land(audit, dataset)
    hashes = [pipeline.open_run(audit).rules_hash]
    for name, old, new in (
        ("parameters/thresholds.yaml", "value: 500", "value: 600"),
        ("expectations/2.8-ledger/ACM-01.sql", ">=", ">"),
        ("tariffs/shop.yaml", "price: 0.5,", "price: 0.6,"),
        ("contracts/payment.yaml", "Phone order", "Order"),
        ("switched_off.yaml", "there is no till", "no till"),
        ("law/CN/acme-cash-rules-2026.yaml", "Rules on money received", "Rules on money"),
    ):
        path = source.parent / "company" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        hashes.append(pipeline.open_run(Audit(settings, load_source(source), OCTOBER)).rules_hash)
    assert len(set(hashes)) == len(hashes)
    words = source.parent / "company" / "words" / "sheet.zh-CN.yaml"
    words.write_text("component.cleaning: 清洁费\n", encoding="utf-8")
    assert pipeline.open_run(Audit(settings, load_source(source), OCTOBER)).rules_hash == hashes[-1]
    kept = stored_audit(settings, "acme", OCTOBER)
    assert kept.source.own.folder != source.parent / "company"
    assert "清洁费" in str((kept.source.own.part("words") or Path()).joinpath(words.name).read_text("utf-8"))


def test_a_value_of_its_own_stands_beside_the_products(settings: Settings, source: Path) -> None:
    audit = opened(settings, source)
    own = value_on(audit.parameters, "LED-06.receipt_yuan", OCTOBER.end)
    assert own is not None
    other = in_place_of(audit.parameters, own, OCTOBER.end)
    assert other is not None
    assert (int(own.value or 0), own.reference.en) == (80000, "Notice 3 of 2026 of the finance department")
    assert other.rank < own.rank


Change = Callable[[Path], Any]


def write(name: str, text: str) -> Change:
    def change(company: Path) -> None:
        (company / name).parent.mkdir(parents=True, exist_ok=True)
        (company / name).write_text(text, encoding="utf-8")

    return change


def edit(name: str, old: str, new: str) -> Change:
    def change(company: Path) -> None:
        text = (company / name).read_text(encoding="utf-8")
        assert old in text
        (company / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


RULE, VALUES, OFF = "expectations/2.8-ledger/ACM-01", "parameters/thresholds.yaml", "switched_off.yaml"
WRONG: dict[str, tuple[Change, list[str]]] = {
    "a folder that nothing reads": (write("tarifs/a.yaml", "x"), ["tarifs", "did you mean tariffs?"]),
    "a file that nothing reads": (write("switched-off.yaml", "x"), ["did you mean switched_off.yaml?"]),
    "a file of another kind": (write("parameters/a.yml", "x"), ["company/parameters holds a.yml"]),
    "an id of the product's": (
        lambda c: [p.rename(p.with_name(p.name.replace("ACM-01", "LED-06"))) for p in c.glob(f"{RULE}.*")],
        ["LED-06", "rule of the product's", "an id of its own"],
    ),
    "a suite of the product's": (write("expectations/2.8-ledger/_suite.yaml", "x"), ["Leave it out"]),
    "a rule that there is none of": (
        edit(OFF, "LED-07", "LED-70"),
        ["LED-70", "no such rule", "Did you mean LED-"],
    ),
    "a switch without a reason": (write(OFF, "LED-07:\n"), ["no reason for LED-07"]),
    "a switch in one language": (write(OFF, "LED-07: {zh: 无}\n"), ["switched_off.yaml", "en"]),
    "its own rule switched off": (edit(OFF, "LED-07", "ACM-01"), ["ACM-01", "Take the rule itself away"]),
    "a parameter misspelt": (
        edit(VALUES, "LED-06.receipt_yuan", "LED-06.reciept_yuan"),
        ["Company/parameters/thresholds.yaml", "LED-06.reciept_yuan", "did you mean LED-06.receipt_yuan?"],
    ),
    "no reason for another value": (
        edit(
            VALUES,
            "{kind: company, zh: 财务部2026年第3号通知, en: Notice 3 of 2026 of the finance department}",
            "{kind: company}",
        ),
        ["thresholds.yaml", "LED-06.receipt_yuan", "does not say why", "basis:"],
    ),
    "a value twice": (
        write("parameters/b.yaml", "- {name: ACM-01.receipt_yuan, value: 3, zh: 三, en: three}"),
        ["b.yaml and company/parameters/thresholds.yaml", "two values"],
    ),
    "no list of parameters": (write("parameters/b.yaml", "name: x"), ["b.yaml", "expected a list"]),
    "a rank in a file": (
        edit(VALUES, "value: 500", "value: 500\n  rank: 9"),
        ["ACM-01.receipt_yuan says rank", "Take it out"],
    ),
    "another type": (
        edit(
            "contracts/payment.yaml",
            "settle_method: {codes: {phone: 手机支付}}",
            "settle_method: {type: text, zh: 方式, en: Way}",
        ),
        ["payment.yaml", "payment.settle_method", "Add codes"],
    ),
    "a code that is there": (
        edit("contracts/payment.yaml", "phone: 手机", "cash: 手机"),
        ["cash", "which it has"],
    ),
    "codes of any value": (
        write("contracts/payment.yaml", "dataset: payment\ncolumns: {org_id: {codes: {U: 一}}}"),
        ["payment.yaml", "org_id", "any value"],
    ),
    "a contract of another name": (
        write("contracts/payments.yaml", "dataset: payment\n"),
        ["payments.yaml", "Call the file by its dataset"],
    ),
    "a document in the wrong place": (write("law/rules.yaml", "x"), ["rules.yaml", "JURISDICTION/ID.yaml"]),
    "an unknown text": (
        write("words/strings.zh-CN.yaml", "titel: x"),
        ["strings.zh-CN.yaml", "there is no text titel"],
    ),
    "a text with another value": (
        write("words/strings.en.yaml", 'period.range: "{start} to {ende}"'),
        ["period.range", "{ende}"],
    ),
    "an unknown file of words": (
        write("words/string.en.yaml", "a: b"),
        ["string.en.yaml", "strings.en.yaml"],
    ),
    "an unknown group of terms": (write("words/terms.yaml", "column: {a: b}"), ["column", "columns"]),
    "tariffs of another province": (
        edit("tariffs/shop.yaml", "CN-98", "CN-97"),
        ["company/tariffs/shop.yaml", "CN-97"],
    ),
}


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_file(
    tmp_path: Path, settings: Settings, change: Change, told: list[str]
) -> None:
    write_example(tmp_path)
    change(tmp_path / "company")
    with pytest.raises(ConfigurationError) as caught:
        opened(settings, deliver(tmp_path, {"payment": [PHONE]}, jurisdiction=JURISDICTION))
    for part in told:
        assert part in str(caught.value)


def test_it_is_told_before_anything_is_landed(tmp_path: Path, wattledger: Wattledger) -> None:
    write_example(tmp_path)
    write("words/strings.en.yaml", "titel: x")(tmp_path / "company")
    source = deliver(tmp_path, {"payment": [PHONE]}, jurisdiction=JURISDICTION)
    done = wattledger("audit", "--source", source, "--period", "2026-10", "--home", tmp_path / "home")
    assert done.code != 0
    assert "strings.en.yaml: there is no text titel" in done.err
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_a_folder_or_tariffs_that_are_not_there_are_told(tmp_path: Path, wattledger: Wattledger) -> None:
    for field, told in (("company", "no folder 'nowhere'"), ("tariffs", "no such file")):
        row = {name: value for name, value in PHONE.items() if name != "phone_order_no"}
        source = deliver(tmp_path, {"payment": [row]}, jurisdiction="CN", **{field: "nowhere"})
        done = wattledger("rules", "--check", "--source", source)
        assert done.code != 0
        assert told in done.err
        assert "nowhere" in done.err


def test_a_case_with_a_parameter_that_nothing_looks_up_is_refused(
    tmp_path: Path, wattledger: Wattledger
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f"{CASE}\nparameters: [{{name: theft.unknown_day, value: 1}}]\n", encoding="utf-8")
    done = wattledger("rate", path)
    assert done.code == 2
    assert (
        "The case: no rule and nothing else uses theft.unknown_day; did you mean theft.unknown_days?"
        in done.err
    )


def test_without_a_folder_nothing_is_added(tmp_path: Path) -> None:
    write_example(tmp_path)
    rows = {"payment": [PHONE]}
    with pytest.raises(ConfigurationError, match="phone_order_no"):
        load_source(deliver(tmp_path, rows, jurisdiction=JURISDICTION, company=""))
    assert load_source(deliver(tmp_path, rows, jurisdiction=JURISDICTION)).own.folder == tmp_path / "company"


def test_check_tells_all_problems_at_once_and_writes_nothing(
    tmp_path: Path, wattledger: Wattledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    row = {name: value for name, value in PHONE.items() if name != "phone_order_no"} | {
        "settle_method": "pos"
    }
    rows = {
        "payment": [row, row | {"payment_id": "P2", "payment_amount": "x"}],
        "staff": [{"staff_id": "S1", "org_id": "U1"}],
    }
    source = deliver(tmp_path, rows, jurisdiction="CN")
    good = wattledger("check", source, "--period", "2026-10")
    assert good.code == 0, good.err
    assert "payment: 1 rows would land, 0 are outside 2026-10, 1 rejected (payment_amount: not a" in good.out
    assert "TAR-10: bill is not mapped" in good.out
    assert "LED-06: " not in good.out
    (tmp_path / "staff.csv").unlink()
    header, _, rest = (tmp_path / "payment.csv").read_text(encoding="utf-8").partition("\n")
    text = header.replace("charged_at", "charged_on") + "\n" + rest
    (tmp_path / "payment.csv").write_text(text, encoding="utf-8")
    write("parameters/a.yaml", "- {name: LED-06.reciept_yuan, value: 1, zh: 一, en: one}")(
        tmp_path / "company"
    )
    bad = wattledger("check", source, "--period", "2026-10")
    assert bad.code == 2
    for told in ("3 problems", "staff: there is no file", "charged_at", "LED-06.reciept_yuan"):
        assert bad.err.count(told) >= 1
    assert not (tmp_path / ".wattledger").exists()
