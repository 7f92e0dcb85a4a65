"""Which tests are slow, and how a run is spread over workers (``make test``: ``-n 2 --dist loadfile``).

Belongs here: durations, and what follows from them. A file's tests stay on one worker, for they share what is costly
to make; those in ``SPREAD`` do not. (Not xdist's groups: with pytest 9.2, xdist 3.8 does not see them.)
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

SECONDS = {
    "tests/airflow/test_runs.py": 60,
    "tests/audit/test_not_judged.py": 25,
    "tests/bulletin/test_mail_programs.py": 6,
    "tests/bulletin/test_publish.py": 10,
    "tests/bulletin/test_sheets.py": 15,
    "tests/bulletin/test_without_money.py": 10,
    "tests/demo/test_answer_key.py": 120,
    "tests/demo/test_billing.py": 8,
    "tests/demo/test_fault_kinds.py": 40,
    "tests/demo/test_make_demo.py": 26,
    "tests/e2e/test_hostile_units.py": 9,
    "tests/e2e/test_killed.py": 600,
    "tests/e2e/test_newcomer.py": 11,
    "tests/extract/test_values.py": 10,
    "tests/fuzz/test_fuzz.py": 20,
    "tests/lake/test_query.py": 8,
    "tests/lake/test_upkeep.py": 29,
    "tests/law/test_bulletins.py": 37,
    "tests/mail/test_deliver.py": 16,
    "tests/rating/compare/test_causes.py": 45,
    "tests/rating/compare/test_inputs.py": 14,
    "tests/rating/corrections/test_late_payment.py": 15,
    "tests/rating/sql_engine/test_agreement.py": 21,
    "tests/rating/sql_engine/test_sql_engine.py": 15,
    "tests/rating/test_own_tariffs.py": 19,
    "tests/reconcile/test_properties.py": 21,
    "tests/registry/test_finding_states.py": 21,
    "tests/rules/test_cases.py": 70,
    "tests/steg/test_plain_counts.py": 100,
    "tests/test_cli_lists.py": 8,
    "tests/test_cli_on_an_audit.py": 35,
    "tests/test_command_docs.py": 25,
    "tests/test_company.py": 40,
    "tests/test_frames.py": 30,
    "tests/test_failures.py": 20,
    "tests/test_wheel.py": 36,
}
"""CPU seconds of the files that take more than a few, measured in November 2026. ``make test-fast`` leaves them out."""

SPREAD = ("tests/e2e/test_killed.py", "tests/rules/test_cases.py")
"""Files whose tests may run on different workers: they are long, and what they share is soon made again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and put the longest files first: none is left for one worker alone at the end."""
    for item in items:
        if file(item.nodeid) in SECONDS:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: -SECONDS.get(file(item.nodeid), 0))


def file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


class _Spread(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return nodeid if file(nodeid) in SPREAD else file(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return _Spread(config, log) if config.getvalue("dist") == "loadfile" else None
