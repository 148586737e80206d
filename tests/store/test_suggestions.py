"""Suggestions for the editors: each is decided on once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.store import suggestions
from bot.store.database import Database
from bot.store.suggestions import Kind, State, Suggested, Suggestion

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
_ASKED = Suggested("kje?", "tam", "food-help", "si", "sl", "ptuj")


async def _put(database: Database, suggested: Suggested = _ASKED, at: datetime = NOW) -> str:
    async with database.write() as tx:
        return await suggestions.put(tx, suggested, "Ana", at)


async def _decide(database: Database, identifier: str, state: State, who: str, why: str = "", at: datetime = NOW) -> object:
    async with database.write() as tx:
        return await suggestions.decide(tx, identifier, state, who, why, at)


async def test_a_suggestion_is_kept_as_it_was_made(database: Database) -> None:
    identifier = await _put(database)
    async with database.read() as tx:
        assert await suggestions.get(tx, identifier) == Suggestion(identifier, _ASKED, "Ana", NOW, State.OPEN)
        assert await suggestions.get(tx, "none") is None


async def test_characters_that_no_database_takes_are_left_out(database: Database) -> None:
    identifier = await _put(database, Suggested("kje\0?", "tam\ud800"))
    async with database.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    assert "\0" not in found.suggested.question


async def test_open_ones_come_oldest_first_and_those_decided_on_newest_first(database: Database) -> None:
    made = [await _put(database, at=NOW + timedelta(minutes=minute)) for minute in (2, 0, 1)]
    async with database.read() as tx:
        assert [each.id for each in await suggestions.in_state(tx, State.OPEN)] == [made[1], made[2], made[0]]
    for minute, identifier in enumerate(made):
        await _decide(database, identifier, State.DONE, "Dora", at=NOW + timedelta(hours=minute))
    async with database.read() as tx:
        assert [each.id for each in await suggestions.in_state(tx, State.DONE)] == [*reversed(made)]
        assert await suggestions.in_state(tx, State.OPEN) == []


async def test_of_two_who_decide_at_once_one_does(database: Database) -> None:
    identifier = await _put(database)
    decided = await asyncio.gather(
        _decide(database, identifier, State.DONE, "Dora"),
        _decide(database, identifier, State.DECLINED, "Ema", "Tega ne vemo."),
    )
    assert sum(each is not None for each in decided) == 1
    async with database.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    assert (found.decided_by, found.state, found.why) in (
        ("Dora", State.DONE, None),
        ("Ema", State.DECLINED, "Tega ne vemo."),
    )
    assert found.decided_at == NOW


async def test_what_an_office_wants_is_kept_field_by_field(database: Database) -> None:
    wanted = Suggested(
        "Selimo se.",
        "",
        None,
        "si",
        "sl",
        kind=Kind.PROVIDER,
        item="office:si/employment-ptuj",
        change={"address": "Nova 2\0", "phones": ["02 1"]},
    )
    identifier = await _put(database, wanted)
    async with database.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    assert found.suggested == replace(wanted, change={"address": "Nova 2", "phones": ["02 1"]})


async def test_that_all_is_correct_differs_from_no_change(database: Database) -> None:
    identifier = await _put(database, Suggested("", "", kind=Kind.PROVIDER, change={}))
    async with database.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    assert found.suggested.change == {}


async def test_the_draft_that_took_a_suggestion_up_is_named(database: Database) -> None:
    identifier = await _put(database)
    async with database.write() as tx:
        decided = await suggestions.decide(tx, identifier, State.DONE, "Dora", "", NOW, draft_id="d1")
    assert decided is not None
    assert decided.draft_id == "d1"
