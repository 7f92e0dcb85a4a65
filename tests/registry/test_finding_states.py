from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.registry.model import Key, Model, Recording
from wattledger.periods import Period
from wattledger.registry import (
    FindingRow,
    Sighting,
    VerdictRow,
    largest_findings,
    list_findings,
    open_registry,
    record_period,
    total_backlog,
    total_findings,
)

# a day that ends with its month, a range over two months: the order of periods is not that of their names
PERIODS = [Period.parse(text) for text in ("2026-08", "2026-09-30", "2026-09", "2026-09..2026-10", "2026-10")]
ASKED = [*PERIODS, Period.parse("2026-07"), Period.parse("2026-11")]
RULES = ("EV-01", "EV-02", "CO-01", "CO-02")
KEYS = ("a", "b", "c")

amounts = st.none() | st.integers(-10_000, 10_000).map(lambda fen: Decimal(fen).scaleb(-2))
_fresh = itertools.count()


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    verdicts, sightings = {}, {}
    for rule in RULES:
        keys = draw(st.dictionaries(st.sampled_from(KEYS), amounts, max_size=3))
        empty = st.sampled_from(["PASS", "NOT_EVALUATED", "ERROR", None])
        verdict = "FINDINGS" if keys else draw(empty)
        if verdict is not None:
            verdicts[rule] = verdict
        sightings.update({(rule, key): amount for key, amount in keys.items()})
    return Recording(verdicts, sightings)


