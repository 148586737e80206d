"""Looking after cases that nobody looks after: back into the line what stays unanswered, and to its end what fell silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.clock import now as clock_now
from bot.dialogue import ending
from bot.language.phrases import Phrases
from bot.language.schedule import open_for
from bot.model.case import Case, Event, Outcome
from bot.model.library import Point
from bot.model.schedule import Schedule
from bot.model.staff import Action
from bot.store import cases, conversations, endings, entries, moves, staff
from bot.store.bell import Bell
from bot.store.database import Database, StoreError
from bot.work import rota
from bot.work.commit import put_out, ring
from bot.work.helpdesk import put_back_others, wait_in_line

_log = structlog.get_logger(__name__)


def nowhere() -> Mapping[str, Point]:
    """Return no info point at all."""
    return {}


class Upkeep:
    """Looks every ``pause``. Any number of processes may do it at once: each case is decided by compare-and-set.

    ``unanswered`` is how long a resident may wait for who has their case, in the opening time of its info point where its hours
    (one of ``points``) are known and the case is no crisis; ``silent`` how long after the last word of staff a case stays open.
    """

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        *,
        unanswered: timedelta,
        silent: timedelta,
        points: Callable[[], Mapping[str, Point]] = nowhere,
        pause: timedelta = timedelta(minutes=1),
        clock: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._bell = bell
        self._phrases = phrases
        self._unanswered = unanswered
        self._silent = silent
        self._points = points
        self._pause = pause
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.step()
            except StoreError as error:
                _log.warning("cases could not be looked after; trying again later", error=str(error))
            await asyncio.sleep(self._pause.total_seconds())

    async def step(self) -> tuple[int, int]:
        """Look once; return how many cases went back into the line and how many were closed."""
        now = self._clock()
        async with self._db.read() as tx:
            # Open time is never longer than time: nothing else can be late.
            unanswered = await moves.unanswered(tx, now - self._unanswered, now)
            # With the closures since the first of them began to wait, which may be over by now and do not count.
            schedules = await rota.of_all(tx, self._points(), min(map(_since, unanswered), default=now))
            silent = await endings.silent(tx, now - self._silent)
            members = {each.name: each for each in await staff.everyone(tx)}
            held = [(members[name], point) for name, point in await cases.holders(tx) if name in members]
            stuck = sorted({member.name for member, point in held if not member.may(Action.REPLY, point=point)})
        late = [case for case in unanswered if _waited(case, schedules, now) >= self._unanswered]
        back: list[int] = [await self._put_back(case, now) for case in late]
        back += [await self._put_back_all(name, now) for name in stuck]
        closed = [await self._close(case, now) for case in silent]
        return sum(back), sum(closed)

    async def _put_back(self, case: Case, now: datetime) -> bool:
        async with self._db.write() as tx:
            conversation = await conversations.lock(tx, case.conversation_id)
            if conversation is None or await moves.put_back(tx, case) is None:
                return False
            await wait_in_line(tx, conversation, now)
            await entries.put_note(tx, conversation.id, case.claimed_by or "", now, kind=Event.UNANSWERED)
        ring(self._bell, case.conversation_id, sends=False, case=True)
        return True

    async def _put_back_all(self, name: str, now: datetime) -> int:
        """Put back what somebody took in the same moment in which they were shut out, or their rights there were taken."""
        async with self._db.write() as tx:
            back = await put_back_others(tx, name, now)
        self._bell.ring("case")
        return back

    async def _close(self, case: Case, now: datetime) -> bool:
        async with self._db.write() as tx:
            conversation = await conversations.lock(tx, case.conversation_id)
            closed = None if conversation is None else await endings.close_silent(tx, case, now - self._silent, now)
            if conversation is None or closed is None:
                return False
            await entries.put_note(tx, conversation.id, Outcome.SILENT, now, kind=Event.CLOSED)
            after, line = ending.given_back(conversation, closed, self._phrases)
            await conversations.save(tx, after, now)
            sends = await put_out(tx, after, (line,), now)
        ring(self._bell, case.conversation_id, sends=sends, case=True)
        return True


def _since(case: Case) -> datetime:
    """Return since when who has a case lets it wait. What they put off waits from then on."""
    return max(each for each in (case.waiting_since, case.claimed_at, case.later_until) if each is not None)


def _waited(case: Case, schedules: Mapping[str, Schedule], now: datetime) -> timedelta:
    schedule = schedules.get(case.point or "")
    if case.urgent or schedule is None or schedule.hours is None:
        return now - _since(case)
    return open_for(schedule, _since(case), now)
