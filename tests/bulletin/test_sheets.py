"""The calculation sheets of a bulletin's largest findings: which, from where, and how they are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hostile import ATTACK, huge
from lxml import html
from sample_sheets import bill_sheet, with_sheets
from tests.rating.compare.world import World, bill_case, metered

from wattledger.audit.rules import load_rules
from wattledger.bulletin.columns import WIDTH, width
from wattledger.bulletin.listed import bills_of
from wattledger.bulletin.model import Bulletin
from wattledger.bulletin.plain import render_text
from wattledger.bulletin.render import render_html
from wattledger.bulletin.view import MAX_BYTES
from wattledger.cli.sheet import show_sheet
from wattledger.errors import UsageError
from wattledger.rating.bill_sheets import rated_bill, rated_bills
from wattledger.rating.cases.bill import BillCase
from wattledger.registry import FindingRow
from wattledger.report_texts import LANGUAGES, Language
from wattledger.settings import Settings
from wattledger.sheet_step import sheets_for

D = Decimal


def words(bulletin: Bulletin) -> str:
    """The page's texts, parted by blanks."""
    return " ".join(" ".join(html.document_fromstring(render_html(bulletin)).itertext()).split())


def finding(key: str, amount: str | None, bill: str | None = "", rule: str = "BIL-02") -> FindingRow:
    shown = {"bill_id": key if bill == "" else bill, "usage_kwh": "3"}
    money = D(amount) if amount else None
    return FindingRow(
        rule, key, "U1", "A1", "event", "new", "2026-10", "2026-10", money, None, json.dumps(shown), True
    )


def test_the_largest_amounts_of_either_sign_that_are_about_a_bill_have_sheets() -> None:
    found = [
        finding("B1", "10.00"),
        finding("B2", "-900.00"),
        finding("B3", None),
        finding("M1", "5000.00", bill=None),
        finding("B4", "20.00"),
        finding("X", "30.00", bill="B5"),
    ]
    assert [bill for _, bill in bills_of(found, [])] == ["B2", "B5", "B4", "B1"]
    by_key = [rule for rule in load_rules(Settings().expectations) if rule.record.key == ("bill_id",)]
    without = replace(finding("B6", "1.00", bill=None), rule_id=by_key[0].rule_id)
    assert [bill for _, bill in bills_of([without], by_key)] == ["B6"]


@pytest.fixture
def world() -> World:
    """Three bills: a shop billed as a home, one with a neighbour's sub-meter, and one that is right."""
    made = World()
    shop = bill_case("B1", metered("P1", "CT", total=1000, peak=300, flat=420, valley=280))
    made.add(shop, shop.model_copy(update={"points": (metered("P1", "R", total=1000),)}))
    parent = metered("P2", "C", total=5000)
    child = metered("P3", "", total=1500).model_copy(
        update={"parent_point_id": "P2", "calculation": "submeter"}
    )
    made.add(bill_case("B2", parent, child), bill_case("B2", parent))
    made.add(bill_case("B3", metered("P4", "C", total=100)))
    return made


def test_a_bill_of_the_lake_has_the_sheet_that_its_files_give(world: World, settings: Settings) -> None:
    with world.session(settings) as session:
        query = "SELECT bill_id, amount FROM expected_bill WHERE bill_id IN ('B1', 'B2') ORDER BY 1"
        expected = session.connection.execute(query).fetchall()
        rated = rated_bills(session, world.catalogue, ["B1", "B2", "gone"])
        left = session.connection.execute("SELECT bill_id FROM rating_bill ORDER BY 1").fetchall()
    assert [(bill, one.sheet.total) for bill, one in sorted(rated.items())] == expected
    assert left == [("B1",), ("B2",)], "the bill that nobody asks for is not worked out"
    assert rated["B2"].sheet.figure("deducted_kwh") == 1500
    assert [line.component for line in rated["B1"].billed] == [
        row["charge_component"] for row in world.rows["bill_line"] if row["bill_id"] == "B1"
    ]
    pairs = [(finding("gone", "9.00"), "gone"), (finding("B2", "5.00"), "B2"), (finding("B1", "4.00"), "B1")]
    assert [sheet.bill_id for sheet in sheets_for(pairs, rated)] == ["B2", "B1"]


def test_a_bill_that_is_right_has_no_sheet(world: World, settings: Settings) -> None:
    with world.session(settings) as session:
        rated = rated_bills(session, world.catalogue, ["B1", "B3"])
    assert {bill: one.agrees for bill, one in rated.items()} == {"B1": False, "B3": True}
    pairs = [(finding(bill, "9.00"), bill) for bill in ("B3", "B1")]
    assert [sheet.bill_id for sheet in sheets_for(pairs, rated)] == ["B1"]


