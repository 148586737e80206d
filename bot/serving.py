"""What one process serves: the socket and the start of its web server, and the end of all that it does."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import Coroutine, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette

#: Seconds that open pages are given when the program ends.
FAREWELL = 1

#: Open connections of the web server, above which it says that it is not available, and the open files that leave room for them:
#: a process begins with 1,024 on most systems, and each open page holds one.
CONNECTIONS, FILES = 4000, 8192

#: Seconds that everything else is given to end. Work in a database that hangs does not end at all; it is left behind.
_PATIENCE = 1.0

T = TypeVar("T")


class CannotListenError(Exception):
    """The address of the web server is taken or not ours; the message says which."""


class _Server(uvicorn.Server):
    """Uvicorn without signal handlers of its own: `run` has them, for everything that runs."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Capture nothing."""
        return nullcontext()


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that the server listens on. Raises `CannotListenError`."""
    make_room()
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CannotListenError(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None
    # What is accepted here inherits it. The event loop sets it only where a socket names its protocol, which these do not;
    # without it the second part of every answer waits 40 ms for the acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_room() -> None:
    """Let this process have `FILES` open files, or as many as it may."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def serve(site: Starlette, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve ``site`` on ``listener`` until ``stop`` is set; open pages are then given a moment."""
    config = uvicorn.Config(
        site,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=FAREWELL,
        limit_concurrency=CONNECTIONS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    # Through handle_exit, because the open streams learn from it that they are to end.
    server.handle_exit(signal.SIGTERM, None)
    await serving


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what ``work`` returns; None, and soon, if ``stop`` is set before."""
    working = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if working.done():
        return working.result()
    await _cancel([working])
    return None


async def end(tasks: Sequence[asyncio.Task[Any]], web: asyncio.Task[Any] | None, stop: asyncio.Event) -> None:
    """Let the pages end, then cancel the rest and wait for it, though not for ever."""
    stop.set()
    if web is not None:
        await asyncio.wait([web], timeout=FAREWELL + 0.5)
    await _cancel(tasks)


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
        task.add_done_callback(_heed)
    await asyncio.wait(tasks, timeout=_PATIENCE)


def _heed(task: asyncio.Task[Any]) -> None:
    """Look at what a task raised that was told to end, so that it is not reported as unseen."""
    if not task.cancelled():
        task.exception()
