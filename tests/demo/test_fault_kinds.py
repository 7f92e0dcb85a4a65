"""Kinds of faults do not meet: each befalls its own victims, whichever others are planted and in whatever order."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest

from wattledger.audit.rules import load_rules
from wattledger.demo import ANSWER_BREAKS, ANSWER_FAULTS, ANSWER_KEY, make_demo
from wattledger.demo.faults import FAULTS
from wattledger.demo.faults.planter import Planter
from wattledger.demo.world import STEPS
from wattledger.settings import Settings

ACCOUNTS = 2500
ANSWERS = {ANSWER_BREAKS, ANSWER_FAULTS, ANSWER_KEY}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo with all kinds of faults."""
    folder = tmp_path_factory.mktemp("whole")
    make_demo(folder, ACCOUNTS)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_order_of_the_list_decides_nothing(whole: Path, tmp_path: Path) -> None:
    make_demo(tmp_path, ACCOUNTS, kinds=FAULTS[::-1])
    assert digests(tmp_path) == digests(whole)


@pytest.mark.slow
# of every content one, and those that take money, numbers or a whole route away from others
@pytest.mark.parametrize(
    "name",
    [
        "route_read_by_estimates",
        "shop_at_zero_unchecked",
        "receivable_lost",
        "meter_read_twice",
        "home_billed_without_tiers",
        "transformer_loss_missed",
        "cash_reversed_later",
        "invoices_voided_in_plenty",
        "receipts_made_up",
    ],
)
def test_a_kind_left_out_changes_nothing_for_the_others(whole: Path, tmp_path: Path, name: str) -> None:
    make_demo(tmp_path, ACCOUNTS, kinds=[kind for kind in FAULTS if kind.name != name])
    assert answers(tmp_path) == {row for row in answers(whole) if name not in row}
    (victims,) = (row["victims"].split() for row in read(whole / ANSWER_FAULTS) if row["fault"] == name)
    assert victims
    about = {*victims, *money_of(victims, whole), *money_of(victims, tmp_path)}
    differing = list(difference(whole, tmp_path))
    assert differing
    assert [row for row in differing if not about & set(row.values())] == []


def answers(folder: Path) -> set[tuple[str, ...]]:
    """What must be found, fault by fault, and whom each kind befell; amounts apart, which can hold another's money."""
    findings = {
        (row["rule_id"], row["business_key"], row["cause"], fault)
        for row in read(folder / ANSWER_KEY)
        for fault in row["fault"].split(" + ")
    }
    breaks = {
        (row["link"], row["business_key"], row["cause"], row["fault"]) for row in read(folder / ANSWER_BREAKS)
    }
    return findings | breaks | {tuple(row.values()) for row in read(folder / ANSWER_FAULTS)}


def money_of(victims: list[str], folder: Path) -> set[str]:
    """Deposits and vouchers that hold money of the victims, and vouchers made up after theirs."""
    unit = {row["CONS_NO"]: row["ORG_NO"] for row in read(folder / "c_cons.csv")}
    found = {f"XS{victim}" for victim in victims}
    for row in read(folder / "a_pay_flow_202610.csv"):
        if row["CONS_NO"] in victims:
            found |= {row["CASHCHK_ID"], f"RC-{unit[row['CONS_NO']]}-{row['CHARGE_DATE'][:8]}"}
    for row in read(folder / "a_rcvbl_flow_202610.csv"):
        if row["CONS_NO"] in victims:
            found.add(f"AR-{row['ORG_NO']}-{row['RELEASE_DATE']}")
    return found


def difference(one: Path, other: Path) -> Iterator[dict[str, str]]:
    """Rows of the extracts that only one of the folders has."""
    assert {path.name for path in one.iterdir()} == {path.name for path in other.iterdir()}
    for path in sorted(one.iterdir()):
        twin = other / path.name
        if path.name not in ANSWERS and path.suffix != ".yaml" and path.read_bytes() != twin.read_bytes():
            here, there = (Counter(tuple(row.items()) for row in read(file)) for file in (path, twin))
            yield from (dict(row) for row in [*(here - there), *(there - here)])


def read(path: Path) -> list[dict[str, str]]:
    """The rows of an extract, all as text."""
    if path.suffix == ".parquet":
        found = duckdb.execute("SELECT COLUMNS(*)::TEXT FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if path.suffix == ".xlsx":
        header, *cells = (
            openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
        )
        return [dict(zip(map(str, header), map(str, row), strict=True)) for row in cells]
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("scale", [0.5, 20])
def test_a_small_utility_says_what_it_has_no_room_for(tmp_path: Path, scale: float) -> None:
    summary = make_demo(tmp_path, customers=100, faults=scale)
    assert {kind.fault for kind in summary.planted} == {kind.name for kind in FAULTS}
    assert {"reader_too_fast", "reversal_does_not_cancel"} <= {kind.fault for kind in summary.short}
    told = {row["fault"]: (int(row["planted"]), int(row["wanted"])) for row in read(tmp_path / ANSWER_FAULTS)}
    assert told == {kind.fault: (len(kind.victims), kind.wanted) for kind in summary.planted}
    victims = Counter(victim for kind in summary.planted for victim in kind.victims)
    assert [victim for victim, times in victims.items() if times > 1] == []


def test_kinds_are_well_formed() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.finds or fault.costs or fault.billed_wrongly or fault.breaks for fault in FAULTS)
    for fault in FAULTS:
        assert list(fault.changes) == sorted(fault.changes, key=STEPS.index)


def test_two_kinds_with_one_share_are_refused() -> None:
    (kind,) = (fault for fault in FAULTS if fault.name == "never_billed")
    with pytest.raises(ValueError, match="never_billed and twin both have share 0 of the pool homes"):
        Planter([kind, replace(kind, name="twin")], 1)


def test_kinds_stand_with_the_content_of_their_rules() -> None:
    content = {
        rule.rule_id: rule.suite.name.replace("-", "_") for rule in load_rules(Settings().expectations)
    }
    for name in sorted(set(content.values())):
        modules = [importlib.import_module(f"wattledger.demo.faults.{name}")]
        if name == "tariffs":
            modules.append(importlib.import_module("wattledger.demo.faults.tariffs_of_works"))
        for fault in (fault for module in modules for fault in module.FAULTS):
            first = next(iter([*fault.finds, *fault.costs, *(fault.billed_wrongly or ())[:1]]))
            assert content[first] == name, fault.name
