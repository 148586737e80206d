"""``infopoint`` without the pace of thirty messages a second that Telegram bears: ``python -m tests.bench.unpaced run``.

What paces stays in place and costs what it costs; it only never has to wait. No operator may have that: Telegram would refuse
what comes faster, and slow everything down.
"""

from __future__ import annotations

from functools import partial

from telegram.ext import AIORateLimiter

from bot.__main__ import main
from bot.channels.telegram import client

if __name__ == "__main__":
    vars(client)["AIORateLimiter"] = partial(AIORateLimiter, overall_max_rate=100_000)
    main()
