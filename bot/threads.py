"""Long work in a thread that nobody has to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

from bot.memory import Thrift, give_back

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, thrift: Thrift | None = None) -> T:
    """Return what ``work`` returns, or raise what it raises.

    Its memory is given back after it, or where ``thrift`` finds it time for that: work that comes often passes one.

    Unlike `asyncio.to_thread`, whose threads the end of the program waits for, this one is left behind: Ctrl-C ends at once.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    context = copy_context()  # what the log is told of whoever asked for it

    def settle(value: T | None, error: BaseException | None) -> None:
        if result.done():  # whoever waited was cancelled
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type] # what work returned, which may be None

    def run() -> None:
        value, error = None, None
        try:
            value = context.run(work)
        except BaseException as raised:  # noqa: BLE001 - it is raised where it is waited for
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, value, error)
        # Long work mostly needs more memory than it leaves behind.
        give_back() if thrift is None else thrift.give_back()

    Thread(target=run, name="apart", daemon=True).start()
    return await result
