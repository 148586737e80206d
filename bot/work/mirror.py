"""The mirror: what happens in cases appears in the staff's group, a topic for each case. The web desk needs none of it.

It is at-least-once: what was posted when the process died is posted again. Telegram takes twenty messages a minute in a group
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this), so what is due for a topic goes in one
message, crises first; what must wait gathers and goes together later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels.topics import Fault, TopicFailure, Topics
from bot.clock import now as clock_now
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.store import group_topics, leases
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.vitals import new_owner
from bot.work.budget import Budget
from bot.work.commit import OnStep, no_step
from bot.work.groupwords import commands
from bot.work.jobs import Job, Jobs
from bot.work.posting import Poster
from bot.work.posts import Scribe

#: How long one process is the only one that writes to the group, unless it prolongs that. A call takes less.
LEASE = timedelta(seconds=30)

#: Messages in a minute: two less than Telegram takes; those are for a crisis, whose topic and first message they are.
MOST, KEPT, MINUTE = 20, 2, timedelta(minutes=1)

#: How often it is looked whether all can be done in the group, so that who looks after it hears before a case waits.
LOOK = timedelta(minutes=10)

#: The pause when something in the group must be put right by hand.
BARRED = timedelta(minutes=1)

#: How often a process that stands by looks whether it is wanted.
STAND_BY = timedelta(seconds=3)

#: The longest pause after failures.
LONGEST_PAUSE = timedelta(minutes=5)

#: By more than this a clock is not corrected, but set back.
SET_BACK = timedelta(seconds=5)

_LEASE = "mirror"

_log = structlog.get_logger(__name__)


class Mirror:
    """Follows all open cases. In any number of processes only one at a time does so."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        topics: Topics,
        scribe: Scribe,
        *,
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
    ) -> None:
        self._db = db
        self._bell = bell
        self._topics = topics
        self._clock = clock
        self._owner = new_owner()
        self._budget = Budget(MOST, KEPT, MINUTE)
        self._poster = Poster(db, phrases, topics, scribe, self._spend, on_step)
        self._jobs = Jobs(scribe)
        self._phase, self._detail = "starting", ""
        self._rest_until: datetime | None = None
        self._look_at: datetime | None = None
        self._seen_at: datetime | None = None
        self._failures = 0
        self._phrases = phrases
        self._to_introduce = [*LANGUAGES, ""]  # the last for whoever has an app in another language

    def told(self) -> Mapping[str, str]:
        """Return for /health: ``telegram_group`` (starting, mirroring, standing by, trouble) and why."""
        return {"telegram_group": self._phase, "telegram_group_trouble": self._detail}

    async def run(self) -> None:
        """Mirror until cancelled, then let another process do so."""
        try:
            while True:
                seen = self._bell.count("entry")
                try:
                    worked = await self.step()
                except StoreError as error:
                    _log.warning("the database did not do its part; trying again", error=str(error))
                    worked = False
                if not worked:
                    await self._bell.wait("entry", POLL, seen)
        finally:
            with suppress(StoreError):
                await self._stand_down()

    async def step(self) -> bool:
        """Do what is most urgent in the group, one thing, and tell whether there was any that could be done now."""
        now = self._clock()
        self._heed_clock(now)
        if self._rest_until is not None and now < self._rest_until:
            return False
        looks = self._look_at is None or now >= self._look_at
        job = None if looks else await self._next(now)
        if not looks and job is None:
            return False
        async with self._db.write() as tx:
            if not await leases.take(tx, _LEASE, self._owner, now, LEASE):
                self._now("standing by")
                self._rest_until = now + STAND_BY
                return False
        try:
            await self._do(job, now)
        except TopicFailure as failure:
            return await self._failed(failure, job, now)
        self._failures = 0
        self._now("mirroring")
        return True

    async def _do(self, job: Job | None, now: datetime) -> None:
        """Do one thing, or look whether all can be done. Raises `TopicFailure` and `StoreError`."""
        if job is None:
            await self._topics.look()
            self._look_at = now + LOOK
            await self._introduce()
            return
        # Gathered, as the letters of delivery are, so that no case stops those behind it.
        (outcome,) = await asyncio.gather(self._poster.do(job), return_exceptions=True)
        if isinstance(outcome, StoreError | TopicFailure):
            raise outcome
        if isinstance(outcome, Exception):
            raise TopicFailure(Fault.REFUSED, type(outcome).__name__)
        self._jobs.done(job, now)

    async def _introduce(self) -> None:
        """Have the commands shown to those who type a slash. Best effort, once: the group works without."""
        while self._to_introduce:
            language = self._to_introduce.pop()
            with suppress(TopicFailure):
                await self._topics.introduce(language, commands(self._phrases.into(language)))

    async def _next(self, now: datetime) -> Job | None:
        async with self._db.read() as tx:
            standings = await group_topics.standings(tx)
            lines = await group_topics.lines(tx)
        job = self._jobs.first(standings, lines, now)
        if job is None or self._budget.left(now, urgent=job.urgent) == 0:
            return None
        return job

    def _heed_clock(self, now: datetime) -> None:
        """Forget what is planned by a clock that was set back since: it would be waited for as much longer."""
        if self._seen_at is not None and now < self._seen_at - SET_BACK:
            self._rest_until, self._look_at = None, None
            self._budget.forget()
            self._jobs.forget()
        self._seen_at = now

    def _spend(self) -> datetime:
        now = self._clock()
        self._budget.spend(now)
        return now

    async def _failed(self, failure: TopicFailure, job: Job | None, now: datetime) -> bool:
        """Rest as long as the fault asks for; a topic that somebody deleted is forgotten, so that it is made anew."""
        if failure.fault is Fault.GONE and job is not None and job.thread is not None:
            _log.info("a topic is gone from the group; it is made anew where its case is open")
            async with self._db.write() as tx:
                await group_topics.drop(tx, job.thread)
            return True
        self._failures += 1
        pause = min(timedelta(seconds=2 ** min(self._failures, 10)), LONGEST_PAUSE)
        match failure.fault:
            case Fault.SLOW:
                self._rest_until = now + timedelta(seconds=failure.retry_after or 1)
                return False
            case Fault.BARRED:
                self._rest_until, self._look_at = now + BARRED, None
            case Fault.REFUSED if job is not None:
                self._jobs.put_off(job, now + pause)  # the other topics go on
            case _:
                self._rest_until = now + pause
        self._now("trouble", failure.detail)
        return failure.fault is Fault.REFUSED

    def _now(self, phase: str, detail: str = "") -> None:
        """Note how it is going; each change is one line in the log."""
        if (phase, detail) == (self._phase, self._detail):
            return
        self._phase, self._detail = phase, detail
        if phase == "trouble":
            _log.warning("cases cannot be shown in the staff's group now; the desk is not touched by that", detail=detail)
        else:
            _log.info("the staff's group", phase=phase)

    async def _stand_down(self) -> None:
        async with self._db.write() as tx:
            await leases.release(tx, _LEASE, self._owner)
