"""Working only with all the keys: without one that the database needs this process would set aside what others can read.

It starts only with all of them. On another machine a newer key may have come since, whose file was not brought here yet.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

import structlog

from bot.store import keys
from bot.store.database import Database, StoreError

#: Seconds between two looks. A message that cannot be opened is set aside after six seconds at the earliest, and until then
#: whoever has its key may take it.
LOOK = 2.0
#: Looks after which the operator is told once more.
_REMIND = 30

_log = structlog.get_logger(__name__)


class Loop(Protocol):
    """What works until it is cancelled, and then gives back what it holds."""

    async def run(self) -> None:
        """Work."""


class Keyhole:
    """Looks whether all keys are here that what is kept takes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._missing: frozenset[str] = frozenset()
        self._looks = 0
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(StoreError):  # whoever works notices that, too
                await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Look once."""
        async with self._db.read() as tx:
            missing = await keys.missing(tx)
        self._looks = self._looks + 1 if missing and missing == self._missing else 0
        if missing and self._looks % _REMIND == 0:
            _log.error("keys are missing: nothing is answered and sent from here; bring the key file", keys=sorted(missing))
        elif self._missing and not missing:
            _log.info("all keys are here again")
        async with self._changed:
            self._missing = missing
            self._changed.notify_all()

    async def until(self, *, open_: bool) -> None:
        """Return when all keys are here, or when one is missing."""
        async with self._changed:
            await self._changed.wait_for(lambda: (not self._missing) is open_)


class Unlocked:
    """Lets ``loop`` work while all keys are here."""

    def __init__(self, keyhole: Keyhole, loop: Loop) -> None:
        self._keyhole = keyhole
        self._loop = loop

    async def run(self) -> None:
        """Work until cancelled. Raises what the loop raises."""
        while True:
            await self._keyhole.until(open_=True)
            working = asyncio.ensure_future(self._loop.run())
            locked = asyncio.ensure_future(self._keyhole.until(open_=False))
            try:
                await asyncio.wait({working, locked}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                locked.cancel()
                ended = working.done()
                working.cancel()
                await asyncio.gather(working, locked, return_exceptions=True)
            if ended:
                working.result()
                return
