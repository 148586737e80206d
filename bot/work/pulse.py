"""That this process lives, for others to see; and what processes held that do not live any more, given back.

A process that is killed leaves its leases behind. They run out by themselves; but where it can be told that it is dead
(`bot.vitals`) nobody waits for that: mostly it is the process that was started in its place that looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import structlog

from bot.clock import now as clock_now
from bot.store import conversations, leases, line, programs
from bot.store.bell import Bell
from bot.store.database import Database, StoreError
from bot.store.migrations import OURS, NewerDatabase, Steps
from bot.vitals import is_dead, new_owner

#: Those in front of the line at whose conversations it is looked: what is held is taken from there.
_FRONT = 512

#: Seconds that taking off may take.
_FAREWELL = 1.0

_log = structlog.get_logger(__name__)


class Pulse:
    """One for each process that serves or works."""

    def __init__(self, db: Database, bell: Bell, *, steps: Steps = OURS, clock: Callable[[], datetime] = clock_now) -> None:
        self._db, self._bell, self._steps, self._clock = db, bell, steps, clock
        self._program, self._entered = new_owner(), False

    async def begin(self) -> None:
        """Enter this process, before anything works on the tables, and give back what is left over.

        Raises `NewerDatabase` when the tables are not for it, and `StoreError`.
        """
        async with self._db.write() as tx:
            await programs.enter(tx, self._program, self._clock(), self._steps)
            await programs.drop_gone(tx, self._clock())
        self._entered = True
        await self.free()

    async def run(self) -> None:
        """Beat until cancelled. Raises `NewerDatabase` when tables were changed so that this program cannot work on them."""
        while True:
            await asyncio.sleep(programs.BEAT.total_seconds())
            try:
                await self.beat()
            except NewerDatabase:
                raise
            except StoreError as error:
                _log.warning("the database did not do its part; trying again", error=str(error))

    async def beat(self) -> None:
        """Let this process be seen, once, and give back what is left over. Raises `NewerDatabase` and `StoreError`."""
        async with self._db.write() as tx:
            await programs.beat(tx, self._program, self._clock(), self._steps)
            await programs.drop_gone(tx, self._clock())
        await self.free()

    async def free(self) -> int:
        """Give back what processes of this machine held that are dead, and return how much that was. Raises `StoreError`."""
        async with self._db.read() as tx:
            held = await line.holders(tx, _FRONT)
            dead = {owner for owner in {*held.values(), *await leases.owners(tx)} if is_dead(owner)}
        if not dead:
            return 0
        freed = await self._free(dead, {one: owner for one, owner in held.items() if owner in dead})
        for name in ("inbox", "outbox"):
            self._bell.ring(name)
        _log.info("what dead processes held is free again", leases=freed)
        return freed

    async def _free(self, dead: Collection[str], held: Mapping[str, str]) -> int:
        async with self._db.write() as tx:
            freed = await leases.free(tx, dead)
            for conversation, owner in held.items():
                await conversations.release(tx, conversation, owner)
        return freed + len(held)

    async def end(self) -> None:
        """Take this process off, after its work has ended; it is missed soon in any case, so a database that hangs may."""
        if not self._entered:
            return
        leaving = asyncio.create_task(self._leave())
        leaving.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.wait([leaving], timeout=_FAREWELL)

    async def _leave(self) -> None:
        async with self._db.write() as tx:
            await programs.leave(tx, self._program)