def test_a_bill_that_cannot_be_rated_has_no_sheet(world: World, settings: Settings) -> None:
    unknown = BillCase.model_validate(
        {**bill_case("B9", metered("P9", "C", total=5)).model_dump(by_alias=True)}
    )
    world.add(unknown)
    for row in [*world.rows["usage_point"], *world.rows["customer_account"]]:
        if row.get("account_id") == "A-B9":
            row["tariff_code"] = "nobody's"
    with world.session(settings) as session:
        assert rated_bills(session, world.catalogue, ["B9"]) == {}
    with (
        world.session(settings) as session,
        pytest.raises(UsageError, match=r"B9 cannot be rated \(unknown_tariff"),
    ):
        rated_bill(session, world.catalogue, "B9")


@pytest.mark.parametrize(("format_", "total"), [("table", "合计"), ("html", "合计"), ("json", '"compared"')])
def test_a_bill_is_shown_beside_what_was_billed(
    world: World, settings: Settings, capsys: pytest.CaptureFixture[str], format_: str, total: str
) -> None:
    with world.session(settings) as session:
        rated = rated_bill(session, world.catalogue, "B1")
    show_sheet(rated.sheet, format_, "zh-CN", settings.templates, rated.amounts)
    shown = capsys.readouterr().out
    billed, due = (sum(side) for side in zip(*rated.amounts.values(), strict=True))
    assert billed == sum(row["line_amount"] for row in world.rows["bill_line"] if row["bill_id"] == "B1")
    assert due == rated.sheet.total != billed
    assert total in shown
    if format_ != "json":
        assert all(f"{amount:,.2f}" in shown for amount in (billed, due, due - billed))


def test_a_bill_without_readings_says_so(world: World, settings: Settings) -> None:
    world.rows["meter_reading"] = [r for r in world.rows["meter_reading"] if r["account_id"] != "A-B3"]
    with (
        world.session(settings) as session,
        pytest.raises(UsageError, match=r"B3 cannot be rated \(no_readings"),
    ):
        rated_bill(session, world.catalogue, "B3")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_link_has_its_sheet_and_nothing_else_is_linked(language: Language) -> None:
    page = render_html(with_sheets(language))
    tree = html.document_fromstring(page)
    anchors = tree.xpath("//*[@id]/@id")
    assert anchors == [f"sheet-{n}" for n in range(1, 6)] == tree.xpath("//a[@name]/@name")
    links = tree.xpath("//@href")
    assert set(links) == {f"#{anchor}" for anchor in anchors}
    assert len(links) == 10, "one at the finding, one at its rule"
    assert len(page.encode()) < MAX_BYTES
    assert not tree.xpath("//table[@class='f']//tr[count(td) + count(th) > 6]")


def test_what_was_due_stands_beside_what_was_billed() -> None:
    page = words(with_sheets("en"))
    # 42000 kWh x 0.3 = 12600, of which half was billed; (48600 + 12600 + 22400) x -0.75 % = -627
    assert "Energy valley 6,300.00 21,000 × 0.3 12,600.00 42,000 × 0.3 6,300.00" in page
    assert "Power-factor adjustment — -627.00 83,600 × -0.0075 -627.00" in page
    assert "made_up_fee 12.50 — -12.50" in page
    assert "Total 79,136.50 84,797.00 5,660.50" in page
    assert "P-1 valley (meter M): 1,019 − 998 = 21; × multiplier 2,000 = 42,000" in page
    assert "not yet verified" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_text_says_the_same_in_narrow_lines(language: Language) -> None:
    text = render_text(with_sheets(language))
    assert max(map(width, text.splitlines())) <= WIDTH
    assert text.count("12,600.00") >= 5
    for n in range(1, 6):
        word = f"calculation sheet {n}" if language == "en" else f"计算单 {n}"
        assert word in " ".join(text.split())


def test_long_sheets_are_cut_with_a_count_and_their_totals_stay_whole() -> None:
    page = words(with_sheets("en", components=40))
    # 44 lines due and one that was billed alone: 3 differ, and 12 of the other 42 are named
    assert page.count("fund_10 1,824.00 and 30 more lines") == 5
    assert page.count("Total 150,272.50 155,933.00 5,660.50") == 5


def test_a_sheet_cannot_carry_markup_nor_make_the_page_too_long() -> None:
    attacked = with_sheets("en", point=ATTACK)
    page = render_html(attacked)
    assert not html.document_fromstring(page).xpath("//script|//img|//svg|//b[text()='علي']")
    crowd = huge("en", "x" * 800, 400)
    sheets = tuple(
        bill_sheet(f.rule_id, f.business_key, point="y" * 900, components=60) for f in crowd.findings[:5]
    )
    assert len(render_html(replace(crowd, sheets=sheets)).encode()) < MAX_BYTES
    assert len(render_text(replace(crowd, sheets=sheets)).encode()) < MAX_BYTES


def test_a_finding_that_is_not_listed_has_no_sheet() -> None:
    base = with_sheets("en")
    page = html.document_fromstring(render_html(replace(base, findings=base.findings[1:])))
    assert page.xpath("//*[@id]/@id") == [f"sheet-{n}" for n in range(1, 5)]
