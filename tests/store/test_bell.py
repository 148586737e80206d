"""The bell wakes at once within a process, soon in another, and forgets nothing that matters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.clock import now
from bot.store import inbox
from bot.store.bell import REMEMBERED, Bell
from bot.store.database import Database
from tests.support.databases import Databases

_SOON = 20.0


@asynccontextmanager
async def _heard_by(url: str) -> AsyncIterator[Bell]:
    """Run the bell of another process."""
    db = Database.open(url)
    bell = Bell(db)
    begun = bell.count("anything")
    running = asyncio.create_task(bell.run())
    try:
        assert await bell.wait("anything", _SOON, begun)  # it rings for everybody once it listens
        yield bell
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await db.close()


async def test_a_ring_wakes_all_who_wait_for_that_name_and_nobody_else(database: Database) -> None:
    bell = Bell(database)
    waiting = [asyncio.create_task(bell.wait(name, _SOON)) for name in ("inbox", "inbox", "case")]
    await asyncio.sleep(0)
    bell.ring("inbox")
    done, pending = await asyncio.wait(waiting, timeout=0.05)
    waiting[2].cancel()

    assert {task.result() for task in done} == {True}
    assert pending == {waiting[2]}


async def test_waiting_ends_without_a_ring_when_the_time_is_over(database: Database) -> None:
    assert not await Bell(database).wait("inbox", 0.01)


async def test_a_ring_between_looking_and_waiting_is_not_missed(database: Database) -> None:
    bell = Bell(database)
    seen = bell.count("inbox")
    bell.ring("inbox")

    assert await bell.wait("inbox", 0, seen)
    assert not await bell.wait("inbox", 0, bell.count("inbox"))


async def test_a_name_that_was_forgotten_only_wakes_for_nothing(database: Database) -> None:
    bell = Bell(database)
    bell.ring("entry:ana")
    seen = bell.count("entry:ana")
    for number in range(REMEMBERED):
        bell.ring(f"entry:{number}")

    assert await bell.wait("entry:ana", 0, seen)


async def test_another_process_is_woken(database: Database, database_url: str) -> None:
    async with _heard_by(database_url) as other, _heard_by(database_url) as mine:
        seen = other.count("inbox")
        async with database.write() as tx:
            await inbox.put(tx, "telegram", "1", "ana", {}, now())
        mine.ring("inbox")

        assert await other.wait("inbox", _SOON, seen)


@pytest.mark.postgres
async def test_on_postgresql_only_the_name_that_rang_is_carried(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        async with _heard_by(url) as other, _heard_by(url) as mine:
            inboxes, cases = other.count("inbox"), other.count("case")
            mine.ring("inbox")
            assert await other.wait("inbox", _SOON, inboxes)
            assert other.count("case") == cases


@pytest.mark.postgres
async def test_a_lost_connection_is_made_again_and_whoever_waits_looks(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        async with _heard_by(url) as other, _heard_by(url) as mine:
            seen = other.count("inbox")
            databases.server.disconnect(url.rpartition("/")[2])
            assert await other.wait("inbox", _SOON, seen)
            async with asyncio.timeout(_SOON):
                seen = other.count("case")
                while not await other.wait("case", 0.1, seen):
                    mine.ring("case")


async def test_a_ring_of_a_name_is_told_from_a_wake_up_of_all(database_url: str) -> None:
    async with _heard_by(database_url) as bell:
        assert bell.count("typing") > 0
        assert bell.rung("typing") == 0
        bell.ring("typing")
        first = bell.rung("typing")
        bell.ring("case")
        assert bell.rung("typing") == first > 0
        bell.ring("typing")
        assert bell.rung("typing") > first
