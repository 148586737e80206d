"""An application behind a real server, in a thread of its own, that can be cut off and brought back at the same port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bot.serving import listen

#: Opens what an application needs, within the server's own event loop, and closes it in the end.
Open = Callable[[], AbstractAsyncContextManager[ASGIApp]]


class EndsAtOnce(uvicorn.Server):
    """A server that waits for nobody: it ends as soon as `leave` is called, and cuts every connection."""

    def __init__(self, app: ASGIApp, listener: socket.socket, **config: Any) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", **config))
        self._listener = listener
        self._told = asyncio.Event()

    async def listens(self, ready: threading.Event) -> None:
        """Serve until `leave`; ``ready`` is set when it listens."""
        self._ready = ready
        await self.serve([self._listener])

    def leave(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the server, which runs in ``loop``, end; from any thread."""
        self.should_exit = True
        loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Wait to be told, instead of asking ten times a second whether one was."""
        await self.on_tick(0)
        self._ready.set()
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End as a crash would."""
        for server in self.servers:
            await close(server)
        for listener in sockets or []:
            listener.close()
        await _cut(self)

    async def clear(self) -> None:
        """End everything else in this event loop, also connections that were still agreeing on their encryption."""
        await _end(asyncio.all_tasks() - {asyncio.current_task()})
        await _cut(self)


async def close(server: asyncio.Server) -> None:
    """Close ``server`` when each connection that it has accepted stands: one that comes to a closed server is lost, open."""
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener)
    for _ in range(3):  # a task for each connection, its transport, its protocol
        await asyncio.sleep(0)
    server.close()


async def _cut(server: uvicorn.Server) -> None:
    """End every open connection of ``server`` and what it still has at work, before what they stand on is closed.

    A connection that outlives its event loop is collected at some later time, and blamed on the test that runs then. They go
    first: work that is cancelled while somebody listens would end with an answer, that of an error.
    """
    for connection in list(server.server_state.connections):
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()
    while server.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event for the last of them
        await asyncio.sleep(0)
    await _end(server.server_state.tasks)


async def _end(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel ``tasks`` until they have ended: before Python 3.12 `asyncio.wait_for` can lose being cancelled."""
    while left := [task for task in tasks if task is not None and not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.2)


class Serving:
    """A server on a free port of this machine; ``config`` is uvicorn's, such as the files of a certificate."""

    def __init__(self, opening: Open, **config: Any) -> None:
        self._open = opening
        self._config = config
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """At which port."""
        return self._port

    def start(self) -> None:
        """Serve; the second time at the same port."""
        listener = listen("127.0.0.1", self._port)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listener, ready), daemon=True)
        self._thread.start()
        assert ready.wait(20), "the server did not start"

    def stop(self) -> None:
        """End it as a crash would: open connections are cut. One that has ended already is left alone."""
        if not self._thread.is_alive():
            return
        self._server.leave(self._loop)
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"

    def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            async with self._open() as app:
                self._server = EndsAtOnce(app, listener, **self._config)
                await self._server.listens(ready)
            await self._server.clear()

        asyncio.run(serve())
