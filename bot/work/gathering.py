"""Gathering what residents ask: from the transcript of each conversation, with persons masked, into one row a question.

All that a row tells follows from what is committed: what was said, pressed and voted, and which cases were opened. So nothing
is counted along the way: whenever somebody did something, their conversation is read, and rows are made and changed until they
tell the same. That may be done twice, by many processes at once, and be cut off at any step: the next time sets it right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

import structlog

from bot.clock import now as clock_now
from bot.dialogue.handoff import point_serving
from bot.language.hours import HoursError
from bot.language.masking import masked
from bot.language.schedule import state
from bot.matching.embedder import Embedder
from bot.memory import Thrift
from bot.model.library import LANGUAGES, Library, Point
from bot.model.schedule import DeskState, Schedule
from bot.model.verdict import VerdictKind
from bot.store import heard, questions
from bot.store.bell import Bell
from bot.store.database import Database, StoreError
from bot.store.heard import Heard
from bot.store.questions import Question
from bot.store.retention import Periods
from bot.threads import in_thread
from bot.work.asked import Asked, asked_in
from bot.work.commit import OnStep, no_step
from bot.work.likening import Likening

#: Seconds after which it is looked although nothing rang, and the pause after each look.
_LOOK = 5.0
_PAUSE = 2.0
#: It rests so many times as long as it worked: while many write there is always something to do, and they need the processor.
_REST = 6
#: Turns that are looked through at a time, and conversations that are read at a time.
_TURNS, _CONVERSATIONS = 500, 10

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Work:
    """Rows to be made, and rows to be changed with whether their words are others now."""

    fresh: tuple[Question, ...]
    changed: tuple[tuple[Question, bool], ...]

    @property
    def conversations(self) -> frozenset[str]:
        """Whose rows they are."""
        theirs = (*self.fresh, *(each for each, _ in self.changed))
        return frozenset(each.conversation_id for each in theirs if each.conversation_id is not None)


class Gathering:
    """Keeps the questions up to date, and computes their vectors. Any number of processes may do it at once."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        library: Callable[[], Library],
        desk: Callable[[], DeskState],
        embedder: Callable[[], Embedder | None],
        *,
        periods: Periods | None = None,
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
    ) -> None:
        """Take the live library, what is known of the desk, and the encoder where there is one, each as it is when asked for."""
        self._db, self._bell = db, bell
        self._library, self._desk = library, desk
        self._likening = Likening(db, embedder)
        self._kept = (periods or Periods()).figures
        self._clock = clock
        self._on_step = on_step
        self._after = 0
        self._thrift = Thrift()

    async def run(self) -> None:
        """Gather until cancelled."""
        while True:
            seen = self._bell.count("entry")
            try:
                await self.gather(_REST)
                began = monotonic()
                is_done = await self._likening.go_on() == 0
                await asyncio.sleep(_REST * (monotonic() - began))
            except StoreError as error:
                _log.warning("questions cannot be gathered; trying again later", error=type(error).__name__)
                is_done = True
            await asyncio.sleep(_PAUSE)
            if is_done:
                await self._bell.wait("entry", _LOOK, seen)

    async def gather(self, rest: float = 0) -> int:
        """Bring the questions up to date, and return how many conversations were read for it.

        After each few conversations it rests ``rest`` times as long as these took.
        The first time everything is looked through, from then on what came since, and once more what may have been late.
        """
        async with self._db.read() as tx:
            settled = await heard.settled(tx, self._after, self._clock())
        seen: set[str] = set()
        after = self._after
        while True:
            async with self._db.read() as tx:
                theirs, last = await heard.conversations_after(tx, after, _TURNS)
            if last is None:
                break
            # What happens in one that was read already comes after what is settled by now: it is read again the next time.
            after, ordered = last, sorted(theirs - seen)
            for begin in range(0, len(ordered), _CONVERSATIONS):
                started = monotonic()
                await self._bring_up_to_date(ordered[begin : begin + _CONVERSATIONS])
                await asyncio.sleep(rest * (monotonic() - started))
            seen |= theirs
        self._after = max(self._after, settled)
        return len(seen)

    async def _bring_up_to_date(self, conversation_ids: Collection[str]) -> None:
        async with self._db.read() as tx:
            told = await heard.of_conversations(tx, conversation_ids, self._clock() - self._kept)
            kept = await questions.of_conversations(tx, conversation_ids)
        library, desk = self._library(), self._desk()
        known = {each.turn: each for theirs in kept.values() for each in theirs}
        work = await in_thread(lambda: _work(told, known, library, desk), thrift=self._thrift)
        if not work.conversations:
            return
        self._on_step("gather: read")
        async with self._db.write() as tx:
            there = await questions.lock(tx, work.conversations)
            await questions.put(tx, [each for each in work.fresh if each.conversation_id in there])
            self._on_step("gather: put")
            for each, worded_anew in work.changed:
                await questions.change(tx, each, worded_anew=worded_anew)
            self._on_step("gather: before the end")
        self._on_step("gather: done")


def _work(told: list[Heard], known: dict[int, Question], library: Library, desk: DeskState) -> _Work:
    """Find out what of ``known`` is not, or not any more, as it was ``told``."""
    fresh: list[Question] = []
    changed: list[tuple[Question, bool]] = []
    for conversation in told:
        for asked in asked_in(conversation, library.topics):
            before = known.get(asked.turn)
            if before is None:
                fresh.append(_question(conversation, asked, library, desk))
                continue
            after = _later(before, asked)
            if after != before:
                changed.append((after, after.text != before.text))
    return _Work(tuple(fresh), tuple(changed))


def _question(conversation: Heard, asked: Asked, library: Library, desk: DeskState) -> Question:
    language = asked.language or conversation.language
    point = point_serving(library, language or LANGUAGES[0], conversation.country, conversation.place)
    return Question(
        turn=asked.turn,
        conversation_id=conversation.conversation_id,
        at=asked.at,
        channel=conversation.channel,
        language=language,
        country=conversation.country,
        place=conversation.place,
        point=None if point is None else point.id,
        kind=asked.decided.kind,
        topic=asked.decided.topic,
        situation=asked.decided.situation,
        crisis=asked.decided.crisis,
        text=_text(asked),
        open_then=None if point is None else _is_open(point, desk, asked.at),
        helpful=asked.helpful,
        to_person=asked.to_person,
    )


def _is_open(point: Point, desk: DeskState, at: datetime) -> bool | None:
    schedule = desk.schedules.get(point.id) or Schedule(point.country, point.hours)
    try:
        return None if schedule.hours is None else state(schedule, at).is_open
    except HoursError:
        return None


def _later(before: Question, asked: Asked) -> Question:
    """Return a row as it is to be by now; where and in which language it was asked stays as it was then."""
    is_same = not asked.reworded and before.text is not None and asked.decided.kind is not VerdictKind.CRISIS
    return replace(
        before,
        kind=asked.decided.kind,
        topic=asked.decided.topic,
        situation=asked.decided.situation,
        crisis=asked.decided.crisis,
        text=before.text if is_same else _text(asked),
        helpful=asked.helpful,
        to_person=asked.to_person,
    )


def _text(asked: Asked) -> str | None:
    """Return the words without what tells who asks. What is said in a crisis is not kept."""
    return masked(asked.words) if asked.words and asked.decided.kind is not VerdictKind.CRISIS else None
