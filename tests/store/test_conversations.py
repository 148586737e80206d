"""Conversations come back as they were written, and one worker holds one at a time."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.clock import now
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.store import conversations, tables
from bot.store.database import Database

NOW = now()
LATER = NOW + timedelta(seconds=20)


def test_each_field_of_the_model_has_a_column() -> None:
    assert {field.name for field in fields(Conversation)} <= set(tables.conversation.c.keys())


async def test_all_that_is_remembered_comes_back(database: Database) -> None:
    full = Conversation(
        id="",
        channel="telegram",
        address="ana",
        language="sl",
        chosen_language=True,
        country="it",
        place="gorizia",
        lives_in="si",
        situation="lost-job",
        topic="pension",
        topic_country="si",
        asked=("kindergarten", "pension"),
        holder=Holder.STAFF,
        waiting=True,
        greeted=True,
        pending=Pending(Asked.COUNTRY, "kje dobim vrtec?", "kindergarten"),
        not_helpful=1,
        voted="pension/it",
        crisis_shown_at=NOW,
        crisis_shown="violence/it",
        ended="f" * 32,
        stopped=True,
        discreet=True,
        hurry=4,
        hurry_since=NOW,
        version=3,
    )
    async with database.write() as tx:
        begun = await conversations.ensure(tx, "telegram", "ana", NOW)
        full = replace(full, id=begun.id)
        await conversations.save(tx, full, NOW)
    async with database.read() as tx:
        found = await conversations.find(tx, "telegram", "ana")

    assert all(getattr(full, field.name) != field.default for field in fields(Conversation))
    assert found == full


async def test_an_address_has_one_conversation(database: Database) -> None:
    async with database.write() as tx:
        first = await conversations.ensure(tx, "telegram", "ana", NOW)
        second = await conversations.ensure(tx, "telegram", "ana", LATER)
        other = await conversations.ensure(tx, "web", "ana", NOW)

    assert first == second
    assert other.id != first.id


async def test_a_leased_conversation_is_not_leased_to_another_until_the_lease_is_over(database: Database) -> None:
    async with database.write() as tx:
        its = (await conversations.ensure(tx, "telegram", "ana", NOW)).id
        taken = [
            await conversations.take(tx, its, "one", NOW, LATER),
            await conversations.take(tx, its, "two", NOW, LATER),
            await conversations.take(tx, its, "one", NOW, LATER),
            await conversations.take(tx, its, "two", LATER, LATER + timedelta(seconds=20)),
        ]
        await conversations.release(tx, its, "one")
        taken.append(await conversations.take(tx, its, "one", LATER, LATER + timedelta(seconds=20)))
        await conversations.release(tx, its, "two")
        taken.append(await conversations.take(tx, its, "one", LATER, LATER + timedelta(seconds=20)))

    assert taken == [True, False, True, True, False, True]


async def test_a_conversation_that_is_not_there_is_told_so(database: Database) -> None:
    async with database.write() as tx:
        assert await conversations.find(tx, "telegram", "nobody") is None
        assert await conversations.lock(tx, "nothing") is None
        with pytest.raises(conversations.NoSuchConversation):
            await conversations.get(tx, "nothing")
