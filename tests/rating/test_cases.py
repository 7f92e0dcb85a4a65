"""Every usable published case comes out to the printed figure, by the same function as ``wattledger rate``."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from wattledger.rating.cases.bill import BillCase
from wattledger.rating.cases.expectation import Expectation
from wattledger.rating.cases.files import case_catalogue, parse_case, read_case, sheet_of
from wattledger.rating.cases.solve import at_price
from wattledger.rating.catalogue.tables import create_tariffs_and_parameters
from wattledger.rating.engine_tables import create_rating_tables
from wattledger.rating.inputs import load_cases
from wattledger.rating.sql_engine import rate_bills
from wattledger.settings import Settings
from wattledger.sheets.model import Sheet
from wattledger.yaml_text import load_yaml

FOLDER = Path(__file__).parent / "cases"
NO_CASES = ("index.yaml", "excluded.yaml")

Entry = dict[str, Any]


def load(name: str) -> Any:
    return load_yaml((FOLDER / name).read_text(encoding="utf-8"))


FILES = {path.stem: path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in NO_CASES}
ABOUT: dict[str, Entry] = {case_id: load(path.name)["about"] for case_id, path in FILES.items()}
EXCLUDED: list[Entry] = load("excluded.yaml")
INDEX: dict[str, dict[str, Any]] = load("index.yaml")


def sheet(case_id: str) -> tuple[Sheet, Expectation]:
    case, expected = read_case(FILES[case_id])
    return sheet_of(case, Settings(), case_id), expected


def agrees(got: Sheet, expected: Entry) -> bool:
    checked = Expectation.model_validate(expected).check(got)
    assert checked
    return all(figure.agrees for figure in checked)


@pytest.mark.parametrize("case_id", FILES)
def test_a_published_case_comes_out_to_the_printed_figure(case_id: str) -> None:
    about = ABOUT[case_id]
    assert about["id"] == case_id
    assert about["source"]
    got, expected = sheet(case_id)
    checked = expected.check(got)
    assert checked
    assert [figure for figure in checked if not figure.agrees] == []
    # what the source leaves to the reader, worked out by hand
    assert "computed" not in about or agrees(got, about["computed"])


def test_the_missed_kvarh_are_billed_back() -> None:
    assert sheet("PF-01b")[0].total - sheet("PF-01a")[0].total == Decimal("540.00")


@pytest.mark.parametrize("entry", EXCLUDED, ids=lambda entry: f"{entry['id']} {entry['check']}")
def test_an_excluded_case_has_a_reason_and_another_answer(entry: Entry) -> None:
    assert entry["reason"]
    assert (entry["check"] == "CUT") == ("printed" not in entry)
    for part in entry.get("parts") or [entry]:
        if isinstance(part["case"], str):
            got = sheet(part["case"])[0]
        else:
            got = sheet_of(parse_case(part["case"], "excluded.yaml"), Settings(), entry["id"])
        assert agrees(got, part["computed"])
        assert "printed" not in entry or not agrees(got, entry["printed"])


def test_both_engines_have_the_same_amount_and_figures() -> None:
    compared = 0
    for name, path in FILES.items():
        case, _ = read_case(path)
        if not isinstance(case, BillCase) or case.segments:  # the tables have one power factor for a bill
            continue
        if case.solve is not None:
            price = {f.name: f.value for f in sheet(name)[0].figures}["solved_price"]
            case = at_price(case, case.solve, price)
        with duckdb.connect() as connection:
            create_tariffs_and_parameters(connection, case_catalogue(case, Settings()))
            create_rating_tables(connection)
            load_cases(connection, [case])
            rate_bills(connection)
            figures_of = "usage_kwh, coalesce(power_factor, 0), coalesce(basic_quantity, 0)"
            rows = connection.execute(f"SELECT amount, {figures_of} FROM expected_bill").fetchall()
        got, _ = sheet(name)
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
    assert compared == 15


def test_the_cases_are_those_that_the_index_lists() -> None:
    listed: dict[str, list[str]] = defaultdict(list)
    for marks in INDEX.values():
        for mark, ids in marks.items():
            listed[mark] += ids
    there: dict[str, list[str]] = defaultdict(list)
    for entry in [*ABOUT.values(), *EXCLUDED]:
        there[entry["check"]].append(entry["id"])
    tests = {test for marks in INDEX.values() for test in marks.get("elsewhere", {}).values()}
    assert all((FOLDER.parent / test).is_file() for test in tests)
    listed.pop("elsewhere")
    assert {mark: sorted(ids) for mark, ids in there.items()} == {m: sorted(ids) for m, ids in listed.items()}
