# ruff: noqa: E501 - one line is one row of a table
"""A made-up bulletin for tests and pictures. Every name, number and amount in it is invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sample_rules import rules, tally

from wattledger.bulletin.model import (
    Bulletin,
    CauseRow,
    DatasetRow,
    Evidence,
    Finding,
    LinkRow,
    Manifest,
    RejectedRow,
    RejectReason,
    States,
    Text,
    Unit,
    UnitRow,
)
from wattledger.periods import Period
from wattledger.report_texts import Language

D = Decimal
UNITS = [
    Unit("3340101", Text("青峰县供电公司", "Qingfeng County Supply")),
    Unit("3340102", Text("白鹭洲区供电公司", "Bailuzhou District Supply")),
    Unit("3340103", Text("柳渡县供电公司", "Liudu County Supply")),
    Unit("3340201", Text("石桥市供电公司", "Shiqiao City Supply")),
    Unit("3340202", Text("云浦县供电公司", "Yunpu County Supply")),
]


def evidence(*items: tuple[str, str, str, object]) -> tuple[Evidence, ...]:
    return tuple(Evidence(column, Text(zh, en), value) for column, zh, en, value in items)  # type: ignore[arg-type]


def findings() -> tuple[Finding, ...]:
    multiplier = evidence(
        ("meter_id", "表计标识", "Meter", "M-88210034"),
        ("multiplier", "计费倍率", "Multiplier", D("40")),
        ("expected_multiplier", "CT×PT", "CT×PT", D("60")),
        ("account_name", "户名", "Name", "张建国"),
    )
    backwards = evidence(
        ("meter_id", "表计标识", "Meter", "M-10027741"),
        ("previous_reading", "上次示数", "Previous", D("12034.50")),
        ("reading", "本次示数", "Reading", D("11980.00")),
        ("read_on", "抄表日期", "Read on", date(2026, 10, 12)),
    )
    billed = evidence(
        ("usage_kwh", "结算电量", "Billed kWh", D("18240")),
        ("expected_kwh", "应计电量", "Expected kWh", D("21312")),
        ("multiplier", "倍率", "Multiplier", D("30")),
    )
    closed = evidence(
        ("closed_on", "销户日期", "Closed on", date(2026, 7, 3)),
        ("bill_amount", "账单金额", "Bill", D("630.20")),
    )
    made = [
        Finding("FIL-03", "UP-77120", "new", "2026-10", "2026-10", UNITS[0], "0520031177120", D("61200.00"), D("91800"), multiplier),
        Finding("FIL-03", "UP-61204", "new", "2026-10", "2026-10", UNITS[3], "0520031061204", D("25200.00"), D("37800"), multiplier),
        Finding("BIL-02", "B-2026100412", "new", "2026-10", "2026-10", UNITS[1], "0520030500412", D("19870.30"), D("30720"), billed),
        Finding("MRD-07", "UP-10027|2026-10", "new", "2026-10", "2026-10", UNITS[0], "0520030010027", D("8120.55"), D("12400.5"), backwards),
        Finding("BIL-02", "B-2026100977", "new", "2026-10", "2026-10", UNITS[2], "0520030500977", D("6020.10"), D("9216"), billed),
        Finding("MRD-07", "UP-10455|2026-10", "reopened", "2026-06", "2026-10", UNITS[1], "0520030010455", D("310.00"), D("478"), backwards),
        Finding("FIL-05", "0520030119003", "new", "2026-10", "2026-10", UNITS[4], "0520030119003", D("-630.20"), None, closed),
        Finding("FIL-01", "0520030223781", "new", "2026-10", "2026-10", None, "0520030223781", None, None, evidence(("tariff_category", "用电类别", "Tariff category", None))),
        Finding("BIL-06", "0520030661200", "persistent", "2026-08", "2026-10", UNITS[0], "0520030661200", D("14200.00"), None, evidence(("adjustments", "本年退补次数", "Adjustments this year", 4))),
        Finding("FIL-03", "UP-50218", "persistent", "2026-09", "2026-10", UNITS[2], "0520031050218", D("18900.00"), D("28350"), multiplier),
    ]  # fmt: skip
    return tuple(made)


def datasets() -> tuple[DatasetRow, ...]:
    absurd = Text("日期超出范围", "Date out of range")
    twice = Text("主键重复", "Duplicate key")
    return (
        DatasetRow("customer_account", Text("用电客户档案", "Customer account"), 20_431, 20_431),
        DatasetRow("meter_reading", Text("抄表数据", "Meter reading"), 20_438, 20_418, 20,
                   (RejectReason(absurd, 14), RejectReason(twice, 6)),
                   (RejectedRow(Text("meter_reading_202610.csv 第1204条数据（不含表头）", "meter_reading_202610.csv, data row 1204 (header not counted)"), absurd, "2206-10-12", "read_on"),
                    RejectedRow(Text("meter_reading_202610.csv 第8833条数据（不含表头）", "meter_reading_202610.csv, data row 8833 (header not counted)"), twice, "R-2026100771", "reading_id"))),
        DatasetRow("bill", Text("电费账单", "Bill"), 20_402, 20_402),
        DatasetRow("receivable", Text("应收电费", "Receivable"), 20_402, 20_402),
        DatasetRow("payment", Text("缴费记录", "Payment"), 18_977, 18_977),
        DatasetRow("ledger_entry", Text("总账凭证", "Ledger entry"), None),
    )  # fmt: skip


def links() -> tuple[LinkRow, ...]:
    return (
        LinkRow("reading_bill", Text("抄见电量 — 结算电量", "Readings against billed kWh"), Text("抄见", "Read"),
                Text("结算", "Billed"), "kWh", True, None, 20_402, 20_371,
                D("6120433.5000"), D("6048217.2500"), D("72216.2500"),
                (CauseRow(Text("倍率差错", "Multiplier"), 3, D("61200.0000")),
                 CauseRow(Text("漏计费", "Read and not billed"), 16, D("14288.2500")),
                 CauseRow(Text("计费期错位", "Period shifted"), 12, D("-3272.0000")))),
        LinkRow("bill_receivable", Text("账单 — 应收", "Bills against receivables"), Text("账单", "Bills"),
                Text("应收", "Receivables"), "yuan", True, None, 20_402, 20_402,
                D("4021880.12"), D("4021880.12"), D("0.00")),
        LinkRow("receivable_receipt", Text("应收 — 实收", "Receivables against receipts"), Text("应收", "Receivables"),
                Text("实收", "Receipts"), "yuan", True, None, 20_402, 18_850,
                D("4021880.12"), D("3893310.55"), D("128569.57"),
                (CauseRow(Text("未缴", "Not paid yet"), 1_549, D("130674.23")),
                 CauseRow(Text("重复收费", "Paid twice"), 3, D("-2104.66")))),
        LinkRow("receipt_ledger", Text("实收 — 总账", "Receipts against ledger"), Text("实收", "Receipts"),
                Text("总账", "Ledger"), "yuan", False,
                Text("本期总账凭证未送达", "No ledger entries were delivered")),
    )  # fmt: skip


def sample(language: Language = "zh-CN", unit: Unit | None = None) -> Bulletin:
    """The bulletin of the company, or of one unit."""
    shares = [
        (24, "75100.10", 30, "25000.00"),
        (18, "26710.40", 22, "12000.00"),
        (14, "31022.88", 18, "9682.43"),
        (10, "26110.30", 15, "6000.00"),
        (6, "1920.50", 10, "4000.00"),
    ]
    rows = tuple(
        UnitRow(u, States(new=tally(n, amount), persistent=tally(m, still)))
        for u, (n, amount, m, still) in zip(UNITS, shares, strict=True)
    )
    return Bulletin(
        source="demo",
        title=Text("临江省电力公司（演示）", "Linjiang Provincial Power (demo)"),
        period=Period.parse("2026-10"),
        language=language,
        unit=unit,
        revision=2,
        rules=rules(),
        findings=findings(),
        datasets=datasets(),
        links=links(),
        manifest=Manifest(
            (("customer_account", 3), ("meter_reading", 4), ("bill", 3), ("receivable", 3), ("payment", 3)),
            "9f2c41d07be3",
            "57ab09c3e1f4",
            "0.1.0",
            Text("抄表数据已重新抽取。", "The meter readings were extracted again."),
        ),
        units=() if unit else rows,
        worklist="worklist-demo-2026-10.xlsx",
        rejected=20,
    )


def quiet(language: Language = "zh-CN") -> Bulletin:
    """Nothing new, and yet not everything could be examined."""
    kept = tuple(r for r in rules() if r.verdict in ("NOT_EVALUATED", "PASS"))
    base = sample(language, UNITS[4])
    return Bulletin(
        base.source, base.title, Period.parse("2026-10-31"), language, UNITS[4], 1, kept, (), base.datasets,
        base.links[1:2], base.manifest, worklist=base.worklist,
    )  # fmt: skip
