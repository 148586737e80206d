"""The bell: a wake-up that may be lost. Whoever waits also looks for himself now and then; polling is the net."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import structlog
from sqlalchemy import text

from bot.store.database import Database, StoreError
from bot.store.errors import LOST, heed_cancellation

#: Seconds after which a loop looks for itself.
POLL = 1.0

#: Names that are remembered as rung. Forgetting one only wakes its waiters for nothing.
REMEMBERED = 4096

#: Seconds between two looks at whether the connection that listens still lives.
_KEEP_ALIVE = 30.0

_CHANNEL = "infopoint_bell"
_log = structlog.get_logger(__name__)


class Bell:
    """Wakes whoever waits for a name (``inbox``, ``outbox``, ``entry``, ``entry:<conversation>``, ``case``, ``edition``).

    To wait without missing what rings between looking and waiting::

        seen = bell.count("inbox")
        if not await look():
            await bell.wait("inbox", POLL, seen)

    Within one process it works at once. `run` carries it to other processes, by LISTEN/NOTIFY on PostgreSQL, and on SQLite
    by watching the number with which SQLite counts the changes of its file.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rings = 0
        self._rung_all = 0
        self._rung: OrderedDict[str, int] = OrderedDict()
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._to_tell: set[str] = set()
        self._something_to_tell = asyncio.Event()

    def count(self, name: str) -> int:
        """Return a number that differs after each ring of ``name``."""
        return max(self._rung.get(name, 0), self._rung_all)

    def rung(self, name: str) -> int:
        """Return a number that rises with each ring of exactly ``name``; 0 when it never rang, or that is forgotten by now.

        `count` also rises when anything may have rung elsewhere. What a ring itself tells (somebody is typing) needs this one.
        """
        return self._rung.get(name, 0)

    def ring(self, name: str) -> None:
        """Wake all who wait for ``name``, here at once and elsewhere soon. To be called after the commit."""
        self._ring_here(name)
        if not self._db.is_sqlite:
            self._to_tell.add(name)
            self._something_to_tell.set()

    async def tell(self, name: str) -> None:
        """Wake those who wait for ``name`` in other processes, from one that does not `run` the bell: a command."""
        if not self._db.is_sqlite:
            async with self._db.write() as tx:
                await tx.execute(text("SELECT pg_notify(:channel, :name)"), {"channel": _CHANNEL, "name": name})

    async def wait(self, name: str, timeout: float = POLL, seen: int | None = None) -> bool:  # noqa: ASYNC109 - part of what it does
        """Wait until ``name`` rings, at most ``timeout`` seconds, and tell whether it did.

        Returns at once if it rang since ``seen``, an earlier `count`.
        """
        if seen is not None and self.count(name) != seen:
            return True
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(name, set())
        waiting.add(woken)
        try:
            async with asyncio.timeout(timeout):
                await woken
        except TimeoutError:
            return False
        finally:
            waiting.discard(woken)
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]
        return True

    async def run(self) -> None:
        """Hear other processes, until cancelled; a lost connection is made again."""
        hear = self._watch_file if self._db.is_sqlite else self._listen
        while True:
            try:
                await hear()
            except (StoreError, *LOST) as error:
                heed_cancellation(0)
                _log.warning("bell lost its connection; polling meanwhile", error=type(error).__name__)
            await asyncio.sleep(POLL)

    async def _watch_file(self) -> None:
        async with self._db.connection() as connection:
            last: int | None = None
            while True:
                version = (await connection.execute(text("PRAGMA data_version"))).scalar_one()
                await connection.rollback()
                if version != last:
                    self._ring_all()  # the first time for what rang while nobody watched
                last = version
                await asyncio.sleep(POLL)

    async def _listen(self) -> None:
        async with self._db.connection() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            me = driver.get_server_pid()

            def heard(_connection: object, sender: int, _channel: str, name: str) -> None:
                if sender != me:
                    self._ring_here(name)

            driver.add_termination_listener(lambda _connection: self._something_to_tell.set())
            await driver.add_listener(_CHANNEL, heard)
            self._ring_all()  # for what rang while nobody listened
            while True:
                await self._tell(driver)
                await _wait_for(self._something_to_tell, _KEEP_ALIVE)

    async def _tell(self, driver: Any) -> None:  # noqa: ANN401 - the driver carries no types
        self._something_to_tell.clear()
        names, self._to_tell = self._to_tell, set()
        # With no name to tell this finds out whether the connection still lives.
        await driver.execute("SELECT 1")
        for name in names:
            await driver.execute("SELECT pg_notify($1, $2)", _CHANNEL, name)

    def _ring_here(self, name: str) -> None:
        self._rings += 1
        self._rung[name] = self._rings
        self._rung.move_to_end(name)
        if len(self._rung) > REMEMBERED:
            self._rung.popitem(last=False)
        _wake(self._waiting.pop(name, set()))

    def _ring_all(self) -> None:
        self._rings += 1
        self._rung_all = self._rings
        for name in list(self._waiting):
            _wake(self._waiting.pop(name))


def _wake(waiting: set[asyncio.Future[None]]) -> None:
    for woken in waiting:
        if not woken.done():
            woken.set_result(None)


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
