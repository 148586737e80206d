"""Saved replies are kept once in all languages, and nobody overwrites what they have not seen."""

from __future__ import annotations

import asyncio

from bot.clock import now
from bot.store import replies
from bot.store.database import Database
from bot.store.replies import Draft

GREETING = Draft("Greeting", "ptuj", {"sl": "Dober dan {point}", "bg": "Добър ден"})


async def test_a_reply_is_kept_with_who_wrote_it_and_when(database: Database) -> None:
    at = now()
    async with database.write() as tx:
        reply_id = await replies.make(tx, GREETING, "ana", at)
    async with database.read() as tx:
        kept = await replies.get(tx, reply_id)
        nothing = await replies.get(tx, "0" * 32)
    assert kept is not None
    assert (kept.draft, kept.version, kept.changed_by, kept.changed_at) == (GREETING, 1, "ana", at)
    assert nothing is None


async def test_replies_come_by_name_whatever_the_case_of_its_letters(database: Database) -> None:
    async with database.write() as tx:
        for name in ("b", "A", "c", "B"):
            await replies.make(tx, Draft(name), "ana", now())
        names = [reply.draft.name for reply in await replies.everything(tx)]
    assert [name.casefold() for name in names] == ["a", "b", "b", "c"]


async def test_what_was_changed_meanwhile_is_not_overwritten_nor_deleted(database: Database) -> None:
    async with database.write() as tx:
        reply_id = await replies.make(tx, GREETING, "ana", now())

    async def change(name: str) -> bool:
        async with database.write() as tx:
            return await replies.change(tx, reply_id, 1, Draft(name), name, now())

    assert sorted(await asyncio.gather(*(change(name) for name in ("ana", "boris", "cilka")))) == [False, False, True]
    async with database.write() as tx:
        assert not await replies.remove(tx, reply_id, 1)
        kept = await replies.get(tx, reply_id)
        assert kept is not None
        assert (kept.version, kept.draft.point, kept.draft.name) == (2, None, kept.changed_by)
        assert await replies.remove(tx, reply_id, 2)
        assert not await replies.change(tx, reply_id, 2, GREETING, "ana", now())
        assert await replies.everything(tx) == []


async def test_letters_that_no_database_takes_are_left_out(database: Database) -> None:
    async with database.write() as tx:
        reply_id = await replies.make(tx, Draft("a\0b", None, {"sl": "x\ud800y"}), "ana", now())
        kept = await replies.get(tx, reply_id)
    assert kept is not None
    assert kept.draft == Draft("ab", None, {"sl": "xy"})
