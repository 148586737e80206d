"""Questions as they are kept: what editors and trials read of them, and how they go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.model.verdict import VerdictKind
from bot.store import conversations, drafts, edit_tables, questions, retention, suggestions, tables
from bot.store.database import Database, Transaction
from bot.store.questions import Handled, Question
from bot.store.retention import Periods
from bot.store.suggestions import Suggested
from tests.support.tidying import carry_out

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def asked(turn: int, kind: VerdictKind = VerdictKind.PERSON, **more: object) -> Question:
    """A question that nobody could answer, each a minute after the one before."""
    plain = Question(turn, None, NOW + timedelta(minutes=turn), "web", "sl", "si", None, None, kind, text=f"vprašanje {turn}")
    return replace(plain, **more)  # type: ignore[arg-type]


async def keep(db: Database, *kept: Question) -> None:
    async with db.write() as tx:
        await questions.put(tx, kept)


async def test_a_question_is_read_as_it_was_kept(database: Database) -> None:
    full = Question(
        7, None, NOW, "telegram", "bg", "bg", "vidin", "bg-vidin", VerdictKind.ANSWER, "pension", "retiring", None,
        "кога", open_then=False, helpful=True, to_person=True, handled=Handled.DONE,
    )  # fmt: skip
    await keep(database, full)
    async with database.read() as tx:
        assert await questions.get_many(tx, [7, 8]) == [full]


async def test_a_question_that_is_kept_twice_stays_as_it_was_first(database: Database) -> None:
    await keep(database, asked(1))
    await keep(database, asked(1, text="drugo"), asked(2))
    async with database.read() as tx:
        assert [each.text for each in await questions.get_many(tx, [1, 2])] == ["vprašanje 1", "vprašanje 2"]


async def test_the_latest_questions_come_newest_first_and_without_those_of_a_crisis(database: Database) -> None:
    crisis = asked(4, VerdictKind.CRISIS, text=None, crisis="violence")
    await keep(database, asked(1), asked(2, language="it"), asked(3, VerdictKind.ANSWER), crisis)
    async with database.read() as tx:
        assert [each.turn for each in await questions.latest(tx)] == [3, 2, 1]
        assert [each.turn for each in await questions.latest(tx, language="sl", limit=1)] == [3]


@pytest.mark.parametrize(
    ("question", "is_unsettled"),
    [
        (asked(1), True),
        (asked(1, VerdictKind.ANSWER, topic="pension"), False),
        (asked(1, VerdictKind.ANSWER, topic="pension", helpful=True), False),
        (asked(1, VerdictKind.ANSWER, topic="pension", helpful=False), True),
        (asked(1, VerdictKind.ANSWER, topic="pension", to_person=True), True),
        (asked(1, VerdictKind.CHOOSE), True),
        (asked(1, VerdictKind.CHOOSE, topic="pension"), False),
        (asked(1, VerdictKind.CHOOSE, situation="retiring"), False),
        (asked(1, VerdictKind.CRISIS, text=None, to_person=True), False),
        (asked(1, handled=Handled.LEARNED), False),
    ],
)
async def test_unsettled_is_what_the_bot_should_have_known_and_no_editor_saw_to(
    database: Database, question: Question, *, is_unsettled: bool
) -> None:
    await keep(database, question)
    async with database.read() as tx:
        assert bool(await questions.unsettled(tx, "sl", 10)) is is_unsettled
        assert await questions.unsettled(tx, "it", 10) == []
        assert await questions.count_unsettled(tx) == ({"sl": 1} if is_unsettled else {})


async def test_only_the_first_editor_handles_a_question(database: Database) -> None:
    await keep(database, asked(1), asked(2))
    async with database.write() as tx:
        assert await questions.handle(tx, [1], Handled.DONE) == {1}
        assert await questions.handle(tx, [1, 2], Handled.LEARNED) == {2}
    async with database.read() as tx:
        assert [each.handled for each in await questions.get_many(tx, [1, 2])] == [Handled.DONE, Handled.LEARNED]


async def test_what_comes_of_a_question_leaves_what_an_editor_made_of_it(database: Database) -> None:
    await keep(database, asked(1, handled=Handled.DONE))
    async with database.write() as tx:
        await questions.change(tx, asked(1, VerdictKind.ANSWER, topic="pension", helpful=False), worded_anew=False)
    async with database.read() as tx:
        [found] = await questions.get_many(tx, [1])
    assert (found.kind, found.topic, found.helpful, found.handled) == (VerdictKind.ANSWER, "pension", False, Handled.DONE)


async def test_a_vector_is_kept_with_the_words_that_it_is_of(database: Database) -> None:
    await keep(database, asked(1), asked(2), asked(3, VerdictKind.ANSWER))
    async with database.write() as tx:
        first = await questions.without_vector(tx, 10)
        await questions.change(tx, asked(2, text="drugače"), worded_anew=True)
        for each in first:
            await questions.put_vector(tx, each, b"v")
        again = await questions.without_vector(tx, 10)
    assert ([each.turn for each in first], [each.turn for each in again]) == ([2, 1], [2])
    async with database.read() as tx:
        assert [(each.turn, vector) for each, vector in await questions.unsettled(tx, "sl", 10)] == [(2, None), (1, b"v")]


async def test_old_questions_are_deleted(database: Database) -> None:
    await keep(database, asked(1), asked(2))
    async with database.write() as tx:
        assert await carry_out(tx, retention.QUESTIONS, asked(2).at + Periods().figures) == 1
    assert await _count(database) == 1


async def test_a_question_outlives_a_conversation_that_ends_and_goes_with_one_that_is_forgotten(database: Database) -> None:
    async with database.write() as tx:
        ended = await conversations.ensure(tx, "web", "a", NOW)
        forgotten = await conversations.ensure(tx, "web", "b", NOW)
        assert await questions.lock(tx, [ended.id, forgotten.id, "gone"]) == {ended.id, forgotten.id}
        await questions.put(tx, [asked(1, conversation_id=ended.id), asked(2, conversation_id=forgotten.id)])
        await _end(tx, ended.id)
        assert await carry_out(tx, retention.FAREWELLS, NOW) == 1
        await conversations.replace_forgotten(tx, forgotten, NOW, NOW)
    async with database.read() as tx:
        assert await questions.get_many(tx, [1, 2]) == [asked(1)]


async def _end(tx: Transaction, conversation_id: str) -> None:
    table = tables.conversation
    await tx.execute(table.update().where(table.c.id == conversation_id).values(expires_at=NOW))


async def _count(db: Database) -> int:
    async with db.read() as tx:
        number: int = (await tx.execute(select(func.count()).select_from(edit_tables.question))).scalar_one()
    return number


async def test_what_was_taken_up_in_a_draft_waits_again_when_that_is_discarded(database: Database) -> None:
    async with database.write() as tx:
        draft = await drafts.make(tx, "Januar", 1, "eva", NOW)
        other = await drafts.make(tx, "Februar", 1, "eva", NOW)
        await questions.put(tx, [asked(1), asked(2)])
        await questions.handle(tx, [1], Handled.LEARNED, draft.id)
        await questions.handle(tx, [2], Handled.LEARNED, other.id)
        said = await suggestions.put(tx, Suggested("a question", "an answer"), "ana", NOW)
        await suggestions.decide(tx, said, suggestions.State.DONE, "eva", "", NOW, draft_id=draft.id)
        await drafts.end(tx, draft, drafts.State.DISCARDED, NOW)
        await drafts.end(tx, other, drafts.State.PUBLISHED, NOW, 2)
    async with database.read() as tx:
        assert [each.handled for each in await questions.get_many(tx, [1, 2])] == [None, Handled.LEARNED]
        assert [each.id for each in await suggestions.in_state(tx, suggestions.State.OPEN)] == [said]
