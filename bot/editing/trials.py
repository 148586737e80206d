"""Trials: what would change if a draft were published, found out before it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot import clock
from bot.editing.drafting import Drafting, Work
from bot.editing.outcomes import Change, Found
from bot.editing.problems import Problem
from bot.model.staff import Member
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.trials import State

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
    def golden_lost(self) -> tuple[Change, ...]:
        """The golden questions that were decided rightly and would not be any more."""
        return () if self.found is None else self.found.lost


class Trials:
    """Asks for trials and tells what they found. One for a process; what they are made by is `bot.editing.trying.Trying`."""

    def __init__(self, db: Database, bell: Bell, drafting: Drafting, *, clock: Callable[[], datetime] = clock.now) -> None:
        self._db, self._bell, self._drafting, self._now = db, bell, drafting, clock

    async def of(self, work: Work) -> Trial | None:
        """Return the trial that was asked for last of the draft of ``work``; None where there is none."""
        raise NotImplementedError

    async def ask(self, work: Work, member: Member) -> Trial:
        """See to it that there is a trial of ``work`` as it is now, and return it.

        Done at once when decisions cannot differ; else a process of ours works on it (`of` tells how far it is). A trial of the
        same state that is under way or done is not begun again, one that failed is. Raises `HasErrors`, and
        `bot.editing.drafting.NoDraft` for a ``work`` without a draft.
        """
        raise NotImplementedError

    async def losses(self, work: Work) -> tuple[Change, ...] | None:
        """Return the golden questions that would be lost by publishing ``work`` exactly as it is, on the edition that it is on.

        None when this is not known yet: `ask`, and come back when it is done. Where decisions cannot differ it is known at once,
        without having been asked for. Raises `HasErrors`.
        """
        raise NotImplementedError
