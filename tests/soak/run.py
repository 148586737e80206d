"""One run of the soak, from the first process to the reckoning."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx

from bot.store.database import Database
from tests.soak.chaos import Chaos
from tests.soak.plan import SAID, Plan
from tests.soak.processes import Processes, Struck
from tests.soak.reckoning import Kept, Reckoning, is_done, kept, reckon
from tests.soak.residents import OnTelegram, OnTheWeb, Resident
from tests.soak.telegram import WatchedTelegram

_LANGUAGES = tuple(SAID)

#: Minutes to answer all that was accepted: what a killed process held is free again after half a minute.
_SETTLING = 3


@dataclass(frozen=True)
class Soaked:
    """What came of one run. ``latencies`` are the seconds from a message to its reply, sorted."""

    plan: Plan
    reckoning: Reckoning
    processes: list[Struck]
    blows: Counter[str]
    seconds: float
    latencies: list[float]
    tracebacks: list[str]


async def soak(
    plan: Plan, url: str, folder: Path, *, cut: Callable[[], None] | None = None, say: Callable[[str], None] = lambda _: None
) -> Soaked:
    """Run ``plan`` over the database at ``url``.

    When the plan's time is over, nothing more is written, and what was accepted is counted. Raises `TimeoutError` when that is
    not answered within a few minutes more.
    """
    with WatchedTelegram() as telegram:
        processes = Processes(plan, url, folder, telegram)
        try:
            async with asyncio.timeout((plan.minutes + _SETTLING) * 60):
                await processes.start()
                return await _Run(plan, url, processes, telegram, cut, say).go()
        finally:
            processes.kill()


class _Run:
    """The state of a run."""

    def __init__(
        self,
        plan: Plan,
        url: str,
        processes: Processes,
        telegram: WatchedTelegram,
        cut: Callable[[], None] | None,
        say: Callable[[str], None],
    ) -> None:
        self._plan, self._url, self._processes, self._telegram, self._say = plan, url, processes, telegram, say
        self._draw = Random(plan.seed + 2)  # noqa: S311 - no secret
        self._chaos = Chaos(plan, processes, telegram, cut)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        self._transport = httpx.AsyncHTTPTransport(limits=limits)
        self._left = plan.messages

    async def go(self) -> Soaked:
        """Have the residents write, and reckon."""
        residents = [self._resident(number) for number in range(self._plan.residents)]
        try:
            return await self._go(residents)
        finally:
            for each in residents:
                await each.leave()
            await self._transport.aclose()

    async def _go(self, residents: list[Resident]) -> Soaked:
        waiting: asyncio.Queue[Resident] = asyncio.Queue()
        for each in residents:
            waiting.put_nowait(each)
        started = time.monotonic()
        async with asyncio.TaskGroup() as around:
            side = [around.create_task(each) for each in (self._chaos.run(), self._watch(started, residents))]
            async with asyncio.TaskGroup() as group:
                for _ in range(self._plan.active):
                    group.create_task(self._take_turns(waiting))
            seconds = time.monotonic() - started
            for task in side:
                task.cancel()
        found = await self._settled(residents)
        self._processes.look()
        reckoning = reckon(found, residents, self._telegram.reached)
        reckoning.sent = sum(len(each.asked) for each in residents)
        took = sorted(asked.answered - asked.sent for each in residents for asked in each.asked)
        tracebacks = self._processes.tracebacks()
        return Soaked(self._plan, reckoning, self._processes.all, self._processes.blows, seconds, took, tracebacks)

    def _resident(self, number: int) -> Resident:
        language = _LANGUAGES[number % len(_LANGUAGES)]
        if number % 3 == 0:
            return OnTelegram(number, language, telegram=self._telegram)
        return OnTheWeb(number, language, door=self._processes.door, transport=self._transport, reads=number % 3 == 1)

    async def _take_turns(self, waiting: asyncio.Queue[Resident]) -> None:
        """Have the one who has waited longest write once or a few times, until all have written all."""
        while self._left > 0 and not waiting.empty():
            resident = waiting.get_nowait()
            count = min(self._draw.choice((1, 1, 1, 2, 3)), self._plan.each - len(resident.asked), self._left)
            self._left -= count
            await resident.write(count, self._draw)
            if len(resident.asked) < self._plan.each:
                waiting.put_nowait(resident)

    async def _watch(self, started: float, residents: Sequence[Resident]) -> None:
        """Read the memory at the start, and now and then; let calm return for the last part."""
        while True:
            self._processes.look()
            self._processes.check()
            gone = (time.monotonic() - started) / (self._plan.minutes * 60)
            if gone >= 1:
                self._left = 0
            self._chaos.calm = max(gone, 1 - self._left / self._plan.messages) >= 1 - self._plan.calm
            begun = sum(len(each.asked) for each in residents)
            self._say(f"{time.monotonic() - started:6.0f} s  {begun} messages  {dict(self._processes.blows)}")
            await asyncio.sleep(5)

    async def _settled(self, residents: list[Resident]) -> Kept:
        """Wait until nothing is left to do and every page shows its last line."""
        db = Database.open(self._url)
        try:
            while not await is_done(db):  # noqa: ASYNC110 - what is awaited happens in other processes
                await asyncio.sleep(0.2)
            found = await kept(db)
        finally:
            await db.close()
        for each in residents:
            if isinstance(each, OnTheWeb):
                lines = found.lines.get((each.channel, each.address), [])
                with suppress(TimeoutError):
                    async with asyncio.timeout(20):
                        await _caught_up(each, lines[-1][0] if lines else 0)
        return found


async def _caught_up(resident: OnTheWeb, last: int) -> None:
    if not resident.reads:
        await resident.look()
    while not resident.seen or resident.seen[-1][0] < last:  # noqa: ASYNC110 - it happens in another task, now and then
        await asyncio.sleep(0.05)
