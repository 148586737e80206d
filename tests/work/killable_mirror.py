"""A mirror that kills itself, as kill -9 would, at the step named on its command line.

Usage: ``python -m tests.work.killable_mirror URL TELEGRAM MINUTES [STEP]``. It works until nothing is left to do, with a clock
``MINUTES`` ahead of the tests' Monday, in the group of `tests.support.group`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta

from bot.channels.telegram import client
from bot.channels.telegram.group import TelegramTopics
from bot.settings import read
from bot.store.bell import Bell
from bot.store.database import Database
from bot.web.notewords import in_words, says_all
from bot.work.mirror import Mirror
from bot.work.posts import Scribe
from tests.fakes.telegram import TOKEN
from tests.support.group import GROUP
from tests.support.house import MONDAY
from tests.support.phrases import english
from tests.support.small_library import small_library


async def main(url: str, telegram: str, minutes: str, deadly: str = "") -> None:
    """Mirror until nothing is left."""

    def on_step(name: str) -> None:
        if name == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = read({"INFOPOINT_TELEGRAM_TOKEN": TOKEN, "INFOPOINT_TELEGRAM_API_URL": telegram})
    caller, raw = client.caller(settings, limited=False), client.RawApi(settings)
    library = small_library()
    scribe = Scribe(lambda: library, english(), in_words, says_all)
    now = MONDAY + timedelta(minutes=int(minutes))
    db = Database.open(url)
    topics = TelegramTopics(caller, raw, GROUP, client.bot_id(settings))
    mirror = Mirror(db, Bell(db), english(), topics, scribe, clock=lambda: now, on_step=on_step)
    while await mirror.step():
        pass
    await caller.request.shutdown()
    await raw.close()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
