"""Step 9: taxes as percentages of other lines."""

from __future__ import annotations

from tests.rating.decimal_engine.utility import amounts, case, catalogue, rated, simple

TAXED = """
tariffs:
- code: T
  zh: 甲
  en: A
  category: c
  components: [tax, energy, service_charge, tax_on_tax, rebate]
  source: S
rates:
- {component: energy, tariffs: [T], price: 0.5, source: S}
- {component: service_charge, tariffs: [T], per: bill, price: 3, source: S}
- {component: tax, tariffs: [T], per: percent, price: 13, of: [energy, service_charge, adjustment], source: S}
- {component: tax_on_tax, tariffs: [T], per: percent, price: 10, of: [tax], source: S}
- {component: rebate, tariffs: [T], per: percent, price: 1, of: [energy], credit: true, source: S}
"""


def test_percentages_of_what_else_is_billed_and_of_one_another() -> None:
    # energy 100.5 x 0.5 = 50.25; with the service 53.25; 13 % = 6.9225 -> 6.92; 10 % of it 0.692 -> 0.69; 1 % of 50.25
    assert amounts(rated(simple("T", total="100.5"), catalogue(TAXED))) == [
        ("tax", None, None, "53.25", "0.13", "6.92"),
        ("energy", None, None, "100.5", "0.5", "50.25"),
        ("service_charge", None, None, "1", "3", "3.00"),
        ("tax_on_tax", None, None, "6.92", "0.1", "0.69"),
        ("rebate", None, None, "50.25", "0.01", "-0.50"),
    ]


def test_extra_lines_are_taxed_where_the_rate_names_them() -> None:
    # (0.50 + 3 - 1) x 13 % = 0.325 -> 0.33
    bill = case("""
      extra: [{component: adjustment, amount: -1}]
      points: [{point_id: P, tariff_code: T, readings: [{register: total, usage: 1}]}]
    """)
    assert str(rated(bill, catalogue(TAXED)).amount("tax")) == "0.33"


def test_no_line_of_nothing() -> None:
    # nothing billed that the rebate is of
    assert rated(simple("T"), catalogue(TAXED)).amount("rebate") == 0
    assert "rebate" not in [line.component for line in rated(simple("T"), catalogue(TAXED)).lines]
