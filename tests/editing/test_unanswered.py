"""What nobody has seen to comes in groups, by words and by the meanings that are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from bot.editing.unanswered import Asked, Unanswered
from bot.model.verdict import VerdictKind
from bot.store import questions
from bot.store.database import Database
from bot.store.questions import Handled, Question
from bot.work.likening import packed
from tests.support.editing import small_edition

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PADS = ("kje dobim plenice za odrasle, sem [name]", "plenice za odrasle na recept", "plenice za odrasle, kdo")


def asked(turn: int, text: str, kind: VerdictKind = VerdictKind.PERSON, channel: str = "web") -> Question:
    """A question, each a minute after the one before."""
    return Question(turn, None, NOW + timedelta(minutes=turn), channel, "sl", "si", None, None, kind, text=text)


async def test_groups_come_the_largest_first_and_then_the_newest(database: Database) -> None:
    texts = [*PADS, "kdaj vozi avtobus v Tolmin", "moja mačka je izginila"]
    async with database.write() as tx:
        await questions.put(tx, [asked(turn, text) for turn, text in enumerate(texts, start=1)])
    unanswered = Unanswered(database, small_edition)
    groups = await unanswered.groups("sl")
    assert [{each.turn for each in group.questions} for group in groups] == [{1, 2, 3}, {5}, {4}]
    assert (groups[0].since, groups[0].until) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=3))
    assert "[name]" not in (groups[0].first.text or "")
    assert await unanswered.groups("it") == []


async def test_what_was_grouped_is_remembered_until_anything_changes(database: Database) -> None:
    async with database.write() as tx:
        await questions.put(tx, [asked(turn, text) for turn, text in enumerate(PADS, start=1)])
    unanswered = Unanswered(database, small_edition)
    first = await unanswered.groups("sl")
    assert await unanswered.groups("sl") is first
    async with database.write() as tx:
        await questions.handle(tx, [2], Handled.DONE)
    assert {each.turn for each in (await unanswered.groups("sl"))[0].questions} == {1, 3}


async def test_meanings_of_the_encoder_that_made_most_of_them_count(database: Database) -> None:
    alike = [asked(1, "dali so mi odpoved"), asked(2, "ostal sem brez službe"), asked(3, "kdaj vozi avtobus")]
    async with database.write() as tx:
        await questions.put(tx, [*alike, asked(4, "sneg v gorah")])
        for each, maker, vector in zip(alike, ("e5", "e5", "other"), ([1, 0], [1, 0], [1, 0, 0]), strict=True):
            await questions.put_vector(tx, each, packed(maker, np.array(vector, np.float32)))
    groups = await Unanswered(database, small_edition).groups("sl")
    assert [len(each.questions) for each in groups] == [2, 1, 1]
    assert {each.turn for each in groups[0].questions} == {1, 2}


def test_a_group_tells_what_was_decided() -> None:
    told = Asked((asked(1, "a"), asked(2, "b", VerdictKind.CHOOSE, "telegram"), asked(3, "c", VerdictKind.ANSWER)))
    assert (told.unanswered, told.not_helpful, told.to_person) == (2, 0, 0)
    assert told.channels == {"web": 2, "telegram": 1}


def test_where_every_question_speaks_of_a_person_the_first_stands_for_all() -> None:
    assert Asked((asked(1, "sem [name]"), asked(2, "sem [name] tu"))).first.turn == 1
