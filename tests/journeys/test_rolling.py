"""Every process is ended and started again, one after the other, while residents write without a pause: they notice nothing.

In the midst of it the tables gain what a newer release needs. What a killed process held is taken over at once, too.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import select

from bot.channels.telegram import polling
from bot.store.database import Database
from bot.store.guard_tables import program
from bot.store.migrations import migrate
from tests.editing import small_folder
from tests.fakes.telegram import FakeTelegram
from tests.soak.plan import Plan
from tests.soak.processes import Processes, Struck
from tests.soak.reckoning import Kept, is_done, kept, reckon
from tests.soak.residents import OnTelegram, OnTheWeb, Resident
from tests.soak.telegram import WatchedTelegram
from tests.support.chaos import ASKED, TOLD, small_program
from tests.support.databases import Databases
from tests.support.program import until
from tests.support.steps import ADDS, release

#: Seconds for what happens in other processes; far more than it takes.
_DEADLINE = 240

#: What one resident writes, and how many write at once.
_EACH, _AT_ONCE = 8, 3


@dataclass
class Doors:
    """The processes with pages, as a proxy sees them that asks each whether it is ready."""

    doors: Sequence[Struck]
    ready: dict[str, bool] = field(default_factory=dict)
    shut: int = 0  # looks at which none was ready

    def __post_init__(self) -> None:
        self._turns = itertools.cycle(self.doors)

    def next(self) -> str:
        """Return the address of the next one, in turn, ready or not."""
        return next(self._turns).program.url

    async def watch(self) -> None:
        """Ask all, again and again."""
        async with httpx.AsyncClient(timeout=5) as browser:
            while True:
                self.ready = {each.name: await _is_ready(browser, each) for each in self.doors}
                self.shut += not any(self.ready.values())
                await asyncio.sleep(0.05)


async def _is_ready(browser: httpx.AsyncClient, door: Struck) -> bool:
    try:
        return (await browser.get(f"{door.program.url}/ready")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


class Crowd:
    """Residents who come one after the other in several queues; each writes a few messages, since more would be a flood."""

    def __init__(self, doors: Doors, telegram: WatchedTelegram) -> None:
        self.all: list[Resident] = []
        self._doors, self._telegram, self._transport = doors, telegram, httpx.AsyncHTTPTransport()
        self._numbers = itertools.count()

    @property
    def readers(self) -> list[OnTheWeb]:
        """Those who have the page open."""
        return [each for each in self.all if isinstance(each, OnTheWeb)]

    async def write(self, over: asyncio.Event) -> None:
        """Write without a pause: each message when the one before it is answered."""
        while not over.is_set():
            resident = self._come(next(self._numbers))
            self.all.append(resident)
            draw = Random(resident.number)  # noqa: S311 - no secret
            while len(resident.asked) < _EACH and not over.is_set():
                await resident.write(1, draw)

    async def leave(self) -> None:
        """Close all pages."""
        for each in self.all:
            await each.leave()
        await self._transport.aclose()

    def _come(self, number: int) -> Resident:
        if number % 2:
            return OnTelegram(number, "sl", telegram=self._telegram)
        return OnTheWeb(number, "bg", door=self._doors.next, transport=self._transport, reads=True)


async def _roll(processes: Processes, db: Database) -> None:
    """End each process as an update does, and start it again; the next one when it has entered itself."""
    for each in processes.all:
        await processes.end(each, signal.SIGTERM)
        while await _running(db) < len(processes.all):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.05)


async def _running(db: Database) -> int:
    async with db.read() as tx:
        return len((await tx.execute(select(program))).all())


async def _settled(db: Database, readers: Sequence[OnTheWeb]) -> Kept:
    """Return what the database holds when nothing is left to do and each page has shown its last line."""
    while not await is_done(db):  # noqa: ASYNC110 - it happens in other processes
        await asyncio.sleep(0.1)
    found = await kept(db)
    for each in readers:
        last = found.lines[each.channel, each.address][-1][0]
        while not each.seen or each.seen[-1][0] < last:  # noqa: ASYNC110 - it happens in another task
            await asyncio.sleep(0.02)
    return found


@pytest.mark.postgres
async def test_all_processes_are_started_anew_and_residents_notice_nothing(databases: Databases, tmp_path: Path) -> None:
    plan = Plan(
        "postgres",
        seed=1,
        commands=("run", "run", "work"),
        messages=0,
        residents=6,
        gap=0,
        knowledge=small_folder.write(tmp_path / "knowledge"),
        encoder="none",
    )
    with databases.fresh("postgres") as url, WatchedTelegram() as telegram:
        processes, db = Processes(plan, url, tmp_path, telegram), Database.open(url)
        try:
            async with asyncio.timeout(_DEADLINE):
                await processes.start()
                doors = Doors([each for each in processes.all if each.command == "run"])
                crowd = Crowd(doors, telegram)
                over, watching = asyncio.Event(), asyncio.create_task(doors.watch())
                async with asyncio.TaskGroup() as group:
                    for _ in range(_AT_ONCE):
                        group.create_task(crowd.write(over))
                    # As the first process of a newer release does: those that are started after it are older.
                    assert await migrate(db, release(tmp_path, ADDS))
                    await _roll(processes, db)
                    over.set()
                watching.cancel()
                found = await _settled(db, crowd.readers)
                await crowd.leave()
        finally:
            await db.close()
            processes.kill()

    reckoning = reckon(found, crowd.all, telegram.reached)
    waits = [asked.answered - asked.sent for each in crowd.all for asked in each.asked]
    print(f"{len(waits)} messages, at most {max(waits):.1f} s, {reckoning.refused} refused")  # noqa: T201 - shown when it fails
    assert not reckoning.faults
    assert reckoning.turns == reckoning.accepted == len(waits) > 3 * _AT_ONCE
    assert reckoning.doubled_replies == 0
    assert doors.shut == 0
    # So small a knowledge can be learned from by nobody.
    assert [each for each in processes.tracebacks() if "TooFewExamplesError" not in each] == []


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_who_is_started_in_the_place_of_a_killed_process_need_not_wait_for_what_that_one_held(
    kind: str, databases: Databases, tmp_path: Path, telegram: FakeTelegram
) -> None:
    with databases.fresh(kind) as url, small_program(url, tmp_path, telegram) as program:
        telegram.say(9101, ASKED, "bg")
        until(lambda: any(TOLD in str(sent["text"]) for sent in telegram.sent(9101)), "the answer")
        program.kill()  # it holds the right to ask Telegram and the right to send
        telegram.say(9102, ASKED, "bg")
        program.start()
        began = time.monotonic()
        until(lambda: any(TOLD in str(sent["text"]) for sent in telegram.sent(9102)), "the answer")
        took = time.monotonic() - began

    # What was killed may have been in the middle of a line.
    assert sum(map(int, re.findall(r'"leases": (\d+)', program.log))) >= 2
    assert took < polling.LEASE.total_seconds()
