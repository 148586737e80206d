"""A crowd in which somebody keeps the only place for as long as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

from bot.web.public.crowd import Crowd


@asynccontextmanager
async def crowded(waiting: int = 0) -> AsyncIterator[Crowd]:
    """Let in one alone, who thinks until the end."""
    crowd, begun, over = Crowd(1, waiting), asyncio.Event(), Event()
    loop = asyncio.get_running_loop()

    def think() -> None:
        loop.call_soon_threadsafe(begun.set)
        over.wait()

    thinking = asyncio.create_task(crowd.decided(think))
    await begun.wait()
    try:
        yield crowd
    finally:
        over.set()
        await thinking
