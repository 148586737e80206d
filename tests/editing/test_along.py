"""What is written along with a draft: both or neither, on each database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.editing import layout
from bot.editing.drafting import Drafting
from bot.editing.items import Spot
from bot.editing.trees import get
from bot.model.staff import Member, Role
from bot.store import staff, suggestions
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from bot.store.suggestions import State, Suggested
from tests.support.editing import put_up, small_edition

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SPOT: Spot = (layout.facts("debts", "si"), ("confidence",))


class Late(Exception):  # noqa: N818 - a word of the house
    """Somebody was faster."""


async def _hire(database: Database, name: str) -> Member:
    async with database.write() as tx:
        return await staff.create(tx, name, Role.EDITOR, "hash", NOW)


async def _take_up(drafting: Drafting, member: Member, identifier: str) -> str:
    """Take a suggestion up; return the draft that it went into."""

    async def along(tx: Transaction, draft: Draft) -> None:
        if await suggestions.decide(tx, identifier, State.DONE, member.name, "", NOW, draft_id=draft.id) is None:
            raise Late

    work = await drafting.change(member, await drafting.at_hand(member), {SPOT: "thin"}, "Januar", along=along)
    assert work.draft is not None
    return work.draft.id


async def test_of_two_who_take_the_same_up_at_once_one_does(database: Database) -> None:
    await put_up(database, small_edition(), NOW)
    drafting = Drafting(database, clock=lambda: NOW)
    await drafting.archive.newest()
    members = [await _hire(database, "eva"), await _hire(database, "dora")]
    async with database.write() as tx:
        identifier = await suggestions.put(tx, Suggested("kje?", "tam"), "ana", NOW)
    outcomes = await asyncio.gather(*(_take_up(drafting, each, identifier) for each in members), return_exceptions=True)
    (kept,) = (each for each in outcomes if isinstance(each, str))
    assert sum(isinstance(each, Late) for each in outcomes) == 1
    async with database.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    assert found.draft_id == kept
    works = [await drafting.at_hand(each) for each in members]
    assert [work.draft.id for work in works if work.draft is not None] == [kept]
    assert sorted(str(get(work.tree, *SPOT)) for work in works) == ["good", "thin"]


async def test_what_fails_along_with_a_change_undoes_it(database: Database) -> None:
    await put_up(database, small_edition(), NOW)
    drafting, eva = Drafting(database, clock=lambda: NOW), await _hire(database, "eva")
    with pytest.raises(Late):
        await _take_up(drafting, eva, "0" * 32)
    assert (await drafting.at_hand(eva)).draft is None
