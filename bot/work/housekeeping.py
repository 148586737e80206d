"""Housekeeping: deletes what nobody needs any more, a little at a time, and writes down that it did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import now as clock_now
from bot.model.library import Library
from bot.settings import Settings
from bot.store import chores, leases, retention
from bot.store.chores import Chore
from bot.store.database import Database, StoreError, Unavailable
from bot.store.retention import Periods, Rule
from bot.vitals import new_owner
from bot.work import clocks, rewriting
from bot.work.unneeded import drop_vectors

#: Housekeeping is done so often.
PAUSE = timedelta(minutes=10)

#: How long one process has it to itself without deleting anything.
_LEASE, _NAME = timedelta(minutes=2), "housekeeping"

#: Rows at a time, and the seconds that they may take: residents who write wait so long at most.
_FEW, _MANY, _SECONDS = 5, 200, 0.03

_DAY = timedelta(days=1)

_log = structlog.get_logger(__name__)


def periods_of(settings: Settings) -> Periods:
    """Return what the operator has set."""
    conversations, figures = (timedelta(days=days) for days in (settings.keep_conversations, settings.keep_figures))
    return Periods(conversations, figures, mirrored=bool(settings.telegram_staff_group))


class Overtaken(Exception):  # noqa: N818 - a word of the house
    """Another process keeps house now."""


class Housekeeping:
    """Tidies at the start and then every ``pause``. Any number of processes may try; one at a time does it.

    With the live ``library`` it also drops the vectors that nothing in the knowledge needs, once a day.
    """

    def __init__(
        self,
        db: Database,
        periods: Periods | None = None,
        *,
        library: Callable[[], Library] | None = None,
        pause: timedelta = PAUSE,
        clock: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._periods = periods or Periods()
        self._library = library
        self._pause = pause
        self._clock = clock
        self._owner = new_owner()

    async def run(self) -> None:
        """Tidy until cancelled."""
        while True:
            try:
                await self.tidy()
            except StoreError as error:
                _log.warning("housekeeping did not come through; trying again later", error=str(error))
            await asyncio.sleep(self._pause.total_seconds())

    async def tidy(self) -> dict[str, int]:
        """Delete what is over and return how much of each; nothing while another process does it, or the clock is doubted."""
        now = self._clock()
        if not await self._begin(now):
            return {}
        gone: dict[str, int] = {}
        failed: list[str] = []
        try:
            for rule in self._rules():
                try:
                    gone[rule.kind] = await self._carry_out(rule, now)
                except Unavailable:
                    raise
                except StoreError as error:  # the others are carried out all the same
                    failed.append(rule.kind)
                    _log.warning("a rule of housekeeping failed", kind=rule.kind, error=str(error))
        except Overtaken:
            return gone
        await self._end(now, gone, failed)
        await self._drop_vectors(now)
        if not await rewriting.rewrite(self._db, now):
            await self._db.settle()
        return gone

    def _rules(self) -> list[Rule]:
        return [rule for rule in retention.RULES if rule.applies(self._periods)]

    async def _begin(self, now: datetime) -> bool:
        """Take the house over and tell whether it may be tidied."""
        async with self._db.write() as tx:
            if not await leases.take(tx, _NAME, self._owner, now, _LEASE):
                return False
            known = await chores.clock(tx) or await chores.first_clock(tx)
            clock = clocks.read(known, now)
            await chores.put_clock(tx, clock)
            if clock.doubted is None:
                before = await chores.get(tx, chores.HOUSEKEEPING)
                last, did = (None, {}) if before is None else (before.done_at, before.did)
                await chores.put(tx, chores.HOUSEKEEPING, Chore(now, last, did))
            else:
                await leases.release(tx, _NAME, self._owner)
        if clock.doubted is not None and (known is None or known.doubted != clock.doubted):
            _log.error(
                "the clock has gone far ahead; nothing is deleted until it has run evenly for a day", clock=now.isoformat()
            )
        return clock.doubted is None

    async def _carry_out(self, rule: Rule, now: datetime) -> int:
        """Delete what is over by one rule, in many short transactions, and return how much it was."""
        gone, at_a_time = 0, _FEW
        while True:
            async with self._db.read() as tx:
                keys = await retention.find(tx, rule, now, self._periods, at_a_time)
            if not keys:
                return gone
            async with self._db.write() as tx:
                began = time.monotonic()
                if not await leases.take(tx, _NAME, self._owner, self._clock(), _LEASE):
                    raise Overtaken
                done = await retention.carry_out(tx, rule, keys, now, self._periods)
            took = time.monotonic() - began
            gone += done
            if done == 0:
                return gone  # somebody is changing them just now
            at_a_time = max(1, min(_MANY, int(len(keys) * _SECONDS / max(took, 0.001)), 2 * at_a_time))
            await asyncio.sleep(took)  # half of the time belongs to the others

    async def _drop_vectors(self, now: datetime) -> None:
        if self._library is None:
            return
        async with self._db.read() as tx:
            last = await chores.get(tx, chores.VECTORS)
        if last is not None and last.began_at <= now < last.began_at + _DAY:
            return
        dropped = await drop_vectors(self._db, self._library())
        async with self._db.write() as tx:
            await chores.put(tx, chores.VECTORS, Chore(now, self._clock(), {"gone": dropped}))

    async def _end(self, now: datetime, gone: dict[str, int], failed: list[str]) -> None:
        did = {"gone": {kind: count for kind, count in gone.items() if count}, "failed": failed}
        if did["gone"]:
            _log.info("what was over is deleted", **did)
        async with self._db.write() as tx:
            await chores.put(tx, chores.HOUSEKEEPING, Chore(now, self._clock(), did))
            await leases.release(tx, _NAME, self._owner)
