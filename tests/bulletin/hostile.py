"""A bulletin whose every text is an attack, and one with far too much of everything."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sample import UNITS, findings, sample

from wattledger.bulletin.model import Bulletin, Evidence, Text, Unit, UnitRow
from wattledger.report_texts import Language

ATTACKS = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "' OR 1=1 --",
    "{{ 7*7 }}{% raw %}",
    "line one\nline two\r\n=cmd|' /C calc'!A0",
    "\u202egnp.exe <img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)> @SUM(1) http://evil.example/',
    "محمد <b>علي</b>",
)
ATTACK = " ".join(ATTACKS)


def poison(value: Any, text: str) -> Any:
    """``value`` with every text in it replaced, except what the model itself gives a meaning."""
    if isinstance(value, Text):
        return Text(text, text)
    if isinstance(value, tuple):
        return tuple(poison(item, text) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return text if isinstance(value, str) else value
    fixed = {"language", "state", "verdict", "status", "measure", "currency", "period", "rule_id", "column"}
    return replace(
        value,
        **{
            f.name: poison(getattr(value, f.name), text)
            for f in dataclasses.fields(value)
            if f.init and f.name not in fixed
        },
    )


def hostile(language: Language = "en", text: str = ATTACK) -> Bulletin:
    poisoned: Bulletin = poison(sample(language), text)
    return poisoned


def huge(language: Language, text: str, rules: int = 60) -> Bulletin:
    """Many rules, all with findings, bases and thresholds; more of every list than fits; long texts."""
    base = sample(language)
    model = next(r for r in base.rules if r.rule_id == "MRD-08")
    many = Evidence("meter_id", Text(text, text), text)
    found = replace(findings()[0], business_key=text, evidence=(many,) * 20)
    row = UnitRow(Unit("3340999", Text(text, text)), model.states)
    link = base.links[0]
    dataset = replace(base.datasets[1], title=Text(text, text))
    return replace(
        base,
        title=Text(text, text),
        unit=None,
        rules=tuple(
            replace(
                model,
                rule_id=f"MRD-{i:02}",
                title=Text(text, text),
                why=Text(text, text),
                remedy=Text(text, text),
                owner=Text(f"{i}{text}", f"{i}{text}"),
                verdict="ERROR" if i % 7 == 0 else "FINDINGS",
                reason=Text(text, text),
                basis=tuple(
                    replace(model.basis[0], says=Text(text, text), cites=Text(text, text)) for _ in range(9)
                ),
                parameters=model.parameters * 9,
            )
            for i in range(rules)
        ),
        findings=(found,) * 500,
        units=(row,) * 200,
        datasets=(replace(dataset, reasons=dataset.reasons * 9, rejects=dataset.rejects * 9),) * 60,
        links=(replace(link, causes=link.causes * 9, difference=link.difference * Decimal(9)),) * 30,
    )


UNIT = UNITS[0]
