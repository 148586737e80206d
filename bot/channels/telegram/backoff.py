"""How long to wait before something is tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

#: Waits a number of seconds; tests pass one that only notes them.
Pause = Callable[[float], Awaitable[None]]

#: The first wait and the longest, in seconds.
FIRST, LONGEST = 1.0, 60.0

#: Seconds between two tries of a token that Telegram does not know.
REFUSED = 600.0


class Backoff:
    """Waits that double from failure to failure, up to a minute, each cut by a random share so that processes spread out."""

    def __init__(self, pause: Pause = asyncio.sleep) -> None:
        self._pause = pause
        self._failures = 0

    async def wait(self, at_least: float | None = None) -> None:
        """Wait after one more failure. ``at_least`` is what the other side asked for, in seconds."""
        longest = min(LONGEST, FIRST * 2 ** min(self._failures, 10))
        self._failures += 1
        drawn = random.uniform(longest / 2, longest)  # noqa: S311 - it spreads load and guards nothing
        await self._pause(drawn if at_least is None else at_least + random.random())  # noqa: S311 - the same

    async def sleep(self, seconds: float) -> None:
        """Wait for exactly so long."""
        await self._pause(seconds)

    def reset(self) -> None:
        """Note that it worked."""
        self._failures = 0
