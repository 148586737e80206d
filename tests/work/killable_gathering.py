"""A process that gathers questions and kills itself, as kill -9 would, at the step named on its command line.

Usage: ``python -m tests.work.killable_gathering URL STEP``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta

from bot.model.schedule import NOTHING_KNOWN
from bot.store.bell import Bell
from bot.store.database import Database
from bot.work.gathering import Gathering
from tests.support.house import MONDAY
from tests.support.small_library import small_library


async def main(url: str, deadly: str) -> None:
    """Gather once."""

    def on_step(name: str) -> None:
        if name == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    db = Database.open(url)
    now = MONDAY + timedelta(hours=1)
    gathering = Gathering(db, Bell(db), small_library, lambda: NOTHING_KNOWN, lambda: None, clock=lambda: now, on_step=on_step)
    await gathering.gather()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
