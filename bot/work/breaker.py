"""Spares everybody the waiting for something that fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

#: So many failures in a row are enough, and it is then left alone for so many seconds.
FAILURES, PAUSE = 3, 15.0


class Breaker:
    """After failures in a row nothing is tried for a while, then one may try; a success makes it whole. Safe among threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the ``clock``, which tells seconds."""
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._closed_until = 0.0

    @property
    def broken(self) -> bool:
        """Whether the last attempts failed, so many that it is left alone now and then."""
        return self._failures >= FAILURES

    def may_try(self) -> bool:
        """Tell whether to try now. Of all who ask after a pause one is told so, and the others wait out the next."""
        with self._lock:
            if not self.broken:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + PAUSE
            return True

    def failed(self) -> bool:
        """Count a failure and tell whether it is the one that broke it."""
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + PAUSE
            return self._failures == FAILURES

    def succeeded(self) -> bool:
        """Forget the failures and tell whether it was broken."""
        with self._lock:
            was = self.broken
            self._failures = 0
            return was
