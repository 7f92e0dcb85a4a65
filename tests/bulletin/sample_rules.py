# ruff: noqa: E501 - one line is one row of a table
"""The made-up rules of the sample bulletin."""

from __future__ import annotations

from decimal import Decimal

from wattledger.bulletin.model import Basis, Parameter, ParameterValue, RuleRow, States, Tally, Text

D = Decimal
AREAS = {
    "2.3": Text("抄表质量", "Meter reading quality"),
    "2.4": Text("电费核算与回收", "Billing and collection"),
    "2.5": Text("客户与计量档案", "Customer and metering files"),
    "2.8": Text("营财对账", "Billing against finance"),
}
OWNERS = {
    "reading": Text("抄表班", "Meter reading team"),
    "billing": Text("核算班", "Billing team"),
    "files": Text("营业与档案班", "Customer file team"),
    "metering": Text("计量班", "Metering team"),
    "finance": Text("电费账务班", "Revenue accounting"),
}
WHY = {
    "MRD-07": Text(
        "本次示数小于上次示数，且既非翻转也无换表记录，当期电量因此无法成立。",
        "The reading is below the one before, with neither roll-over nor meter change: the usage has no ground.",
    ),
    "FIL-03": Text(
        "计费倍率与互感器变比不符，电量按错误倍率计收。",
        "The multiplier billed differs from the transformer ratios, so every kWh is billed with a wrong factor.",
    ),
    "BIL-02": Text(
        "结算电量不等于示数差乘倍率加损耗减扣减。",
        "The billed kWh are not the difference of readings times multiplier plus loss minus deductions.",
    ),
}
REMEDY = {
    "MRD-07": Text("现场核对表计示数，差错电量退补。", "Check the meter on site and settle the difference."),
    "FIL-03": Text(
        "核对互感器铭牌，更正档案并退补差额电费。",
        "Check the name plates, correct the file, settle the difference.",
    ),
}
BASIS = {
    "FIL-03": (
        Basis(
            Text(
                "倍率差错以实际倍率为准退补",
                "The true multiplier is the basis of the settlement",
            ),
            Text(
                "《供电规则》（示例令第14号）第81条，自2024-06-01起施行",
                "“Rules of supply” (Sample Order 14), art. 81, in force from 2024-06-01",
            ),
            "confirmed",
        ),
        Basis(
            Text("", ""),
            Text(
                "《供电规则》（示例令第14号），条号待核实",
                "“Rules of supply” (Sample Order 14), article to be verified",
            ),
            "unverified",
        ),
    ),
    "MRD-07": (
        Basis(
            Text("抄表异常（示数倒走）", "Reading goes backwards"),
            Text("代码表，非法规条文", "a code list, not a law"),
        ),
    ),
    "MRD-08": (
        Basis(
            Text("", ""),
            Text("无法定数值，阈值由公司确定", "no legal number; the company sets it"),
            "company_parameter",
        ),
    ),
}
OWN = BASIS["MRD-08"][0]
PARAMETERS = {
    "MRD-08": (
        Parameter("MRD-08.ratio", Text("波动幅度", "Change"), (ParameterValue(Text("50%", "50 %"), OWN),)),
        Parameter(
            "MRD-08.kwh",
            Text("最小电量", "Least usage"),
            (ParameterValue(Text("500千瓦时", "500 kWh"), OWN),),
        ),
    ),
    "MRD-07": (
        Parameter(
            "MRD-07.tolerance_kwh",
            Text("允许误差", "Tolerance"),
            (ParameterValue(Text("0千瓦时", "0 kWh"), OWN),),
        ),
    ),
}


NONE = Tally()


def tally(count: int, amount: str | None = None, over: str | None = None) -> Tally:
    return Tally(count, D(amount) if amount else None, D(over) if over else None)


