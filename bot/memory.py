"""Memory given back to the machine: the C library would keep for this process whatever it ever needed for a moment."""

from __future__ import annotations

import ctypes
import sys
import time
from functools import cache

#: What glibc calls the number of its heaps, and the free bytes at a heap's end above which it gives them back (malloc.h).
_ARENA_MAX, _TRIM_THRESHOLD = -8, -1
#: With Python's own lock, threads hardly ever ask for memory at the same time: one heap does, and leaves fewer holes.
_ARENAS, _FREE = 1, 1 << 20
#: Seconds between two times that memory is given back after small work: what a thought leaves free, the next one takes again.
GIVEN_BACK_EVERY = 5.0


def be_frugal() -> None:
    """Keep one heap, and give back what is free at its end. To be called before threads are started; does nothing elsewhere."""
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, _ARENAS)
        library.mallopt(_TRIM_THRESHOLD, _FREE)


def give_back() -> None:
    """Give back what is free anywhere. It takes a few milliseconds, so it is for the end of work that took much memory."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


class Thrift:
    """Gives back after work that comes often and takes little, once in so many seconds at most."""

    def __init__(self, every: float = GIVEN_BACK_EVERY) -> None:
        self._every, self._last = every, float("-inf")

    def give_back(self) -> None:
        """Give back, if that was not done just now."""
        now = time.monotonic()
        if now >= self._last + self._every:
            self._last = now
            give_back()


@cache
def _glibc() -> ctypes.CDLL | None:
    """Return the C library where it is the GNU one."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
