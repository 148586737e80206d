"""How long the line is: looked at all the time, for the residents' doors and for ``/health``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog

from bot.channels.limits import LATELY, Level, Limits
from bot.clock import now as clock_now
from bot.store import line
from bot.store.database import Database, StoreError
from bot.store.line import Standing

#: From so many messages in the line on, or from so long a wait of the first, residents are told that it takes longer.
BUSY_OPEN, BUSY_WAIT = 300, timedelta(seconds=30)
#: From here on the web's door takes nothing but crises: whoever came last would wait for a quarter of an hour.
FULL_OPEN, FULL_WAIT = 10_000, timedelta(minutes=15)

#: Seconds between two looks.
LOOK = 2.0

_NOBODY = Standing(0, None)
_log = structlog.get_logger(__name__)


def level_of(standing: Standing, now: datetime) -> Level:
    """Return how long a line is."""
    waits = _waits(standing, now)
    if standing.open >= FULL_OPEN or waits >= FULL_WAIT:
        return Level.FULL
    return Level.BUSY if standing.open >= BUSY_OPEN or waits >= BUSY_WAIT else Level.EASY


class Load:
    """Looks at the line of ``channels`` and tells ``limits`` how long it is."""

    def __init__(
        self, db: Database, channels: Collection[str], limits: Limits, *, clock: Callable[[], datetime] = clock_now
    ) -> None:
        self._db = db
        self._channels = channels
        self._limits = limits
        self._clock = clock
        self._standing = _NOBODY

    async def run(self) -> None:
        """Look until cancelled. While the database is away the last look counts: the doors find out by themselves."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                _log.warning("the line could not be looked at; trying again", error=str(error))
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Look once."""
        async with self._db.read() as tx:
            self._standing = await line.standing(tx, self._channels, self._clock(), FULL_OPEN)
        level = level_of(self._standing, self._clock())
        if level is not self._limits.level:
            _log.warning("the line of residents has another length now", level=level.value, open=self._standing.open)
        self._limits.level = level

    @property
    def troubles(self) -> list[str]:
        """What is amiss, for ``/health``: that more comes than is answered, and that somebody was sent away lately."""
        found = []
        if self._limits.level is not Level.EASY:
            seconds = round(_waits(self._standing, self._clock()).total_seconds())
            least = "at least " if self._standing.open >= FULL_OPEN else ""
            found.append(f"more is coming in than is answered: oldest waits {seconds} s, {least}{self._standing.open} open")
        if sent_away := self._limits.sent_away:
            found.append(f"{sent_away} messages or pages were sent away in the last {round(LATELY / 60)} minutes")
        return found


def _waits(standing: Standing, now: datetime) -> timedelta:
    return timedelta(0) if standing.since is None else max(now - standing.since, timedelta(0))
