"""Keeping the records of cases, from which figures are made: brought up to date from the cases themselves, by any process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.clock import now as clock_now
from bot.language.hours import HoursError
from bot.language.schedule import open_for, state
from bot.model.schedule import DeskState, Schedule
from bot.store import case_records
from bot.store.bell import Bell
from bot.store.case_records import CaseRecord
from bot.store.database import Database, StoreError
from bot.threads import in_thread

#: Seconds after which it is looked although nothing rang, and the pause after each look.
_LOOK, _PAUSE = 60.0, 10.0
_AT_ONCE = 100

#: How often all cases are looked at that are kept, and how far back otherwise: what a resident says of a case that was closed
#: longer ago waits for that.
_ALL, _LATELY = timedelta(hours=1), timedelta(days=2)

_log = structlog.get_logger(__name__)


class Recording:
    """Keeps the records up to date. What it writes follows from the cases, so it may be done twice or be cut off anywhere."""

    def __init__(
        self, db: Database, bell: Bell, desk: Callable[[], DeskState], *, clock: Callable[[], datetime] = clock_now
    ) -> None:
        self._db, self._bell, self._desk, self._clock = db, bell, desk, clock
        self._looked_at_all: datetime | None = None

    async def run(self) -> None:
        """Record until cancelled."""
        while True:
            seen = self._bell.count("case")
            try:
                await self.record()
            except StoreError as error:
                _log.warning("cases cannot be recorded; trying again later", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
            await self._bell.wait("case", _LOOK, seen)

    async def record(self) -> int:
        """Bring the records up to date and return how many there were to write."""
        count, now = 0, self._clock()
        lately = self._looked_at_all is not None and abs(now - self._looked_at_all) < _ALL
        while True:
            async with self._db.read() as tx:
                found = await case_records.behind(tx, _AT_ONCE, now - _LATELY if lately else None)
            if not found:
                self._looked_at_all = self._looked_at_all if lately else now
                return count
            records = await in_thread(partial(_records, found, self._desk()))
            async with self._db.write() as tx:
                await case_records.put(tx, records)
            count += len(records)


def _records(found: list[tuple[CaseRecord, CaseRecord | None]], desk: DeskState) -> list[CaseRecord]:
    return [_with_times(now, before, desk) for now, before in found]


def _with_times(record: CaseRecord, before: CaseRecord | None, desk: DeskState) -> CaseRecord:
    """Return a record with how long residents waited while the info point was open, by the hours that are known now."""
    schedule = desk.schedules.get(record.point or "")
    if schedule is None or schedule.hours is None:
        return record
    try:
        return replace(
            record,
            open_then=state(schedule, record.opened_at).is_open if before is None else record.open_then,
            claim_open=_open_until(record, record.claimed_at, record.claim_open, schedule),
            answer_open=_open_until(record, record.answered_at, record.answer_open, schedule),
        )
    except HoursError:
        return record


def _open_until(record: CaseRecord, moment: datetime | None, known: int | None, schedule: Schedule) -> int | None:
    if moment is None or known is not None:
        return known
    return int(open_for(schedule, record.opened_at, moment).total_seconds())
