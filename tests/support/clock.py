"""A clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: A Monday, 10.00 in Ljubljana.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """Tells the time that a test has set."""

    def __init__(self, time: datetime = NOW) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.time += timedelta(**span)
