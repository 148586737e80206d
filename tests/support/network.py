"""No test talks to another host."""

from __future__ import annotations

import sys
from typing import Any

_HERE = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}  # noqa: S104 - compared with, not bound to


class ForeignHost(BaseException):
    """A test tried to reach another host. No ``except Exception`` is to hide that."""


def refuse_foreign_hosts() -> None:
    """Have every attempt of this process to look up or reach another host fail. It cannot be taken back."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in _HERE:
        raise ForeignHost(f"a test tried to reach {host}")
