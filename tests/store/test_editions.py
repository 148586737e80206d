"""Editions, vectors and weights: what is published follows what was seen, and what was computed is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.clock import now
from bot.store import editions, vectors
from bot.store.database import Database
from bot.store.editions import Edition, OutdatedParent

NOW = now()


async def test_before_the_first_edition_there_is_none(database: Database) -> None:
    async with database.read() as tx:
        assert await editions.newest(tx) is None
        assert await editions.newest_number(tx) == 0


async def test_editions_are_numbered_and_each_can_be_had_again(database: Database) -> None:
    async with database.write() as tx:
        first = await editions.publish(tx, 0, b"one", "a", NOW)
        second = await editions.publish(tx, 1, b"two", "b", NOW, "a note")
    async with database.read() as tx:
        found = [await editions.get(tx, number) for number in (1, 2, 3)]
        newest = await editions.newest(tx)

    assert found == [first, second, None]
    assert newest == second == Edition(2, "b", NOW, "a note", b"two")
    assert second.parent == 1


async def test_an_edition_that_follows_an_older_one_is_refused(database: Database) -> None:
    async with database.write() as tx:
        await editions.publish(tx, 0, b"one", "a", NOW)
    for parent in (0, 2):
        with pytest.raises(OutdatedParent):
            async with database.write() as tx:
                await editions.publish(tx, parent, b"other", "b", NOW)


async def test_of_editions_published_at_once_one_is_taken(database: Database) -> None:
    async def publish(content: bytes) -> Edition:
        async with database.write() as tx:
            return await editions.publish(tx, 0, content, "a", NOW)

    outcomes = await asyncio.gather(*(publish(bytes([number])) for number in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, Edition) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, OutdatedParent) for outcome in outcomes) == 5


async def test_vectors_are_kept_by_text_and_encoder(database: Database) -> None:
    many = {f"text {number}": bytes([number % 256]) for number in range(2500)}
    async with database.write() as tx:
        await vectors.put(tx, "e5", many)
        await vectors.put(tx, "e5", {"text 1": b"other", "new": b"n"})
    async with database.read() as tx:
        found = await vectors.get(tx, "e5", [*many, "new", "missing"])
        elsewhere = await vectors.get(tx, "other", many)

    assert found == many | {"new": b"n"}
    assert elsewhere == {}


async def test_weights_are_kept_by_fingerprint_and_old_ones_can_go(database: Database) -> None:
    async with database.write() as tx:
        for number in range(4):
            await vectors.put_weights(tx, f"print {number}", bytes([number]), NOW + timedelta(hours=number))
        await vectors.put_weights(tx, "print 3", b"again", NOW)
        gone = await vectors.keep_newest_weights(tx, 2)
        left = [await vectors.get_weights(tx, f"print {number}") for number in range(4)]

    assert gone == 2
    assert left == [None, None, b"\x02", b"\x03"]
