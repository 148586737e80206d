"""What is to be done in the staff's group next, from how cases and topics stand beside each other. Waits for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.model.case import CaseState
from bot.store.group_topics import Line, Standing
from bot.work.posts import Scribe

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Do(StrEnum):
    """One thing to be done. For one case the first that applies comes first."""

    DELETE = "delete"
    BEGIN = "begin"
    REOPEN = "reopen"
    POST = "post"
    CLOSE = "close"
    RENAME = "rename"
    LINE = "line"  # something is to be said outside the topics that are followed


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: about a case, or the ``lines`` to say in a thread."""

    do: Do
    standing: Standing | None = None
    lines: tuple[Line, ...] = ()

    @property
    def thread(self) -> str | None:
        """The thread that it is done in; None when there is none yet."""
        if self.standing is None:
            return self.lines[0].thread
        return None if self.standing.topic is None else self.standing.topic.thread

    @property
    def urgent(self) -> bool:
        """Tell whether it is about a crisis, or takes something away that must not be seen."""
        case = None if self.standing is None else self.standing.case
        return self.do is Do.DELETE or (case is not None and case.urgent)

    @property
    def key(self) -> str:
        """What it is about: the case, else the thread."""
        return self.lines[0].thread if self.standing is None else self.standing.case_id


class Jobs:
    """Puts what is to be done into an order: what must not be seen, crises, then the topics that were posted to longest ago."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._posted: dict[str, datetime] = {}
        self._put_off: dict[str, datetime] = {}

    def first(self, standings: Sequence[Standing], lines: Sequence[Line], now: datetime) -> Job | None:
        """Return what is to be done first, None when nothing is."""
        open_jobs = (job for job in self._all(standings, lines) if self._put_off.get(job.key, now) <= now)
        return min(open_jobs, key=self._rank, default=None)

    def done(self, job: Job, now: datetime) -> None:
        """Note that something was done."""
        self._put_off.pop(job.key, None)
        if job.do in (Do.POST, Do.LINE):
            self._posted[job.key] = now
        if job.do in (Do.CLOSE, Do.DELETE):
            self._posted.pop(job.key, None)

    def put_off(self, job: Job, until: datetime) -> None:
        """Leave what a job is about alone for a while."""
        self._put_off[job.key] = until

    def forget(self) -> None:
        """Forget what was put off and when anything was posted."""
        self._put_off.clear()
        self._posted.clear()

    def _rank(self, job: Job) -> tuple[bool, bool, datetime, datetime]:
        case = None if job.standing is None else job.standing.case
        opened_at = _LONG_AGO if case is None else case.opened_at
        return (job.do is not Do.DELETE, not job.urgent, self._posted.get(job.key, _LONG_AGO), opened_at)

    def _all(self, standings: Sequence[Standing], lines: Sequence[Line]) -> Iterable[Job]:
        threads = {standing.topic.thread for standing in standings if standing.topic is not None}
        for standing in standings:
            thread = None if standing.topic is None else standing.topic.thread
            theirs = tuple(line for line in lines if line.thread == thread)
            do = self._due(standing, theirs)
            if do is not None:
                yield Job(do, standing, theirs)
        for thread in dict.fromkeys(line.thread for line in lines):
            if thread not in threads:
                yield Job(Do.LINE, None, tuple(line for line in lines if line.thread == thread))

    def _due(self, standing: Standing, lines: Sequence[Line]) -> Do | None:
        case, topic = standing.case, standing.topic
        if topic is None:
            return Do.BEGIN
        if case is None or case.confidential:
            return Do.DELETE
        closed = case.state is CaseState.CLOSED
        if topic.closed and not closed:
            return Do.REOPEN
        if standing.newest > topic.mirrored or lines or (not closed and topic.holder != case.claimed_by):
            return Do.POST
        if closed and not topic.closed:
            return Do.CLOSE
        return Do.RENAME if self._scribe.name(standing, case) != topic.headed else None
