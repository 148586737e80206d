from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from bot.threads import in_thread


async def test_what_the_work_returns_or_raises_comes_back() -> None:
    assert await in_thread(lambda: threading.current_thread() is not threading.main_thread())
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 / 0)


async def test_what_ends_after_nobody_waits_any_more_is_dropped() -> None:
    go_on = threading.Event()
    waiting = asyncio.create_task(in_thread(go_on.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    go_on.set()

    assert waiting.cancelled()
    assert await in_thread(lambda: True)


def test_a_program_ends_without_waiting_for_it() -> None:
    program = """
import asyncio, threading
from bot.threads import in_thread
async def main():
    waiting = asyncio.create_task(in_thread(threading.Event().wait))
    await asyncio.sleep(0)
    waiting.cancel()
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)

    assert (ended.returncode, ended.stderr) == (0, b"")
