"""An application behind a real server, in a thread of its own, that can be cut off and brought back at the same port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

#: Opens what an application needs, within the server's own event loop, and closes it in the end.
Open = Callable[[], AbstractAsyncContextManager[ASGIApp]]


class _Server(uvicorn.Server):
    """Tells when it listens."""

    ready: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def cut(server: uvicorn.Server) -> None:
    """End what ``server`` still has at work and every open connection, before what they stand on is closed.

    A connection that outlives its event loop is collected at some later time, and blamed on the test that runs then.
    """
    work = [task for task in server.server_state.tasks if task.cancel()]
    await asyncio.gather(*work, return_exceptions=True)
    for connection in list(server.server_state.connections):
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()
    while server.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event for the last of them
        await asyncio.sleep(0)


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
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listener, ready), daemon=True)
        self._thread.start()
        assert ready.wait(20), "the server did not start"

    def stop(self) -> None:
        """End it as a crash would: open connections are cut."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the server did not stop"

    def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        async def serve() -> None:
            async with self._open() as app:
                self._server = _Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", **self._config))
                self._server.ready = ready
                await self._server.serve([listener])
                await cut(self._server)

        asyncio.run(serve())
