"""A catalogue with a gap, an overlap or an unknown name is refused, and the message says where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rating.mistakes import BASE, MISTAKES, catalogue_of, rate, refusal, tariff
from wattledger.errors import ConfigurationError


def test_the_catalogue_that_the_mistakes_are_made_in_is_right() -> None:
    assert [t.code for t in catalogue_of(BASE).tariffs] == ["H", "B"]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_and_named(name: str) -> None:
    change, message = MISTAKES[name]
    assert message in refusal(change)


def test_an_unknown_unit_is_refused_by_the_form() -> None:
    message = refusal(rate(6, per="kwmonth"))
    assert "0.yaml are wrong" in message
    assert (
        "rates[6].per of demand for B: input should be 'kwh', 'feed_in_kwh', 'kva_month', 'kw_month'"
        in message
    )


def test_a_misspelt_field_is_refused_by_the_form() -> None:
    assert "tariffs[1].component of B: there is no such field; did you mean components?" in refusal(
        tariff(1, component=["x"])
    )


def test_all_mistakes_are_told_at_once_and_each_once() -> None:
    def change(content: Any) -> None:
        rate(2, to="2024-11-30")(content)
        rate(0, price={1: 0.5, 2: 0.6})(content)

    lines = refusal(change).splitlines()
    assert len([line for line in lines if "no price" in line]) == 2
    assert lines[0] == "The tariffs of ZZ cannot be used:"
    assert lines[-1].startswith("  to do: Correct the files")


def test_an_overlap_of_two_files_names_both() -> None:
    own = {"jurisdiction": "ZZ", "rates": [{**BASE["rates"][6], "from": "2025-01-01"}]}
    assert "0.yaml, 1.yaml: tariff B has 2 prices of demand from 2025-01-01 to 2025-12-31" in refusal(
        lambda c: c, own
    )


def test_a_source_must_not_stand_twice() -> None:
    assert "1.yaml: there are two sources 's'" in refusal(
        lambda c: c, {"jurisdiction": "ZZ", "sources": BASE["sources"]}
    )


def test_a_voltage_is_in_one_band_of_a_file() -> None:
    message = refusal(lambda c: c["voltage_bands"]["high"].append("380V"))
    assert "0.yaml: voltage 380V is in two bands, low and high" in message


def test_a_floating_rate_is_as_listed_for_a_tariff_without_times_beside_others_that_have_some() -> None:
    flat = {
        "code": "F",
        "zh": "平",
        "en": "Flat",
        "category": "general",
        "components": ["energy"],
        "source": "s",
    }
    shared = {"component": "energy", "tariffs": ["F"], "price": 0.61, "floats": True, "source": "s"}
    beside = {"jurisdiction": "ZZ", "tariffs": [flat], "rates": [{**shared, "from": "2020-01-01"}]}
    days = {"from": "2025-01-01", "to": "2025-12-31"}
    both = {
        "jurisdiction": "ZZ",
        "tariffs": [
            {**flat, **days},
            {**BASE["tariffs"][1], "code": "G", **days, "components": ["energy"], "power_factor_base": []},
        ],
        "rates": [{**shared, "tariffs": ["F", "G"], **days}],
    }
    assert "tariff F: the price depends on the time of use, but" in refusal(lambda c: c, beside)
    assert [t.code for t in catalogue_of(BASE, both).tariffs] == ["H", "B", "F", "G"]


def test_a_scheme_goes_on_with_the_same_periods_only() -> None:
    other = {
        "jurisdiction": "ZZ",
        "tou": [{"id": "hours", "periods": ["peak", "valley"], "balance_to": "valley"}],
    }
    assert "1.yaml: times of use hours stand there with other periods" in refusal(lambda c: c, other)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rating.part_month", "calender_days", "is calender_days, expected thirtieths or calendar_days"),
        ("rating.untimed_kwh", 1, "is 1, expected balance or shares"),
        ("rating.demand_over_share", "105 %", "is '105 %', expected a number"),
    ],
)
def test_a_parameter_that_no_engine_knows_is_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"the parameter {name} from 2024-06-01 {message}"):
        catalogue_of(BASE, parameters=[{"name": name, "value": value, "valid_from": "2024-06-01"}])