histories = st.lists(st.tuples(st.sampled_from(PERIODS), recordings()), min_size=1, max_size=9)


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_engine(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Engine]:
    """One registry for all examples; each example is a source of its own."""
    url = (
        f"sqlite:///{tmp_path}/r.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    )
    engine = open_registry(url)
    yield engine
    engine.dispose()


def record(engine: Engine, source: str, period: Period, recording: Recording) -> None:
    verdicts = [
        VerdictRow(rule, verdict, "event" if rule.startswith("E") else "condition")  # type: ignore[arg-type]
        for rule, verdict in recording.verdicts.items()
    ]
    rows = [
        Sighting(rule, key, f"org-{key}", f"account-{key}", amount, None, f'{{"period": "{period}"}}')
        for (rule, key), amount in recording.sightings.items()
    ]
    batches = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    record_period(engine, source, period, verdicts=verdicts, sightings=batches)


@given(history=histories)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_states_are_those_of_the_model(
    shared_engine: Engine, history: list[tuple[Period, Recording]]
) -> None:
    source, model = f"source-{next(_fresh)}", Model()
    for period, recording in history:
        record(shared_engine, source, period, recording)
        model.record(period, recording)
    for period in ASKED:
        check(shared_engine, source, model, period)


def check(engine: Engine, source: str, model: Model, period: Period) -> None:
    expected, backlog = model.states(period), model.backlog(period)
    listed = list_findings(engine, source, period)
    found = {(row.rule_id, row.business_key): row for row in listed}
    assert len(found) == len(listed)
    assert {key: row.state for key, row in found.items()} == {
        key: state[0] for key, state in expected.items()
    }
    for key, row in found.items():
        if row.evidence is None:  # withdrawn: only the finding itself is left
            continue
        assert (row.state, row.first_seen, row.last_seen, row.amount) == expected[key]
        assert row.org_id == f"org-{key[1]}"
        assert row.evidence == f'{{"period": "{row.last_seen}"}}'
    everything = list_findings(engine, source, period, backlog=True)
    carried = {(row.rule_id, row.business_key): row for row in everything if row not in listed}
    assert set(carried) == set(backlog)
    assert all(row.state == "persistent" and not row.re_examined for row in carried.values())
    assert all(row.amount == backlog[key] for key, row in carried.items() if row.evidence is not None)
    sizes = [(row.amount is None, -abs(row.amount or 0), row.rule_id, row.business_key) for row in everything]
    assert sizes == sorted(sizes)
    check_totals(engine, source, period, found, carried)
    check_largest(engine, source, period, listed)


def check_largest(engine: Engine, source: str, period: Period, listed: list[FindingRow]) -> None:
    for limit in (1, 2, 100):
        largest = largest_findings(engine, source, period, states=["new", "persistent"], limit=limit)
        found = {place(row) for row in listed if row.state in ("new", "persistent")}
        for one in found:
            all_of_it = [row for row in listed if place(row) == one]
            assert [row for row in largest[one[0]] if place(row) == one] == all_of_it[:limit]
        assert {place(row) for rows in largest.values() for row in rows} == found


def place(row: FindingRow) -> tuple[str | None, str, str]:
    return row.org_id, row.state, row.rule_id


def check_totals(
    engine: Engine, source: str, period: Period, found: dict[Key, object], carried: dict[Key, object]
) -> None:
    def summed(rows: list[object], *names: str) -> dict[tuple[object, ...], tuple[object, ...]]:
        groups: dict[tuple[object, ...], list[Decimal | None]] = defaultdict(list)
        for row in rows:
            groups[tuple(getattr(row, name) for name in names)].append(getattr(row, "amount"))  # noqa: B009
        return {group: (len(given), *sums(given)) for group, given in groups.items()}

    def sums(given: list[Decimal | None]) -> tuple[Decimal | None, Decimal | None]:
        known = [amount for amount in given if amount is not None]
        negative = [-amount for amount in known if amount < 0]
        return sum(known, Decimal(0)) if known else None, sum(negative, Decimal(0)) if negative else None

    totals = total_findings(engine, source, period)
    assert {
        (t.rule_id, t.org_id, t.state): (t.findings, t.amount, t.over_collected) for t in totals
    } == summed(list(found.values()), "rule_id", "org_id", "state")
    late = total_backlog(engine, source, period)
    assert {(t.rule_id, t.org_id): (t.findings, t.amount, t.over_collected) for t in late} == summed(
        list(carried.values()), "rule_id", "org_id"
    )


@given(history=histories, order=st.randoms())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_auditing_different_periods_does_not_matter(
    shared_engine: Engine, history: list[tuple[Period, Recording]], order: object
) -> None:
    last = list(dict(history).items())
    shuffled = list(last)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    sources = f"one-{next(_fresh)}", f"two-{next(_fresh)}"
    for source, recorded in zip(sources, (last, shuffled), strict=True):
        for period, recording in recorded:
            record(shared_engine, source, period, recording)
    for period in ASKED:
        one, two = (list_findings(shared_engine, source, period, backlog=True) for source in sources)
        assert one == two


def test_filters(shared_engine: Engine) -> None:
    august, september = PERIODS[0], PERIODS[2]
    seen = {("CO-01", "a"): Decimal(5), ("CO-01", "b"): Decimal(-7), ("EV-01", "a"): None}
    record(shared_engine, "s", august, Recording(dict.fromkeys(("CO-01", "EV-01"), "FINDINGS"), seen))
    seen = {("CO-01", "a"): Decimal(5), ("CO-02", "c"): Decimal(1)}
    verdicts = {"CO-01": "FINDINGS", "CO-02": "FINDINGS", "EV-01": "PASS"}
    record(shared_engine, "s", september, Recording(verdicts, seen))

    def keys(**asked: object) -> list[str]:
        rows = list_findings(shared_engine, "s", september, **asked)  # type: ignore[arg-type]
        return [f"{row.rule_id} {row.business_key} {row.state}" for row in rows]

    assert keys() == ["CO-01 b resolved", "CO-01 a persistent", "CO-02 c new"]
    assert keys(limit=1) == ["CO-01 b resolved"]
    assert keys(states=["new", "persistent"]) == ["CO-01 a persistent", "CO-02 c new"]
    assert keys(rules=["CO-02"]) == ["CO-02 c new"]
    assert keys(units=["org-a"]) == ["CO-01 a persistent"]
    assert keys(units=["org-a"], backlog=True) == ["CO-01 a persistent", "EV-01 a persistent"]
    assert keys(units=[]) == []
    assert [total.findings for total in total_findings(shared_engine, "s", september, units=["org-c"])] == [1]
    assert [total.org_id for total in total_backlog(shared_engine, "s", september)] == ["org-a"]
    assert total_backlog(shared_engine, "s", september, units=["org-b"]) == []


def test_an_event_whose_rule_failed_on_the_second_audit_stays_open(shared_engine: Engine) -> None:
    august, september = PERIODS[0], PERIODS[2]
    record(shared_engine, "s", august, Recording({"EV-01": "FINDINGS"}, {("EV-01", "a"): Decimal(9)}))
    record(shared_engine, "s", august, Recording({"EV-01": "ERROR"}, {}))
    (row,) = list_findings(shared_engine, "s", august)
    assert (row.state, row.re_examined, row.amount) == ("persistent", False, Decimal("9.00"))
    (total,) = total_backlog(shared_engine, "s", september)
    assert (total.findings, total.amount) == (1, Decimal("9.00"))
    record(shared_engine, "s", august, Recording({"EV-01": "PASS"}, {}))
    (row,) = list_findings(shared_engine, "s", august)
    assert (row.state, row.re_examined) == ("resolved", True)
    assert total_backlog(shared_engine, "s", september) == []
