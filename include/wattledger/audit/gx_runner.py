"""Great Expectations at work on one batch: counts, errors, and the predicate of what fails.

Belongs here: all that speaks to GX's validation API. Importing it imports GX (about 5 s of CPU).
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import Any

import duckdb

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when GX is imported; an audit tells nobody

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from wattledger.audit.duckdb_source import KEPT, KeptRows, add_source
from wattledger.audit.rules import Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What GX says of one rule."""

    count: int
    query: str
    """The query of its failing rows."""
    error: str
    seconds: float = 0.0
    """What its query took."""


def run(
    connection: duckdb.DuckDBPyConnection, batch: str, rules: list[Rule], schema: str = ""
) -> dict[str, Outcome]:
    """Run rules over a batch in one validation, in a context that nobody else shares.

    ``schema``: where the rules' queries look for their views before they do in the main one.

    The outcomes' queries hold until ``forget``.
    """
    for logger in ("great_expectations", "great_expectations.data_context.types.base"):  # both have a level
        logging.getLogger(logger).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = add_source(context, connection)
    if schema:
        source.get_execution_engine().search_path = f"{schema},main"
    try:
        results = _validate(source, batch, rules)
        kept = source.get_execution_engine().kept
    finally:
        source.release()
    return {result.expectation_config.meta["rule_id"]: _outcome(result, kept) for result in results}


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Give back the room of the failing rows that were kept."""
    connection.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")


def _validate(source: Any, batch: str, rules: list[Rule]) -> Any:
    definition = source.add_table_asset(batch, table_name=batch).add_batch_definition_whole_table("whole")
    suite = gx.ExpectationSuite(name=batch, expectations=[r.expectation for r in rules])
    # not by a ValidationDefinition: its stores copy every result several times, for nobody
    return definition.get_batch().validate(suite, result_format="SUMMARY").results


def _outcome(result: Any, kept: dict[str, KeptRows]) -> Outcome:
    problems = _exceptions(result.exception_info)
    if problems:
        return Outcome(0, "", problems)
    own = kept[result.expectation_config.kwargs["unexpected_rows_query"]]
    return Outcome(int(result.result["observed_value"]), f"SELECT * FROM {own.table}", "", own.seconds)


def _exceptions(info: dict[str, Any]) -> str:
    """GX hides what went wrong in ``exception_info``: flat, or nested by metric."""
    nested = [info] if "raised_exception" in info else list(info.values())
    raised = [str(entry["exception_message"]) for entry in nested if entry.get("raised_exception")]
    return "; ".join(dict.fromkeys(line.split("\n[SQL")[0].strip() for line in raised))
