"""A message that kills whoever works on it is set aside the third time; its resident and staff are told, others are unharmed."""

from __future__ import annotations

import os
import signal
from datetime import datetime

import pytest

from bot.channels.contract import WEB
from bot.model.case import Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind
from bot.model.turn import Turn
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.inbox import Received
from bot.work.reception import MAX_TRIES, Reception
from tests.support.house import TELEGRAM, House, echo, parse, sorry
from tests.support.killing import Killer

POISON = "poison"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_reading(received: Received) -> Incoming | None:
    """Read a payload, and die of poison."""
    incoming = parse(received)
    if incoming is not None and incoming.text == POISON:
        _die()
    return incoming


def die_thinking(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Think, and die of poison."""
    if incoming.text == POISON:
        _die()
    return echo(conversation, incoming, now)


async def work(url: str, minutes: int, where: str) -> None:
    """Work in another process until nothing is left."""
    house = House(Database.open(url))
    house.later(minutes=minutes)
    parser = die_reading if where == "reading" else parse
    think = die_thinking if where == "thinking" else echo
    reception = Reception(house.db, Bell(house.db), {TELEGRAM: parser, WEB: parser}, think, sorry, clock=house.clock)
    while await reception.step(f"worker {minutes}"):
        pass
    await house.db.close()


async def test_a_message_that_kills_whoever_thinks_about_it_is_set_aside_and_a_person_called(
    house: House, database_url: str
) -> None:
    await house.hears(POISON)
    await house.hears("and this?")
    await house.hears("hello", "berta")
    with Killer(__name__) as killer:
        for number in range(1, MAX_TRIES + 1):
            assert killer.killed_at(0, work, database_url, number, "thinking")
            assert await house.said("berta") in ([], ["echo: hello"])
        assert not killer.killed_at(0, work, database_url, MAX_TRIES + 1, "thinking")

    assert await house.inbox() == {"done": 2, "aside": 1}
    assert [line.text for line in await house.lines()] == [POISON, "sorry", "and this?", "echo: and this?"]
    assert (await house.case()).reason is Reason.FAILURE
    assert await house.said("berta") == ["echo: hello"]


async def test_a_message_that_kills_whoever_reads_it_is_set_aside_and_those_behind_it_are_answered(
    house: House, database_url: str
) -> None:
    await house.hears(POISON)
    await house.hears("and this?")
    with Killer(__name__) as killer:
        deaths = 0
        while killer.killed_at(0, work, database_url, deaths + 1, "reading"):
            deaths += 1
    assert deaths == MAX_TRIES + 1  # then nobody looks into it any more
    assert await house.inbox() == {"done": 1, "aside": 1}
    assert [(line.kind, line.text) for line in await house.lines()][:2] == [(Kind.UNREADABLE, ""), (Kind.TEXT, "sorry")]
    assert (await house.case()).reason is Reason.FAILURE
    assert await house.said() == ["sorry", "echo: and this?"]


@pytest.fixture
def house(database: Database) -> House:
    return House(database)
