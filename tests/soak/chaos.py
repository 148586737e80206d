"""What strikes the processes while residents write."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from random import Random

from tests.fakes.telegram import Failure
from tests.soak.plan import Plan
from tests.soak.processes import Processes
from tests.soak.telegram import WatchedTelegram

#: What ends or stops a process; and what strikes around it.
_ON_PROCESSES = ("kill", "kill", "term", "freeze", "freeze")
_AROUND = ("telegram", "connections")

_SENDING = (
    Failure(429, "Too Many Requests: retry after 1", retry_after=1),
    Failure(500),
    Failure(502, body=b"<html>Bad Gateway</html>"),
    Failure(200, body=b'{"ok": true, "resu'),
    Failure(after=True),  # it arrived, and we are not told
)
_POLLING = (*_SENDING[:4], Failure(409, "Conflict: terminated by other getUpdates request"))


class Chaos:
    """Strikes at random. Every blow follows from the plan's seed, though not its moment.

    ``cut`` cuts all connections to the database. Once ``calm``, no process is ended any more.
    """

    def __init__(self, plan: Plan, processes: Processes, telegram: WatchedTelegram, cut: Callable[[], None] | None) -> None:
        self._plan, self._processes, self._telegram, self._cut = plan, processes, telegram, cut
        self._draw = Random(plan.seed + 1)  # noqa: S311 - no secret
        self.calm = False

    async def run(self) -> None:
        """Strike until cancelled."""
        while True:
            await asyncio.sleep(self._plan.gap * self._draw.uniform(0.5, 1.5))
            striking = asyncio.create_task(self._strike())
            try:
                await asyncio.shield(striking)
            except asyncio.CancelledError:
                await striking  # what was ended is started again first
                raise

    async def _strike(self) -> None:
        each, blow = self._draw.choice(self._processes.all), self._draw.choice((*_ON_PROCESSES, *_AROUND))
        if blow == "freeze":
            await self._processes.freeze(each, self._draw.uniform(*self._plan.pauses))
        elif blow in _ON_PROCESSES and not self.calm:
            await self._processes.end(each, signal.SIGKILL if blow == "kill" else signal.SIGTERM)
        elif blow == "connections" and self._cut is not None:
            self._processes.blows["connections cut"] += 1
            await asyncio.to_thread(self._cut)
        else:
            self._processes.blows["Telegram fails"] += 1
            self._telegram.fail("sendMessage", *self._draw.sample(_SENDING, 3))
            self._telegram.fail("getUpdates", self._draw.choice(_POLLING))
