"""Which knowledge folders were taken is remembered, each once, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.clock import now
from bot.store import shipped
from bot.store.database import Database
from bot.store.shipped import AlreadyTaken, Contradiction

NOW = now()
PLACE = "sl/debts.yaml", ("wordings", "si", "title")


async def test_before_the_first_folder_there_is_no_base(database: Database) -> None:
    async with database.read() as tx:
        assert await shipped.base(tx) is None
        assert not await shipped.is_known(tx, "a")


async def test_the_folder_that_was_taken_last_is_the_base_and_all_are_known(database: Database) -> None:
    async with database.write() as tx:
        await shipped.take(tx, "a", b"one", NOW)
        await shipped.take(tx, "b", b"two", NOW + timedelta(hours=1))
    async with database.read() as tx:
        assert await shipped.base(tx) == b"two"
        assert [await shipped.is_known(tx, name) for name in "abc"] == [True, True, False]


async def test_of_two_that_take_one_folder_at_once_one_is_told(database: Database) -> None:
    async def take() -> None:
        async with database.write() as tx:
            await shipped.take(tx, "a", b"one", NOW)

    outcomes = await asyncio.gather(take(), take(), return_exceptions=True)

    assert sum(isinstance(outcome, AlreadyTaken) for outcome in outcomes) == 1


async def test_a_folder_that_was_written_from_here_is_known_and_no_base(database: Database) -> None:
    async with database.write() as tx:
        await shipped.take(tx, "a", b"one", NOW)
        for name in ("b", "b", "a"):
            await shipped.know(tx, name, NOW + timedelta(hours=1))
    async with database.write() as tx:
        assert await shipped.base(tx) == b"one"
        with pytest.raises(AlreadyTaken):
            await shipped.take(tx, "b", b"two", NOW)


async def test_contradictions_come_back_as_they_were_the_latest_first(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    told = [
        Contradiction("sl/a.yaml", ("wordings", "it", "title"), None, "ours", ["theirs", {"a": "b"}], NOW),
        Contradiction("facts/si.yaml", (), {"facts": {}}, None, "đ е 👩", NOW),
    ]
    newer = Contradiction(*PLACE, "a", "b", "c", later)
    async with database.write() as tx:
        await shipped.take(tx, "a", b"one", NOW, told)
        await shipped.take(tx, "b", b"two", later, [newer])
    async with database.read() as tx:
        assert await shipped.contradictions(tx) == [newer, told[1], told[0]]
        assert await shipped.contradictions(tx, limit=1) == [newer]


async def test_a_contradiction_that_came_again_is_told_once(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    async with database.write() as tx:
        await shipped.take(tx, "a", b"one", NOW, [Contradiction(*PLACE, "a", "b", "c", NOW)])
        await shipped.take(tx, "b", b"two", later, [Contradiction(*PLACE, "c", "b", "d", later)])
        assert [each.theirs for each in await shipped.contradictions(tx)] == ["d"]
        assert await shipped.settle(tx, *PLACE)
        assert not await shipped.settle(tx, *PLACE)
        assert await shipped.contradictions(tx) == []
