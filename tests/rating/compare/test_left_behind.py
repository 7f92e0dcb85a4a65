"""What comparing leaves behind: its result and nothing else, whether it comes to its end or not."""

from __future__ import annotations

import duckdb
import pytest

from tests.rating.compare.test_causes import point, shop
from tests.rating.compare.world import World
from wattledger.rating.compare import compare, compare_bills
from wattledger.settings import Settings

RELATIONS = "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"


@pytest.fixture
def connection(settings: Settings) -> duckdb.DuckDBPyConnection:
    world = World()
    world.add(shop(), point(shop(), tariff_code="A"))
    return world.session(settings).connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def test_comparing_leaves_its_result_and_nothing_else(connection: duckdb.DuckDBPyConnection) -> None:
    relations, tariffs = rows(connection, RELATIONS), rows(connection, "FROM tariff ORDER BY ALL")
    assert {schema for schema, _ in relations} == {"main"}
    compare_bills(connection)
    assert rows(connection, "SELECT bill_id, cause FROM bill_difference") == [("B", "wrong_category")]
    assert rows(connection, RELATIONS) == relations
    assert rows(connection, "FROM tariff ORDER BY ALL") == tariffs


def test_where_it_fails_the_catalogue_is_what_it_was(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: duckdb.DuckDBPyConnection) -> None:
        raise RuntimeError("the disk is full")

    relations, tariffs = rows(connection, RELATIONS), rows(connection, "FROM tariff ORDER BY ALL")
    monkeypatch.setattr(compare, "_explain", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        compare_bills(connection)
    assert rows(connection, RELATIONS) == relations
    assert rows(connection, "FROM tariff ORDER BY ALL") == tariffs
    connection.execute("CREATE TABLE made_after AS SELECT 1 AS a")
    assert rows(
        connection, "SELECT table_schema FROM information_schema.tables WHERE table_name = 'made_after'"
    ) == [("main",)]
