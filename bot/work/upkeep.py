"""Looking after cases that nobody looks after: back into the line what stays unanswered, and to its end what fell silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import now as clock_now
from bot.dialogue import ending
from bot.language.hours import HoursError
from bot.language.phrases import Phrases
from bot.language.schedule import open_for
from bot.model.case import Case, Event, Outcome
from bot.model.schedule import NOTHING_KNOWN, DeskState
from bot.store import conversations, endings, entries, moves
from bot.store.bell import Bell
from bot.store.database import Database, StoreError
from bot.work.commit import put_out, ring
from bot.work.helpdesk import wait_in_line

_log = structlog.get_logger(__name__)


def nothing_known() -> DeskState:
    """Return a state of the desk without any hours."""
    return NOTHING_KNOWN


class Upkeep:
    """Looks every ``pause``. Any number of processes may do it at once: each case is decided by compare-and-set.

    ``unanswered`` is how long a resident may wait for who has their case, in the opening time of its info point where its hours
    are known (``desk``) and the case is no crisis; ``silent`` how long after the last word of staff a case stays open.
    """

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        *,
        unanswered: timedelta,
        silent: timedelta,
        desk: Callable[[], DeskState] = nothing_known,
        pause: timedelta = timedelta(minutes=1),
        clock: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._bell = bell
        self._phrases = phrases
        self._unanswered = unanswered
        self._silent = silent
        self._desk = desk
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
            silent = await endings.silent(tx, now - self._silent)
        late = [case for case in unanswered if self._waited(case, now) >= self._unanswered]
        back = [await self._put_back(case, now) for case in late]
        closed = [await self._close(case, now) for case in silent]
        return sum(back), sum(closed)

    def _waited(self, case: Case, now: datetime) -> timedelta:
        """Return how long who has a case has let it wait. What they put off waits from then on."""
        since = max(each for each in (case.waiting_since, case.claimed_at, case.later_until) if each is not None)
        schedule = self._desk().schedules.get(case.point or "")
        if case.urgent or schedule is None or schedule.hours is None:
            return now - since
        try:
            return open_for(schedule, since, now)
        except HoursError:
            return now - since

    async def _put_back(self, case: Case, now: datetime) -> bool:
        async with self._db.write() as tx:
            conversation = await conversations.lock(tx, case.conversation_id)
            if conversation is None or await moves.put_back(tx, case) is None:
                return False
            await wait_in_line(tx, conversation, now)
            await entries.put_note(tx, conversation.id, case.claimed_by or "", now, kind=Event.UNANSWERED)
        ring(self._bell, case.conversation_id, sends=False, case=True)
        return True

    async def _close(self, case: Case, now: datetime) -> bool:
        async with self._db.write() as tx:
            conversation = await conversations.lock(tx, case.conversation_id)
            closed = None if conversation is None else await endings.close_silent(tx, case, now)
            if conversation is None or closed is None:
                return False
            await entries.put_note(tx, conversation.id, Outcome.SILENT, now, kind=Event.CLOSED)
            after, line = ending.given_back(conversation, closed, self._phrases)
            await conversations.save(tx, after, now)
            sends = await put_out(tx, after, (line,), now)
        ring(self._bell, case.conversation_id, sends=sends, case=True)
        return True
