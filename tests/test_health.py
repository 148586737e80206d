"""What /health tells is true, and told in time."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta

import pytest

from bot import clock
from bot.channels.limits import Limits
from bot.health import PATIENCE, Health
from bot.store import inbox, leases
from bot.store import told as tellings
from bot.store.bell import Bell
from bot.store.database import Database
from bot.work.escalation import EMAIL
from bot.work.load import Load
from bot.work.shelf import Shelf
from tests.support.silence import silent_server
from tests.work.test_shelf import Folder


async def _shelf(database: Database) -> Shelf:
    shelf = Shelf(database, Bell(database), Folder(), "none", 0.02)
    await shelf.open()
    return shelf


def _telegram(phase: str) -> dict[str, str]:
    return {"telegram": phase, "telegram_way": "polling", "telegram_trouble": ""}


async def test_everything_is_told_flat(database: Database) -> None:
    told = await Health(database, await _shelf(database), lambda: _telegram("listening")).told()

    assert told["degraded"] == []
    assert (told["database"], told["edition"], told["strength"]) == ("ok", 1, "nearest")
    assert (told["telegram"], told["telegram_way"]) == ("listening", "polling")
    assert (told["oldest_waiting_s"], told["set_aside"]) == (0.0, 0)


async def test_what_should_be_gone_is_told_and_degrades_it(database: Database) -> None:
    async with database.write() as tx:
        await leases.take(tx, "left over", "nobody", clock.now() - timedelta(hours=3), timedelta(hours=1))
    told = await Health(database, await _shelf(database), None).told()

    assert told["housekeeping"] == {"last": None, "late": False, "overdue": {"leases": 1}, "waits_until": None}
    assert told["degraded"] == ["housekeeping has left what should be gone: leases 1"]


async def test_without_a_token_telegram_is_off(database: Database) -> None:
    told = await Health(database, await _shelf(database), None).told()

    assert (told["telegram"], told["degraded"]) == ("off", [])


@pytest.mark.parametrize("phase", ["trouble", "refused"])
async def test_telegram_that_brings_nothing_degrades_it(database: Database, phase: str) -> None:
    told = await Health(database, await _shelf(database), lambda: _telegram(phase)).told()

    assert told["degraded"] == [f"Telegram: {phase}"]


async def test_a_group_of_staff_that_cannot_be_written_to_degrades_it_and_one_that_can_does_not(database: Database) -> None:
    shelf = await _shelf(database)
    group = {"telegram_group": "trouble", "telegram_group_trouble": "not-in-the-group"}
    told = await Health(database, shelf, lambda: _telegram("listening") | group).told()
    assert told["degraded"] == ["Telegram group: not-in-the-group"]

    group = {"telegram_group": "standing by", "telegram_group_trouble": ""}
    told = await Health(database, shelf, lambda: _telegram("listening") | group).told()
    assert (told["degraded"], told["telegram_group"]) == ([], "standing by")


async def test_mail_to_staff_that_does_not_go_out_degrades_it(database: Database) -> None:
    tried = clock.now() - timedelta(minutes=5)
    telling = tellings.Telling("gap/ptuj", tried, "2026-11-23", "Ana", EMAIL)
    async with database.write() as tx:
        await tellings.put(tx, [telling], tried)
        assert await tellings.take(tx, tellings.Open(telling, 0), tried, tried)
    health = Health(database, await _shelf(database), None)
    assert (await health.told())["degraded"] == ["e-mail to staff does not go out"]

    async with database.write() as tx:
        await tellings.finish(tx, telling, tellings.State.SENT)
    assert (await health.told())["degraded"] == []


async def test_what_troubles_the_shelf_degrades_it(database: Database) -> None:
    shelf = await _shelf(database)
    shelf.troubles["edition"] = "edition 2 cannot be used"

    assert (await Health(database, shelf, None).told())["degraded"] == ["edition 2 cannot be used"]


async def test_a_database_that_does_not_answer_is_unreachable_in_time(database: Database) -> None:
    shelf = await _shelf(database)
    with silent_server() as (_, url):
        silent = Database.open(url)
        health = Health(silent, shelf, None)
        started = time.monotonic()
        first, second = await asyncio.gather(health.told(), health.told())
        took = time.monotonic() - started
        await silent.close()

    assert (first["database"], second["database"]) == ("unreachable", "unreachable")
    assert took < PATIENCE + 1


async def test_a_long_line_of_residents_degrades_it(database: Database) -> None:
    limits = Limits()
    limits.note()
    load = Load(database, ["web"], limits)
    async with database.write() as tx:
        await inbox.put(tx, "web", "1", "ana", {}, clock.now() - timedelta(seconds=95))
    await load.look()
    told = await Health(database, await _shelf(database), None, load=load).told()
    degraded = told["degraded"]

    assert isinstance(degraded, list)
    assert re.fullmatch(r"more is coming in than is answered: oldest waits 9\d s, 1 open", degraded[0])
    assert degraded[1:] == ["1 messages or pages were sent away in the last 10 minutes"]
