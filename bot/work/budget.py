"""How much may be asked of something that counts by the minute."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class Budget:
    """Calls in a rolling ``span``: ``most`` of them, of which the last ``kept`` are for what is urgent."""

    def __init__(self, most: int, kept: int, span: timedelta) -> None:
        self._most = most
        self._kept = kept
        self._span = span
        self._spent: deque[datetime] = deque()

    def left(self, now: datetime, *, urgent: bool) -> int:
        """Return how many calls may be made now."""
        while self._spent and self._spent[0] <= now - self._span:
            self._spent.popleft()
        return max(self._most - (0 if urgent else self._kept) - len(self._spent), 0)

    def spend(self, now: datetime) -> None:
        """Note a call."""
        self._spent.append(now)

    def forget(self) -> None:
        """Forget all calls."""
        self._spent.clear()
