"""Trials: what would change if a draft were published, found out before it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot import clock
from bot.editing import comparing
from bot.editing.drafting import Drafting, NoDraft, Work
from bot.editing.outcomes import Change, Found
from bot.editing.problems import Problem
from bot.editing.trying import BELL
from bot.model.library import Library
from bot.model.staff import Member
from bot.store import trials
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.trials import State
from bot.threads import in_thread

__all__ = ["HasErrors", "State", "Trial", "Trials"]


class HasErrors(Exception):  # noqa: N818 - a word of the house
    """A draft with errors cannot be tried; ``problems`` are all of its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Trial:
    """What is known of what a draft would change.

    ``outdated`` tells that the draft, or the newest edition, is another one since; ``share`` is how much of ``stage`` is done,
    0 to 100; ``found`` is there once ``state`` is done.
    """

    draft_id: str
    state: State
    asked_by: str
    asked_at: datetime
    outdated: bool
    stage: str | None = None
    share: int | None = None
    ended_at: datetime | None = None
    found: Found | None = field(default=None, repr=False)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody is at it, or is to be."""
        return self.state in trials.OPEN and not self.outdated

    @property
    def golden_lost(self) -> tuple[Change, ...]:
        """The golden questions that were decided rightly and would not be any more."""
        return () if self.found is None else self.found.lost


class Trials:
    """Asks for trials and tells what they found. One for a process; what they are made by is `bot.editing.trying.Trying`."""

    def __init__(self, db: Database, bell: Bell, drafting: Drafting, *, clock: Callable[[], datetime] = clock.now) -> None:
        self._db, self._bell, self._drafting, self._now = db, bell, drafting, clock

    async def of(self, work: Work) -> Trial | None:
        """Return the trial that was asked for last of the draft of ``work``; None where there is none."""
        if work.draft is None:
            return None
        async with self._db.read() as tx:
            kept = await trials.get(tx, work.draft.id)
        if kept is None:
            return None
        return _told(kept, outdated=not await _is_of(kept, work))

    async def ask(self, work: Work, member: Member) -> Trial:
        """See to it that there is a trial of ``work`` as it is now, and return it.

        Done at once when decisions cannot differ; else a process of ours works on it (`of` tells how far it is). A trial of the
        same state that is under way or done is not begun again, one that failed is. Raises `HasErrors`, and
        `bot.editing.drafting.NoDraft` for a ``work`` without a draft.
        """
        if work.draft is None:
            raise NoDraft
        async with self._db.read() as tx:
            kept = await trials.get(tx, work.draft.id)
        if kept is not None and kept.state is not State.FAILED and await _is_of(kept, work):
            return _told(kept, outdated=False)
        at_once = await self._at_once(work)
        now = self._now()
        wanted = trials.Trial(
            work.draft.id,
            await in_thread(lambda: work.digest),
            work.live.number,
            State.ASKED if at_once is None else State.DONE,
            member.name,
            now,
            ended_at=None if at_once is None else now,
            result=None if at_once is None else at_once.as_json(),
        )
        async with self._db.write() as tx:
            await trials.put(tx, wanted)
        self._bell.ring(BELL)
        return _told(wanted, outdated=False)

    async def losses(self, work: Work) -> tuple[Change, ...] | None:
        """Return the golden questions that would be lost by publishing ``work`` exactly as it is, on the edition that it is on.

        None when this is not known yet: `ask`, and come back when it is done. Where decisions cannot differ it is known at once,
        without having been asked for. Raises `HasErrors`.
        """
        trial = await self.of(work)
        if trial is not None and trial.found is not None and not trial.outdated:
            return trial.found.lost
        at_once = await self._at_once(work)
        return None if at_once is None else at_once.lost

    async def _at_once(self, work: Work) -> Found | None:
        """Return what would change when decisions cannot differ, else None. Raises `HasErrors`."""
        reading = await self._drafting.read(work)
        if reading.library is None:
            raise HasErrors(reading.problems)
        return await in_thread(lambda: _without_asking(work.live.library, reading.library))


def _without_asking(live: Library, draft: Library | None) -> Found | None:
    return comparing.without_asking(live, draft) if draft is not None and comparing.same_decisions(live, draft) else None


async def _is_of(kept: trials.Trial, work: Work) -> bool:
    """Tell whether a trial is of just this state of the knowledge."""
    return kept.base == work.live.number and kept.digest == await in_thread(lambda: work.digest)


def _told(kept: trials.Trial, *, outdated: bool) -> Trial:
    found = None if kept.result is None or kept.state is not State.DONE else Found.from_json(kept.result)
    about = (kept.draft_id, kept.state, kept.asked_by, kept.asked_at, outdated)
    return Trial(*about, kept.stage, kept.share, kept.ended_at, found)