def rule(
    rule_id: str,
    zh: str,
    en: str,
    level: int,
    owner: str,
    new: Tally = NONE,
    *,
    reopened: Tally = NONE,
    persistent: Tally = NONE,
    backlog: Tally = NONE,
    resolved: Tally = NONE,
    verdict: str = "",
    reason: Text | None = None,
) -> RuleRow:
    states = States(new, reopened, persistent, backlog, resolved)
    area = {"MRD": "2.3", "BIL": "2.4", "FIL": "2.5", "FIN": "2.8"}[rule_id[:3]]
    found = states.fresh.findings + states.persistent.findings
    return RuleRow(
        rule_id=rule_id,
        title=Text(zh, en),
        area=area,
        area_title=AREAS[area],
        level=level,
        owner=OWNERS[owner],
        verdict=verdict or ("FINDINGS" if found else "PASS"),  # type: ignore[arg-type]
        examined=None if verdict else 20_418,
        states=states,
        why=WHY.get(rule_id, Text(f"{zh}，与规定不符。", f"{en}: not as the rule demands.")),
        remedy=REMEDY.get(rule_id, Text("核实后更正，并反馈整改结果。", "Verify, correct, and report back.")),
        basis=BASIS.get(
            rule_id, (Basis(Text("", ""), Text("稽查管理办法", "Audit regulation"), "confirmed"),)
        ),
        parameters=PARAMETERS.get(rule_id, ()),
        reason_code="INPUT_EMPTY" if verdict == "NOT_EVALUATED" else ("EXCEPTION" if verdict else ""),
        reason=reason,
    )


def rules() -> tuple[RuleRow, ...]:
    no_ledger = Text(
        "本期总账凭证未送达：ledger_entry 为空", "No ledger entries for this period: ledger_entry is empty"
    )
    no_column = Text(
        "来源未提供现场核查日期 field_checked_on",
        "The source does not give field_checked_on (date of field check)",
    )
    return (
        rule("MRD-02", "连续估抄", "Estimated again and again", 3, "reading", tally(6, "1840.20"), persistent=tally(4, "960.00")),
        rule("MRD-05", "连续三期零示数", "Zero usage three times in a row", 3, "reading", verdict="NOT_EVALUATED", reason=no_column, backlog=tally(11)),
        rule("MRD-07", "示数倒走", "Reading went backwards", 3, "reading", tally(4, "12480.55"), reopened=tally(1, "310.00")),
        rule("MRD-08", "电量突增突减", "Usage jumped", 2, "reading", tally(9, "20310.00"), resolved=tally(7, "9120.40")),
        rule("MRD-09", "分时示数与总示数不符", "Time-of-use registers against total", 2, "metering", tally(3), persistent=tally(2)),
        rule("BIL-01", "电费重算不符", "Re-rated bill differs", 4, "billing", tally(5, "4210.18", "388.00"), persistent=tally(3, "1200.36")),
        rule("BIL-02", "结算电量不等于抄见电量", "Billed kWh are not the readings'", 4, "billing", tally(8, "38250.00", "1260.40"), resolved=tally(2, "640.00")),
        rule("BIL-03", "账单明细与总额不符", "Bill lines do not add up", 4, "billing"),
        rule("BIL-04", "违约金计算不符", "Late-payment damages", 3, "billing", tally(12, "428.31"), persistent=tally(30, "1022.07")),
        rule("BIL-06", "退补频繁或金额过大", "Frequent or large adjustments", 3, "billing", persistent=tally(2, "23600.00"), backlog=tally(1, "11000.00")),
        rule("BIL-07", "全减另发未冲平", "Re-issued bill does not net out", 4, "billing", resolved=tally(1, "318.20")),
        rule("FIL-01", "必填项缺失", "Mandatory field is empty", 1, "files", tally(16), persistent=tally(41)),
        rule("FIL-03", "倍率与互感器变比不符", "Multiplier is not the transformers' ratio", 4, "metering", tally(2, "86400.00"), persistent=tally(1, "18900.00")),
        rule("FIL-04", "同一计量点多块在运表", "Two meters run at one point", 3, "metering", tally(1)),
        rule("FIL-05", "销户仍有电费", "Closed account is billed", 3, "files", tally(2, "-1260.40", "1260.40")),
        rule("FIL-07", "表计状态异常", "Meter is not in running state", 3, "metering"),
        rule("FIN-01", "应收与总账不符", "Receivables against ledger", 4, "finance", verdict="NOT_EVALUATED", reason=no_ledger),
        rule("FIN-02", "到账未及时入账", "Receipt posted late", 3, "finance", verdict="NOT_EVALUATED", reason=no_ledger),
        rule("FIN-03", "重复收费", "Paid twice", 3, "finance", tally(3, "-2104.66", "2104.66")),
        rule("FIN-04", "预收余额勾稽不符", "Prepaid balance does not roll", 3, "finance", verdict="ERROR", reason=Text("规则执行时出错：除数为零", "The rule failed: division by zero")),
    )  # fmt: skip
