"""Every usable published case comes out to the printed figure, by the same function as ``wattledger rate``."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from wattledger.rating.case import BillCase
from wattledger.rating.case_files import case_catalogue, parse_case, sheet_of
from wattledger.rating.catalogue_tables import create_catalogue_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.setwise import rate_bills, rating_tables
from wattledger.rating.sheet import Sheet
from wattledger.settings import Settings
from wattledger.yaml_text import load_yaml

FOLDER = Path(__file__).parent / "cases"
NO_CASES = ("index.yaml", "excluded.yaml")

Entry = dict[str, Any]


def load(name: str) -> Any:
    return load_yaml((FOLDER / name).read_text(encoding="utf-8"))


CASES: dict[str, Entry] = {
    path.stem: load(path.name) for path in sorted(FOLDER.glob("*.yaml")) if path.name not in NO_CASES
}
EXCLUDED: list[Entry] = load("excluded.yaml")
INDEX: dict[str, dict[str, Any]] = load("index.yaml")


def parts_of(entry: Entry) -> list[Entry]:
    return entry.get("parts") or [entry]


def sheet(part: Entry, place: str) -> Sheet:
    content = load(part["case"])["case"] if isinstance(part["case"], str) else part["case"]
    return sheet_of(parse_case(content, place), Settings(), place)


def number(value: object) -> Decimal:
    """YAML reads 0.125 as a float, whose shortest text is what was written."""
    return Decimal(str(value))


def check(got: Sheet, expected: Entry) -> int:
    """Assert each printed figure; return how many there were."""
    places = expected.get("places")

    def same(value: Decimal, printed: object) -> bool:
        return (round(value, places) if places is not None else value) == number(printed)

    pairs: list[tuple[str, Decimal, object]] = []
    pairs += [(name, got.figure(name), printed) for name, printed in expected.get("figures", {}).items()]
    pairs += [(name, got.amount(name), printed) for name, printed in expected.get("lines", {}).items()]
    for name, listed in expected.get("quantities", {}).items():
        found = [line.quantity for line in got.lines if line.component == name]
        pairs += [(name, value or Decimal(0), printed) for value, printed in zip(found, listed, strict=True)]
    for name, listed in expected.get("amounts", {}).items():
        found = [line.amount for line in got.lines if line.component == name]
        pairs += [(name, value, printed) for value, printed in zip(found, listed, strict=True)]
    for name, by_tou in expected.get("prices", {}).items():
        prices = {line.tou: line.price for line in got.lines if line.component == name}
        assert set(prices) == set(by_tou)
        pairs += [(f"{name} {tou}", prices[tou] or Decimal(0), printed) for tou, printed in by_tou.items()]
    if "total" in expected:
        pairs.append(("total", got.total, expected["total"]))
    wrong = [(name, str(value), printed) for name, value, printed in pairs if not same(value, printed)]
    assert not wrong
    return len(pairs)


@pytest.mark.parametrize("case_id", CASES)
def test_a_published_case_comes_out_to_the_printed_figure(case_id: str) -> None:
    entry = CASES[case_id]
    assert entry["id"] == case_id
    assert entry["source"]
    parts = parts_of(entry)
    sheets = [sheet(part, f"{case_id}.yaml") for part in parts]
    for part, got in zip(parts, sheets, strict=True):
        assert check(got, part["expect"]) > 0
        check(got, part.get("computed", {}))
    if "difference" in entry:
        assert sheets[-1].total - sheets[0].total == number(entry["difference"])


@pytest.mark.parametrize("entry", EXCLUDED, ids=lambda entry: f"{entry['id']} {entry['check']}")
def test_an_excluded_case_has_a_reason_and_another_answer(entry: Entry) -> None:
    assert entry["reason"]
    assert (entry["check"] == "CUT") == ("printed" not in entry)
    for part in parts_of(entry):
        got = sheet(part, "excluded.yaml")
        assert check(got, part["computed"]) > 0
        if "printed" in entry:
            with pytest.raises(AssertionError):
                check(got, entry["printed"])


def test_both_engines_have_the_same_amount_and_figures() -> None:
    compared = 0
    for name, entry in CASES.items():
        for part in parts_of(entry):
            case = parse_case(part["case"], name)
            if not isinstance(case, BillCase):
                continue
            with duckdb.connect() as connection:
                create_catalogue_tables(connection, case_catalogue(case, Settings()))
                rating_tables(connection)
                load_cases(connection, [case])
                rate_bills(connection)
                figures_of = "usage_kwh, coalesce(power_factor, 0), coalesce(basic_quantity, 0)"
                rows = connection.execute(f"SELECT amount, {figures_of} FROM expected_bill").fetchall()
            got = sheet(part, name)
            figures = {figure.name: figure.value for figure in got.figures}
            zero = Decimal(0)
            assert rows == [
                (
                    got.total,
                    figures["usage_kwh"],
                    figures.get("power_factor", zero),
                    figures.get("basic_quantity", zero),
                )
            ], name
            compared += 1
    assert compared == 13


def test_the_cases_are_those_that_the_index_lists() -> None:
    listed: dict[str, list[str]] = defaultdict(list)
    for marks in INDEX.values():
        for mark, ids in marks.items():
            listed[mark] += ids
    there: dict[str, list[str]] = defaultdict(list)
    for entry in [*CASES.values(), *EXCLUDED]:
        there[entry["check"]].append(entry["id"])
    tests = {test for marks in INDEX.values() for test in marks.get("elsewhere", {}).values()}
    assert all((FOLDER.parent / test).is_file() for test in tests)
    listed.pop("elsewhere")
    assert {mark: sorted(ids) for mark, ids in there.items()} == {m: sorted(ids) for m, ids in listed.items()}
