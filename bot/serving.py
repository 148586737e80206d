"""The web server of one process: its socket, its start and its end."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from starlette.applications import Starlette

#: Seconds that open pages are given when the program ends.
FAREWELL = 1


class CannotListenError(Exception):
    """The address of the web server is taken or not ours; the message says which."""


class _Server(uvicorn.Server):
    """Uvicorn without signal handlers of its own: `run` has them, for everything that runs."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Capture nothing."""
        return nullcontext()


def listen(host: str, port: int) -> socket.socket:
    """Return the socket that the server listens on. Raises `CannotListenError`."""
    try:
        family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CannotListenError(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None


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
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    # Through handle_exit, because the open streams learn from it that they are to end.
    server.handle_exit(signal.SIGTERM, None)
    await serving
