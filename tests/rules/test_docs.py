"""The generated page is that of today's suites."""

from pathlib import Path

from wattledger.audit.rules import load_rules
from wattledger.cli.rule_pages import rules_markdown
from wattledger.law import load_register
from wattledger.parameters import load_parameters
from wattledger.settings import Settings


def test_docs_rules_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    settings = Settings()
    parameters = load_parameters(settings.parameters, "CN")
    expected = rules_markdown(load_rules(settings.expectations), parameters, load_register(settings.law))
    assert page.read_text(encoding="utf-8") == expected, "run `make rules`"
