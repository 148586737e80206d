"""What coordinators keep for an info point: its hours, its closures, the roster. Each change is one transaction, and logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import now as clock_now
from bot.model.schedule import Closure, Shift
from bot.store import audit, schedules, shifts
from bot.store.bell import Bell
from bot.store.database import Database, Transaction
from bot.store.schedules import KeptHours

#: Nobody closes for longer by a closure: the hours themselves are then others.
LONGEST = timedelta(days=366)


class ChangedMeanwhile(Exception):  # noqa: N818 - a word of the house
    """Somebody else has saved other hours, or another shift, since the page was shown. Nothing was written."""


class ImpossibleClosure(Exception):  # noqa: N818 - a word of the house
    """A closure that is over already, ends before it begins, or lasts longer than `LONGEST`."""


class Keeping:
    """The changes of hours and duty. ``staff`` is always a name."""

    def __init__(self, db: Database, bell: Bell, *, clock: Callable[[], datetime] = clock_now) -> None:
        self._db = db
        self._bell = bell
        self._clock = clock

    async def hours(self, point: str, hours: str | None, holidays: tuple[str, ...], staff: str, seen: datetime | None) -> None:
        """Write down the hours of a point and its local holidays; ``seen`` is when those were changed that the page showed.

        Raises `ChangedMeanwhile`.
        """
        now = self._clock()
        async with self._db.write() as tx:
            if not await schedules.keep(tx, KeptHours(point, hours, holidays, staff, now), seen):
                raise ChangedMeanwhile
            await audit.put(tx, staff, "hours", point, now, hours=hours, holidays=" ".join(holidays))
        self._ring()

    async def let_go(self, point: str, staff: str, seen: datetime) -> None:
        """Return a point to the hours of the library. Raises `ChangedMeanwhile`."""
        async with self._db.write() as tx:
            if not await schedules.let_go(tx, point, seen):
                raise ChangedMeanwhile
            await audit.put(tx, staff, "hours-of-library", point, self._clock())
        self._ring()

    async def close(self, point: str, closure: Closure, staff: str) -> None:
        """Close a point for a time. Raises `ImpossibleClosure`."""
        now = self._clock()
        if not max(now, closure.begins) < closure.ends <= closure.begins + LONGEST:
            raise ImpossibleClosure
        async with self._db.write() as tx:
            await schedules.close(tx, point, closure, staff)
            await _log(tx, staff, "close-point", point, now, closure)
        self._ring()

    async def reopen(self, point: str, closure_id: str, staff: str) -> None:
        """Delete a closure; one that is gone already is as good."""
        async with self._db.write() as tx:
            closure = await schedules.reopen(tx, point, closure_id)
            if closure is not None:
                await _log(tx, staff, "reopen-point", point, self._clock(), closure)
        self._ring()

    async def put_shift(self, shift: Shift, seen: Shift | None, whose: str, staff: str) -> None:
        """Write down a new shift, or the one that was ``seen`` anew; ``whose`` is the name. Raises `ChangedMeanwhile`."""
        async with self._db.write() as tx:
            if seen is None:
                await shifts.put(tx, shift)
            elif not await shifts.change(tx, shift, seen):
                raise ChangedMeanwhile
            points = " ".join(sorted(shift.points))
            await audit.put(tx, staff, "shift", whose, self._clock(), hours=shift.hours, points=points, deputy=shift.deputy)
        self._ring()

    async def remove_shift(self, shift_id: str, whose: str, staff: str) -> None:
        """Delete a shift; one that is gone already is as good."""
        async with self._db.write() as tx:
            if await shifts.remove(tx, shift_id):
                await audit.put(tx, staff, "shift-removed", whose, self._clock())
        self._ring()

    def _ring(self) -> None:
        self._bell.ring("case")


async def _log(tx: Transaction, staff: str, action: str, point: str, now: datetime, closure: Closure) -> None:
    begins, ends = (each.isoformat(timespec="minutes") for each in (closure.begins, closure.ends))
    await audit.put(tx, staff, action, point, now, begins=begins, ends=ends)
