"""Few at once: what a processor has to think about for anybody who asks must not keep the chat waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.threads import in_thread

#: Thoughts of one sort of page at one time, and those that may wait for their turn: together a second or two.
AT_ONCE, WAITING = 1, 20

T = TypeVar("T")


class CrowdedError(Exception):
    """Too many want something at this moment."""


class Crowd:
    """Lets in so many at once, and so many more wait."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._slots, self._room = asyncio.Semaphore(at_once), at_once + waiting
        self._inside = 0

    async def decided(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, done in a thread. Raises `CrowdedError`."""
        if self._inside >= self._room:
            raise CrowdedError
        self._inside += 1
        try:
            async with self._slots:
                return await in_thread(work)
        finally:
            self._inside -= 1
