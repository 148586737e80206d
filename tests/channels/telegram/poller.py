"""One polling process in a task, and a look into the inbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text

from bot.channels.telegram import client
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.state import State
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database


class Pauses:
    """Notes how long was to be waited, and lets the loop turn instead."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0.01)


class Poller:
    """One polling process, in a task."""

    def __init__(self, settings: Settings, db: Database, bell: Bell, long_poll: int = 8) -> None:
        self.pauses = Pauses()
        self.state = State("polling")
        self.raw = client.RawApi(settings)
        self.lease = client.lease_name(settings)
        intake = Intake(db, bell, Presses(client.caller(settings)))
        self.polling = Polling(self.raw, intake, db, self.state, self.lease, long_poll=long_poll, pause=self.pauses)

    @property
    def phase(self) -> str:
        return self.state.told()["telegram"]

    @property
    def trouble(self) -> str:
        return self.state.told()["telegram_trouble"]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.polling.run())
        try:
            yield task
            assert not task.done(), "polling must never end by itself"
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self.raw.close()


async def kept(db: Database) -> list[tuple[str, str, str]]:
    """Return (external id, address, state) of everything in the inbox, in order."""
    async with db.read() as tx:
        rows = await tx.execute(text("SELECT external_id, address, state FROM inbox ORDER BY sequence"))
        return [(row.external_id, row.address, row.state) for row in rows]
