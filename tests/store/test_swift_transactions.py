"""SQLite's thread is gone to once for each statement, and a transaction begins with its first."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.swift import FULL, SOON, SwiftConnection


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[SwiftConnection]:
    """A connection to a file with one table."""
    path = tmp_path / "some.db"
    opened = SwiftConnection(partial(sqlite3.connect, path, isolation_level=None, timeout=0.1))
    await opened
    await opened.cursor().execute("CREATE TABLE number (n INTEGER PRIMARY KEY)")
    yield opened
    await opened.close()


async def _numbers(connection: SwiftConnection) -> list[int]:
    cursor = connection.cursor()
    await cursor.execute("SELECT n FROM number ORDER BY n")
    return [n for (n,) in await cursor.fetchall()]


async def test_rows_and_counts_are_there_when_a_statement_is_done(connection: SwiftConnection) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO number VALUES (?)", [(1,), (2,)])
    assert cursor.rowcount == 2

    await cursor.execute("UPDATE number SET n = n + 10 RETURNING n")
    assert [name for name, *_ in cursor.description] == ["n"]
    assert list(await cursor.fetchall()) == [(11,), (12,)]


async def test_a_transaction_begins_with_its_first_statement(connection: SwiftConnection) -> None:
    connection.begin("BEGIN IMMEDIATE")
    before = connection.in_transaction
    await connection.cursor().execute("INSERT INTO number VALUES (1)")
    assert [before, connection.in_transaction] == [False, True]

    await connection.rollback()
    assert await _numbers(connection) == []


@pytest.mark.parametrize("end", [SwiftConnection.commit, SwiftConnection.rollback])
async def test_one_without_statements_takes_nothing_and_leaves_nothing(connection: SwiftConnection, end: partial[object]) -> None:
    connection.begin("BEGIN IMMEDIATE")
    await end(connection)  # type: ignore[misc] # one of two methods

    assert await _numbers(connection) == []
    assert not connection.in_transaction


async def test_what_cannot_begin_says_so_at_its_first_statement(connection: SwiftConnection, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection.begin("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await connection.cursor().execute("INSERT INTO number VALUES (1)")
    await connection.rollback()
    other.close()

    await connection.cursor().execute("INSERT INTO number VALUES (2)")
    assert await _numbers(connection) == [2]


async def test_each_transaction_lasts_as_it_was_begun_to(connection: SwiftConnection) -> None:
    found = []
    for sync in (SOON, FULL, FULL, SOON):
        connection.begin("BEGIN IMMEDIATE", sync=sync)
        cursor = connection.cursor()
        await cursor.execute("PRAGMA synchronous")
        found += await cursor.fetchall()
        await connection.commit()

    assert found == [(1,), (2,), (2,), (1,)]


async def test_one_that_could_not_be_begun_leaves_no_doubt_about_how_the_next_one_lasts(connection: SwiftConnection) -> None:
    connection.begin("BEGIN IMMEDIATE", sync=SOON)
    cursor = connection.cursor()
    await cursor.execute("SELECT 1")
    connection.begin("BEGIN IMMEDIATE", sync=FULL)
    with pytest.raises(sqlite3.OperationalError):  # the one before it is not at its end
        await cursor.execute("SELECT 1")
    await connection.rollback()

    connection.begin("BEGIN IMMEDIATE", sync=FULL)
    await cursor.execute("PRAGMA synchronous")
    assert await cursor.fetchall() == [(2,)]


async def test_only_what_passes_may_be_lost_in_a_power_cut(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/some.db")
    found = []
    for passing in (False, True, False):
        async with db.write(passing=passing) as tx:
            found.append((await tx.exec_driver_sql("PRAGMA synchronous")).scalar_one())
    await db.close()

    assert found == [2, 1, 2]
