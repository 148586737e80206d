"""The way into the inbox, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.channels.limits import Level, Limits
from bot.channels.telegram import client
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import WAITING, Presses
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database, StoreError


@pytest.fixture
def presses(settings_with: Callable[..., Settings]) -> Presses:
    return Presses(client.caller(settings_with()))


@pytest.fixture
def intake(database: Database, presses: Presses) -> Intake:
    return Intake(database, Bell(database), presses)


def message(said: object, chat: object = 501) -> dict[str, object]:
    return {"message": {"chat": {"id": chat, "type": "private"}, "text": said}}


async def rows(database: Database) -> list[tuple[str, str, str]]:
    async with database.read() as tx:
        found = await tx.execute(text("SELECT external_id, address, state FROM inbox ORDER BY sequence"))
        return [(row.external_id, row.address, row.state) for row in found]


async def test_what_no_database_could_hold_is_kept_without_it(intake: Intake, database: Database) -> None:
    deep: object = "x"
    for _ in range(400):
        deep = {"deeper": deep}
    await intake.keep(
        [
            (1, message("a\0b\ud800c")),
            (2, message(deep)),
            (3, message(float("nan"))),
            (4, message(10**400)),
            (5, message("big", chat=10**30)),
            (2**63, message("far")),
            (7, {"\0": {"\ud800": 1}}),
        ]
    )
    assert await rows(database) == [
        *((str(number), "501", "new") for number in (1, 2, 3, 4)),
        ("5", str(10**30), "new"),
        (str(2**63), "501", "new"),
        ("7", "", "aside"),
    ]


async def test_a_replay_changes_nothing(intake: Intake, database: Database) -> None:
    await intake.keep([(1, message("first"))])
    await intake.keep([(1, message("second")), (2, message("third"))])
    async with database.read() as tx:
        payloads = (await tx.execute(text("SELECT payload FROM inbox ORDER BY sequence"))).scalars().all()
    assert ["first" in str(payloads[0]), "third" in str(payloads[1]), len(payloads)] == [True, True, 2]


async def test_a_batch_is_kept_whole_or_not_at_all(intake: Intake, database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("ALTER TABLE inbox RENAME COLUMN due TO gone"))
    with pytest.raises(StoreError):
        await intake.keep([(1, message("a", 1)), (2, message("b", 2))])
    assert await rows(database) == []


def test_a_press_beyond_what_is_remembered_is_let_go(presses: Presses) -> None:
    for number in range(WAITING + 5):
        presses.notice({"callback_query": {"id": str(number)}})
    presses.notice({"callback_query": {"id": 5}})
    presses.notice({"callback_query": "x"})
    assert presses._queries.qsize() == WAITING


async def test_the_desk_gets_what_is_said_in_its_group_and_the_codes_and_residents_the_rest(
    database: Database, presses: Presses
) -> None:
    intake = Intake(database, Bell(database), presses, "-1007")

    def said(chat: int, text: str, **more: object) -> dict[str, object]:
        kind = "private" if chat > 0 else "supergroup"
        return {"message": {"chat": {"id": chat, "type": kind}, "text": text} | more}

    await intake.keep(
        [
            (1, said(-1007, "/claim", message_thread_id=3, is_topic_message=True)),
            (2, said(-1007, "hello", message_thread_id=3)),
            (3, said(-1008, "/claim", message_thread_id=3, is_topic_message=True)),
            (4, said(501, "/link ABCD")),
            (5, said(501, "/linkage")),
        ]
    )
    async with database.read() as tx:
        found = await tx.execute(text("SELECT channel, external_id, address, state FROM inbox ORDER BY sequence"))
        assert [tuple(row) for row in found] == [
            ("telegram-desk", "1", "-1007:3", "new"),
            ("telegram-desk", "2", "general", "new"),
            ("telegram", "3", "", "aside"),
            ("telegram-desk", "4", "link:501", "new"),
            ("telegram", "5", "501", "new"),
        ]


async def test_a_crisis_lifts_its_conversation_and_nobody_is_refused(database: Database, presses: Presses) -> None:
    limits = Limits(lambda text: "umreti" in text)
    limits.level = Level.FULL
    chat = {"id": 503, "type": "private"}
    updates: list[dict[str, object]] = [
        message("dober dan", 501),
        message("dober dan", 502),
        {"edited_message": {"chat": {"id": 502, "type": "private"}, "text": "hočem umreti"}},
        {"message": {"chat": chat, "caption": "hočem umreti\0", "photo": []}},
        {"message": {"chat": {"id": 504, "type": "private"}, "text": ["hočem umreti"]}},
        {"callback_query": {"message": {"chat": {"id": 505, "type": "private"}, "text": "hočem umreti"}, "data": "human"}},
        {"message": "hočem umreti"},
    ]
    await Intake(database, Bell(database), presses, limits=limits).keep(list(enumerate(updates, 1)))
    async with database.read() as tx:
        found = await tx.execute(text("SELECT external_id, lane FROM inbox ORDER BY sequence"))
        assert [tuple(row) for row in found] == [("1", 1), ("2", 0), ("3", 0), ("4", 0), ("5", 1), ("6", 1), ("7", 1)]
