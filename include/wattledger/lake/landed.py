"""Which days of a dataset were landed, so that SQL can tell "there is none" from "nobody looked".

Belongs here: the table ``landed_span`` of a session and the macro over it. What was landed is recorded in ``store``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

import duckdb

from wattledger.contracts import Contract
from wattledger.lake.store import LandingRecord
from wattledger.periods import Period


def landed_spans(
    contract: Contract, records: Iterable[LandingRecord], with_rows: Collection[Period]
) -> tuple[Period, ...]:
    """The days of an event dataset that were landed, in order, as few periods as they make.

    A landing that brought no row is none: of a file that holds October alone, September lands without an error. So
    days count from the first month on that has rows; after it, a month may be empty. Where an empty delivery is in
    order (``row_floor: 0``), one in which nothing stood at all counts too, wherever it is.

    Args:
        contract: of the dataset.
        records: its landings.
        with_rows: the partitions that hold rows.
    """
    begins = min((period.start.replace(day=1) for period in with_rows), default=date.max)
    spans = []
    for record in records:
        delivered_empty = contract.row_floor == 0 and record.extracted == record.outside == 0
        start = record.span.start if delivered_empty else max(record.span.start, begins)
        if start <= record.span.end:
            spans.append(Period(start, record.span.end))
    return merged(spans)


def merged(spans: Iterable[Period]) -> tuple[Period, ...]:
    """The same days in as few periods as they make."""
    found: list[Period] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start <= found[-1].end + timedelta(days=1):
            found[-1] = Period(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def create_landed(connection: duckdb.DuckDBPyConnection, spans: Mapping[str, Iterable[Period]]) -> None:
    """Make ``landed_span`` and ``landed(dataset, first, last)``: whether all days from first to last were landed."""
    connection.execute("CREATE TABLE landed_span (dataset VARCHAR, from_on DATE, to_on DATE)")
    rows = [[name, span.start, span.end] for name, found in spans.items() for span in found]
    if rows:
        connection.executemany("INSERT INTO landed_span VALUES (?, ?, ?)", rows)
    connection.execute(
        "CREATE MACRO landed(wanted, first, last) AS EXISTS (SELECT 1 FROM landed_span AS s "
        "WHERE s.dataset = wanted AND s.from_on <= first::DATE AND s.to_on >= last::DATE)"
    )
