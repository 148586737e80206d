"""Under load: the line is measured for doors and operators, a crisis is worked on first, and no thought takes for ever."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import insert

from bot.channels.limits import Level, Limits
from bot.clock import new_id
from bot.model.case import Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind
from bot.model.turn import Turn
from bot.store import inbox, tables
from bot.store.database import Database, Unavailable
from bot.store.line import Standing
from bot.work import load, reception
from bot.work.load import BUSY_OPEN, BUSY_WAIT, FULL_OPEN, FULL_WAIT, Load, level_of
from bot.work.reception import MAX_TRIES
from tests.support.house import MONDAY, TELEGRAM, WEB, House, echo

A_LITTLE = timedelta(seconds=1)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.mark.parametrize(
    ("standing", "level"),
    [
        (Standing(0, None), Level.EASY),
        (Standing(BUSY_OPEN - 1, MONDAY - BUSY_WAIT + A_LITTLE), Level.EASY),
        (Standing(BUSY_OPEN, MONDAY), Level.BUSY),
        (Standing(1, MONDAY - BUSY_WAIT), Level.BUSY),
        (Standing(FULL_OPEN - 1, MONDAY - FULL_WAIT + A_LITTLE), Level.BUSY),
        (Standing(FULL_OPEN, MONDAY), Level.FULL),
        (Standing(1, MONDAY - FULL_WAIT), Level.FULL),
        (Standing(1, MONDAY + timedelta(days=1)), Level.EASY),  # of a clock that was set back
    ],
)
def test_the_line_is_busy_or_full_by_its_length_or_by_its_wait(standing: Standing, level: Level) -> None:
    assert level_of(standing, MONDAY) is level


async def test_operators_are_told_how_long_the_line_is_and_that_somebody_was_sent_away(house: House) -> None:
    limits = Limits(seconds=lambda: 0.0)
    measured = Load(house.db, [TELEGRAM, WEB], limits, clock=house.clock)
    await measured.look()
    assert measured.troubles == []

    await house.hears("a")
    await house.hears("b", "boris")
    house.later(seconds=95)
    await measured.look()
    limits.note()
    levels = [limits.level]
    assert measured.troubles == [
        "more is coming in than is answered: oldest waits 95 s, 2 open",
        "1 messages or pages were sent away in the last 10 minutes",
    ]
    await house.works()
    await measured.look()
    assert [*levels, limits.level] == [Level.BUSY, Level.EASY]


async def test_a_line_too_long_to_count_is_told_as_such(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FULL_OPEN", 3)
    for number in range(5):
        await house.hears("a", f"resident {number}")
    measured = Load(house.db, [TELEGRAM], Limits(), clock=house.clock)
    await measured.look()
    assert measured.troubles == ["more is coming in than is answered: oldest waits 0 s, at least 3 open"]


async def test_the_last_look_counts_while_the_database_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LOOK", 0.0)
    limits, looks = Limits(), asyncio.Semaphore(0)
    measured = Load(house.db, [TELEGRAM], limits, clock=house.clock)
    limits.level = Level.BUSY

    async def away() -> None:
        looks.release()
        raise Unavailable("away")

    monkeypatch.setattr(measured, "look", away)
    running = asyncio.create_task(measured.run())
    for _ in range(2):
        await looks.acquire()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert limits.level is Level.BUSY


async def test_ten_thousand_waiting_messages_do_not_delay_somebody_who_wants_to_die(house: House) -> None:
    common = {"channel": TELEGRAM, "payload": {"kind": Kind.TEXT, "text": "kdaj?"}, "received_at": house.now, "state": "new"}
    common |= {"tries": 0, "due": house.now, "place": house.now}
    async with house.db.write() as tx:
        await tx.execute(
            insert(tables.inbox), [common | {"external_id": new_id(), "address": f"r{number}"} for number in range(10_000)]
        )
    house.later(seconds=60)
    async with house.db.write() as tx:
        payload = {"kind": Kind.TEXT, "text": "hočem umreti"}
        await inbox.put(tx, TELEGRAM, "crisis", "ana", payload, house.now, urgent=True)
    assert await house.reception().step("worker")

    assert [line.text for line in await house.lines("ana")][-1] == "echo: hočem umreti"


async def test_what_is_thought_about_for_too_long_is_tried_again_and_then_a_person_is_called(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "THINKING", 0.01)
    end = Event()

    def brood(conversation: Conversation, incoming: Incoming, now: object) -> Turn:
        if incoming.text == "endless":
            end.wait(30)
        return echo(conversation, incoming, now)  # type: ignore[arg-type]  # the time is not looked at

    await house.hears("endless")
    began = time.monotonic()
    for _ in range(MAX_TRIES + 1):
        await house.works(brood)
        house.later(minutes=1)
    end.set()

    assert time.monotonic() - began < 30
    assert [line.text for line in await house.lines("ana")][-1] == "sorry"
    assert (await house.case()).reason is Reason.FAILURE
