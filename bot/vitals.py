"""Which process this is, so that another one on the same machine can tell whether it is still alive.

What a process holds in the database carries its name. After it was killed, whoever starts in its place need not wait until that
runs out, if it can be sure: process numbers mean something only within one boot of one machine and one space of process numbers
(a container has its own), and a number that was given anew belongs to a process that began at another time. Where any of this
cannot be told, a process counts as alive.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_NAMED = re.compile(r"(?P<space>[0-9a-f]{16})\.(?P<number>[1-9][0-9]{0,9})\.(?P<began>[0-9]{1,20})\.[0-9a-f]{12}")

#: What the system shows of a process that has ended and whose parent has not asked yet how.
_ENDED = frozenset({"Z", "X"})


def new_owner() -> str:
    """Return a new name for something in this process that holds a lease. No two are alike."""
    chance = secrets.token_hex(6)
    space, number = _space(), os.getpid()
    stands = _stands(number)
    if space is None or stands is None:
        return chance
    return f"{space}.{number}.{stands[1]}.{chance}"


def is_dead(owner: str) -> bool:
    """Tell whether the process that gave itself the name ``owner`` has surely ended."""
    named = _NAMED.fullmatch(owner)
    if named is None or named["space"] != _space():
        return False
    number = int(named["number"])
    try:
        os.kill(number, 0)  # asks only; it is answered for processes of other users, too, where their files are hidden
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    stands = _stands(number)
    return stands is not None and (stands[0] in _ENDED or stands[1] != named["began"])


@cache
def _space() -> str | None:
    """Return a name for the space in which process numbers mean something: a hash, since nobody need know the machine by it."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        numbers = (_PROC / "self/ns/pid").readlink()
        here = (_PROC / "self").readlink().name
    except (OSError, ValueError):
        return None
    if here != str(os.getpid()):
        return None  # what is shown there are processes of another space, where our numbers mean somebody else
    told = f"{boot}\n{numbers}\n{socket.gethostname()}"
    return hashlib.sha256(told.encode()).hexdigest()[:16] if boot else None


def _stands(number: int) -> tuple[str, str] | None:
    """Return a process's state, and when it began in ticks of the machine's clock; None where that cannot be read."""
    try:
        # Its own name stands in parentheses and may hold anything, hence what comes after the last one.
        told = (_PROC / str(number) / "stat").read_bytes().rpartition(b")")[2].split()
        return told[0].decode("ascii"), told[19].decode("ascii")
    except (OSError, IndexError, ValueError):
        return None
