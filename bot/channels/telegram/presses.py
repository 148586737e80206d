"""Telling Telegram that a pressed button was noticed, so that it stops spinning on the resident's screen.

Best effort and beside the way of the message: the press itself is in the inbox already, and a button that spins for some
seconds harms nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.channels.telegram.client import CALL_ERRORS, Caller

#: So many presses wait at most; a further one spins until Telegram gives up.
WAITING = 200


class Presses:
    """The queue of presses to confirm, in memory."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._queries: asyncio.Queue[str] = asyncio.Queue(WAITING)

    def notice(self, update: Mapping[str, object]) -> None:
        """Note the press in a raw update, if it is one. Never waits, never raises."""
        query = update.get("callback_query")
        identifier = query.get("id") if isinstance(query, Mapping) else None
        if isinstance(identifier, str) and not self._queries.full():
            self._queries.put_nowait(identifier)

    async def run(self) -> None:
        """Confirm each press until cancelled."""
        while True:
            identifier = await self._queries.get()
            try:
                await self._caller.answer_callback_query(identifier)
            except CALL_ERRORS:
                continue  # too old, or Telegram is away: there is nothing to make good
