"""Tells staff outside the desk, by e-mail and Telegram: of waiting cases, step by step, and of times without anybody on duty.

Any number of processes may do it: that somebody is to be told is a row under a unique key, and one process takes it to be sent.
What was taken and not finished when that process died is sent again: told twice is better than not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

import structlog

from bot.channels.contract import SendFailure
from bot.clock import now as clock_now
from bot.language.hours import local
from bot.language.phrases import Phrases
from bot.model.library import Library
from bot.model.staff import Action, Member, Role
from bot.store import cases, readers, sessions, staff, told
from bot.store.bell import Bell
from bot.store.database import Database, StoreError, Transaction
from bot.store.told import Open, State, Telling
from bot.work import notices, rota
from bot.work.commit import OnStep, no_step
from bot.work.escalation import EMAIL, Patience, Watch, means_of, tellings, waits
from bot.work.post import Means, Notice
from bot.work.uncovered import outlook, readable_shifts

#: Seconds between two looks, and the pause after each; the bell is what makes it fast for a crisis.
_LOOK, _PAUSE = 10.0, 1.0

#: How often it is looked for times without anybody on duty, and the hours of the day in which somebody is written to of them.
_LOOK_AHEAD = timedelta(minutes=10)
_BY_DAY = range(7, 20)

#: Messages that are sent at the same time.
WIDTH = 32

#: So many attempts are made, the second half a minute after the first, each pause twice the one before: a quarter of an hour.
MOST_TRIES = 6
FIRST_PAUSE = timedelta(seconds=30)

#: What a message is about when it is about no case: times without anybody on duty at the info point that follows.
GAP = "gap/"

_log = structlog.get_logger("telling")


class Teller:
    """The loop of one process. ``url`` is the public address of this server, empty when it has none."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        library: Callable[[], Library],
        means: Mapping[str, Means],
        patience: Patience,
        *,
        url: str = "",
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
    ) -> None:
        self._db = db
        self._bell = bell
        self._phrases = phrases
        self._library = library
        self._means = means
        self._patience = patience
        self._url = url
        self._clock = clock
        self._on_step = on_step
        self._look_ahead_at = clock()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            seen = self._bell.count("case")
            try:
                await self.step()
            except StoreError as error:
                _log.warning("the database did not do its part; staff are told a little later", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
            await self._bell.wait("case", _LOOK, seen)

    async def step(self) -> int:
        """Write down whom to tell of what by now, send what is due, and return how many messages were tried."""
        now = self._clock()
        async with self._db.read() as tx:
            wanted = [*await self._of_cases(tx, now), *await self._of_gaps(tx, now)]
            before = await told.known(tx, {each.about for each in wanted})
            due = await told.due(tx, self._means, now, WIDTH)
        fresh = [each for each in wanted if each not in before]
        if not fresh and not due:
            return 0
        async with self._db.write() as tx:
            await told.put(tx, fresh, now)
            messages = [
                message
                for message in await told.due(tx, self._means, now, WIDTH)
                if await told.take(tx, message, now, now + FIRST_PAUSE * 2**message.tries)
            ]
        self._on_step("telling: taken")
        outcomes = await asyncio.gather(*map(self._send, messages), return_exceptions=True)
        for message, outcome in zip(messages, outcomes, strict=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, StoreError):
                # What a way of telling did not foresee is temporary, and ends neither this loop nor the program.
                await self._failed(message, SendFailure(permanent=False, detail=type(outcome).__name__))
            elif outcome is not None:
                raise outcome
        return len(messages)

    async def _of_cases(self, tx: Transaction, now: datetime) -> list[Telling]:
        waiting = [each.case for each in await cases.line(tx) if waits(each.case)]
        if not waiting:
            return []
        oldest = min((case.waiting_since for case in waiting if case.waiting_since), default=now)
        watch = Watch(
            now,
            [member for member in await staff.everyone(tx) if member.disabled_at is None],
            await readable_shifts(tx, now),
            await rota.of_all(tx, self._library().points, oldest),  # with the closures since then, which do not count
            await sessions.present(tx, now),
            await readers.of_cases(tx, [case.id for case in waiting if case.confidential]),
            self._means,
            self._patience,
        )
        return [telling for case in waiting for telling in tellings(case, watch)]

    async def _of_gaps(self, tx: Transaction, now: datetime) -> list[Telling]:
        """Return who is to be told that nobody will be on duty: once a day for what comes first at a point, by e-mail alone."""
        # A clock that was set back must not put the next look off by as much.
        if EMAIL not in self._means or self._look_ahead_at - _LOOK_AHEAD <= now < self._look_ahead_at:
            return []
        self._look_ahead_at = now + _LOOK_AHEAD
        ahead = await outlook(tx, self._library().points, now)
        if not ahead.gaps:
            return []
        keepers = [member for member in await staff.everyone(tx) if member.may(Action.KEEP_ROSTER) and means_of(member, {EMAIL})]
        found = []
        for point, gaps in ahead.gaps.items():
            here = local(now, self._library().points[point].country)
            if here.hour not in _BY_DAY:
                continue
            there = [member for member in keepers if member.serves(point)]
            theirs = [member for member in there if member.role is Role.COORDINATOR] or there
            # Named by its day: the ends of what is ahead move with the time until which it is looked ahead.
            on = local(gaps[0].begins, self._library().points[point].country)
            its_day = datetime.combine(on.date(), time(), on.tzinfo)
            found += [Telling(f"{GAP}{point}", its_day, f"{here:%Y-%m-%d}", each.name, EMAIL) for each in theirs]
        return found

    async def _send(self, message: Open) -> None:
        telling = message.telling
        async with self._db.read() as tx:
            member = await staff.find(tx, telling.staff)
            notice = None if member is None or member.disabled_at else await self._notice(tx, telling, member)
        address = getattr(member, telling.means, None)
        if notice is None or not address:
            await self._finish(telling, State.DROPPED)
            return
        try:
            await self._means[telling.means].tell(notice, address)
        except SendFailure as failure:
            await self._failed(message, failure)
            return
        self._on_step("telling: sent")
        await self._finish(telling, State.SENT)

    async def _failed(self, message: Open, failure: SendFailure) -> None:
        """Give up what cannot be sent, or was tried often; the rest stays to be tried again."""
        telling, tries = message.telling, message.tries + 1
        _log.warning("staff could not be told", means=telling.means, tries=tries, failure=failure.detail)
        if failure.permanent:
            await self._finish(telling, State.REFUSED)
        elif tries >= MOST_TRIES:
            await self._finish(telling, State.FAILED)

    async def _notice(self, tx: Transaction, telling: Telling, member: Member) -> Notice | None:
        """Return what is to be told as things are now; None when there is nothing to tell any more."""
        points = self._library().points
        if telling.case_id is None:
            point = points.get(telling.about.removeprefix(GAP))
            gaps = (await outlook(tx, points, self._clock())).gaps.get(telling.about.removeprefix(GAP), ())
            if point is None or not gaps:
                return None
            return notices.of_gaps(gaps, member, point, self._phrases, url=self._url)
        case = await cases.get(tx, telling.case_id)
        if case is None or not waits(case) or case.waiting_since != telling.since:
            return None
        named = await readers.of_case(tx, case.id) if case.confidential else frozenset[str]()
        if not member.may_with(Action.SEE, case, named):
            return None
        reads = member.may_with(Action.READ, case, named)
        point = points.get(case.point or "")
        return notices.of_case(case, telling.step, member, point, self._phrases, url=self._url, reads=reads)

    async def _finish(self, telling: Telling, state: State) -> None:
        async with self._db.write() as tx:
            await told.finish(tx, telling, state)
