"""The proof that housekeeping is done: when it last came through, and what stands in the tables that should be gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import now as clock_now
from bot.store import chores, retention
from bot.store.database import Transaction
from bot.store.retention import Periods
from bot.work import clocks
from bot.work.housekeeping import PAUSE

#: How long what is over may still stand there, how long it goes without housekeeping, and for how long a look holds.
_GRACE, _PAUSES, _FRESH = timedelta(hours=1), 3, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Proven:
    """What was found at a moment.

    ``last`` is when housekeeping last came through, ``overdue`` what should be gone for an hour (counted up to a thousand of
    each kind), ``failed`` the kinds that it could not delete the last time. Until ``waits_until`` it deletes nothing, because the
    clock is doubted.
    """

    at: datetime
    last: datetime | None
    late: bool
    overdue: Mapping[str, int]
    failed: tuple[str, ...]
    waits_until: datetime | None

    def as_json(self) -> Mapping[str, object]:
        """Return what ``/health`` tells."""
        last, waits = (None if each is None else each.isoformat(timespec="seconds") for each in (self.last, self.waits_until))
        return {"last": last, "late": self.late, "overdue": dict(self.overdue), "waits_until": waits}

    def troubles(self) -> list[str]:
        """Return what is amiss, a line each."""
        counted = ", ".join(f"{kind} {count}" for kind, count in sorted(self.overdue.items()))
        told = {
            "housekeeping deletes nothing: the clock has gone far ahead": self.waits_until is not None,
            "housekeeping is late": self.late,
            f"housekeeping failed: {', '.join(self.failed)}": bool(self.failed),
            f"housekeeping has left what should be gone: {counted}": bool(self.overdue),
        }
        return [line for line, holds in told.items() if holds]


class Proof:
    """Asks the tables themselves, once a minute at most. ``pause`` is that of housekeeping."""

    def __init__(self, periods: Periods, *, pause: timedelta = PAUSE, clock: Callable[[], datetime] = clock_now) -> None:
        self._periods, self._pause, self._clock = periods, pause, clock
        self._since = clock()
        self._proven: Proven | None = None

    async def told(self, tx: Transaction) -> Proven:
        """Return what was found by now."""
        now = self._clock()
        if self._proven is None or not self._proven.at <= now < self._proven.at + _FRESH:
            self._proven = await self._look(tx, now)
        return self._proven

    async def _look(self, tx: Transaction, now: datetime) -> Proven:
        clock, done = await chores.clock(tx), await chores.get(tx, chores.HOUSEKEEPING)
        waits_until = None if clock is None else clocks.believed_at(clock)
        last = None if done is None else done.done_at
        late = waits_until is None and now - (last or self._since) > _PAUSES * self._pause
        overdue: dict[str, int] = {}
        for rule in retention.RULES if waits_until is None else ():
            if rule.applies(self._periods) and (count := await retention.count(tx, rule, now - _GRACE, self._periods)):
                overdue[rule.kind] = count
        failed = () if done is None else tuple(done.did.get("failed", ()))
        return Proven(now, last, late, overdue, failed, waits_until)
