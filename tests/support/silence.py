"""A server that takes connections and never says a word, as one does whose machine is frozen."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent_server() -> Iterator[tuple[socket.socket, str]]:
    """Give the listening socket, and the URL of a PostgreSQL database behind it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener, f"postgresql://u:hunter2@127.0.0.1:{listener.getsockname()[1]}/n?sslmode=disable"
