"""What the dialogue knows of the desk is read from the database and kept fresh."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot.model.case import CaseOpening, Reason
from bot.model.schedule import Closure, InLine, Schedule
from bot.store import cases, conversations, schedules
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.schedules import KeptHours
from bot.work.rota import Rota
from tests.support.databases import Databases
from tests.support.small_library import small_library

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _rota(database: Database, bell: Bell | None = None) -> Rota:
    return Rota(database, bell or Bell(database), small_library, clock=lambda: NOW)


async def test_the_hours_of_the_library_hold_until_somebody_keeps_others(database: Database) -> None:
    rota = _rota(database)
    await rota.refresh()
    before = rota.current.schedules["ptuj"]
    closure = Closure(NOW, NOW + HOUR)
    async with database.write() as tx:
        await schedules.keep(tx, KeptHours("ptuj", "Tu 08:00-12:00", ("08-05",), "Vida", NOW), None)
        await schedules.close(tx, "ptuj", closure, "Vida")
        await schedules.close(tx, "ptuj", Closure(NOW - HOUR, NOW), "Vida")

    await rota.refresh()

    assert before == Schedule("si", "Mo-Fr 08:00-16:00")
    assert rota.current.schedules == {
        "ptuj": Schedule("si", "Tu 08:00-12:00", (closure,), ("08-05",)),
        "dalgopol": Schedule("bg"),
    }


async def test_hours_that_cannot_be_read_are_told_as_not_known(database: Database) -> None:
    rota = _rota(database)
    async with database.write() as tx:
        await schedules.keep(tx, KeptHours("ptuj", "Pon-Pet 8-16", (), "Vida", NOW), None)

    await rota.refresh()

    assert rota.current.schedules["ptuj"].hours is None


async def test_those_who_wait_stand_in_line_crises_first(database: Database) -> None:
    async with database.write() as tx:
        stood = []
        for minutes, (reason, point) in enumerate(
            [(Reason.ASKED, "ptuj"), (Reason.ASKED, None), (Reason.CRISIS, "dalgopol"), (Reason.ASKED, "ptuj")]
        ):
            at = NOW + timedelta(minutes=minutes)
            conversation = await conversations.ensure(tx, "web", f"resident {minutes}", at)
            case = await cases.open_or_raise(tx, conversation.id, CaseOpening(reason, point=point), at)
            stood.append(InLine(conversation.id, point))
        await cases.claim(tx, case.id, "Ana", NOW)
    rota = _rota(database)

    await rota.refresh()

    first, second, crisis, _ = stood
    assert rota.current.in_line == (crisis, first, second)
    assert rota.current.before("somebody", "ptuj") == 2


async def test_a_change_is_known_when_the_bell_rings(database: Database) -> None:
    bell = Bell(database)
    rota = _rota(database, bell)
    async with _running(rota):
        await _until(bell, lambda: rota.current.schedules)
        async with database.write() as tx:
            await schedules.keep(tx, KeptHours("ptuj", "Tu 08:00-12:00", (), "Vida", NOW), None)
        bell.ring("case")

        await _until(bell, lambda: rota.current.schedules["ptuj"].hours == "Tu 08:00-12:00")


async def test_without_a_database_what_was_known_stays(databases: Databases, database_url: str) -> None:
    before = Database.open(database_url)
    rota = _rota(before)
    await rota.refresh()
    known = rota.current
    await before.close()

    with databases.away(database_url), capture_logs() as logs:
        bell = Bell(before)
        async with _running(rota):
            await _until(bell, lambda: logs)
    await before.close()

    assert logs[0]["event"] == "the hours cannot be read"
    assert rota.current == known


@asynccontextmanager
async def _running(rota: Rota) -> AsyncIterator[None]:
    running = asyncio.create_task(rota.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _until(bell: Bell, condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await bell.wait("never", 0.02)
