"""Doing one thing in the staff's group, and noting that it was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.topics import GENERAL, Topics
from bot.language.phrases import Phrases
from bot.model.case import Case, CaseState
from bot.model.library import LANGUAGES
from bot.model.message import Author
from bot.store import cases, entries, group_topics
from bot.store.database import Database, Transaction
from bot.store.group_topics import Line, Standing, Topic
from bot.work.commit import OnStep
from bot.work.guarding import unguarded
from bot.work.jobs import Do, Job
from bot.work.posts import Scribe, labels

#: So many lines from before it began stand in a new topic; a longer conversation is read at the desk.
BEFORE = 20

#: So many lines are read for one message; what does not fit goes in the next.
_READ = 60


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a message: a line of the transcript (``entry``), one to be said (``line``), or who has the case.

    A line that is not to be shown has no ``text``.
    """

    text: str
    entry: int = 0
    line: int = 0
    resident: bool = False


class Poster:
    """Does what `bot.work.jobs` names. Raises `TopicFailure` and `StoreError`; what was noted is done."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        topics: Topics,
        scribe: Scribe,
        spend: Callable[[], datetime],
        on_step: OnStep,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._topics = topics
        self._scribe = scribe
        self._spend = spend
        self._on_step = on_step

    async def do(self, job: Job) -> None:
        """Do one thing."""
        standing = job.standing
        if standing is None:
            await self._say(job.lines)
        elif standing.topic is None:
            await self._begin(standing, _case(standing))
        elif job.do is Do.DELETE:
            await self._delete(standing, standing.topic)
        elif job.do is Do.POST:
            await self._post(standing, _case(standing), standing.topic, job.lines)
        elif job.do is Do.RENAME:
            await self._rename(standing, _case(standing), standing.topic)
        else:
            await self._turn(standing.topic, closed=job.do is Do.CLOSE)

    async def _begin(self, standing: Standing, case: Case) -> None:
        """Make the topic of a case, with what was said lately to be posted there."""
        name = self._scribe.name(standing, case)
        now = self._spend()
        thread = await self._topics.begin(name, urgent=case.urgent)
        self._on_step("mirror: begun")
        async with self._db.write() as tx:
            latest = await entries.latest(tx, case.conversation_id, notes=True, limit=BEFORE)
            before = latest[0].sequence - 1 if latest else 0
            # What belonged to a confidential case of the same resident is not brought here by a later one.
            before = max(before, await group_topics.guarded_until(tx, case.conversation_id))
            await group_topics.put(tx, Topic(case.id, thread, before, name))
            await group_topics.put_line(tx, thread, self._scribe.heading(standing, case), now)

    async def _post(self, standing: Standing, case: Case, topic: Topic, lines: Sequence[Line]) -> None:
        """Post as much of what is due as goes in one message, or one long line in several."""
        async with self._db.read() as tx:
            still = await cases.get(tx, case.id)
            pieces = await self._pieces(tx, standing, case, topic, lines)
        if still is None or still.confidential or not pieces:
            return  # forgotten, or not to be seen any more since it was looked at
        taken, parts = self._fitting(pieces)
        resident = any(piece.resident for piece in taken)
        message = 0
        for part in parts:
            self._spend()
            message = await self._topics.post(topic.thread, part, quiet=not resident and not any(piece.line for piece in taken))
        self._on_step("mirror: posted")
        mirrored = max(piece.entry for piece in taken)
        told = any(not piece.entry and not piece.line for piece in taken)
        async with self._db.write() as tx:
            await group_topics.showed(
                tx, topic.thread, mirrored, message if resident else None, case.claimed_by if told else topic.holder
            )
            await group_topics.drop_lines(tx, [piece.line for piece in taken if piece.line])
        self._on_step("mirror: noted")

    async def _pieces(self, tx: Transaction, standing: Standing, case: Case, topic: Topic, lines: Sequence[Line]) -> list[_Piece]:
        """Return what is due, in order: what the program says, who has the case, what was said."""
        pieces = [_Piece(line.text, line=line.sequence) for line in lines]
        if case.state is not CaseState.CLOSED and topic.holder != case.claimed_by:
            pieces.append(_Piece(self._scribe.holder(standing, case, topic.holder)))
        said = await entries.since(tx, case.conversation_id, topic.mirrored, notes=True, limit=_READ)
        # A case that was opened again does not bring here what was said in a confidential one meanwhile.
        part = await unguarded(tx, case.conversation_id)
        known = labels(await entries.latest(tx, case.conversation_id, limit=_READ)) if said else {}
        for entry in said:
            if entry.sequence <= standing.newest:
                shown = part.shows(entry.at)
                text = self._scribe.line(entry, standing, case, known) if shown else ""
                pieces.append(_Piece(text, entry=entry.sequence, resident=shown and entry.author is Author.RESIDENT))
        return pieces

    def _fitting(self, pieces: Sequence[_Piece]) -> tuple[Sequence[_Piece], list[str]]:
        """Return the first pieces that go in one message, with that; else the first piece, cut into several.

        What is not to be shown has no text: it goes along, or by itself in no message.
        """
        taken, parts = pieces[:1], self._topics.parts(pieces[0].text) if pieces[0].text else []
        for count in range(2, len(pieces) + 1):
            texts = [piece.text for piece in pieces[:count] if piece.text]
            together = self._topics.parts("\n\n".join(texts)) if texts else []
            if len(together) > 1:
                break
            taken, parts = pieces[:count], together
        return taken, parts

    async def _say(self, lines: Sequence[Line]) -> None:
        """Say what is to be said outside the topics that are followed."""
        taken, parts = self._fitting([_Piece(line.text, line=line.sequence) for line in lines])
        for part in parts:
            self._spend()
            await self._topics.post(lines[0].thread, part, quiet=True)
        self._on_step("mirror: posted")
        async with self._db.write() as tx:
            await group_topics.drop_lines(tx, [piece.line for piece in taken])

    async def _delete(self, standing: Standing, topic: Topic) -> None:
        """Delete the topic of a case that must not be seen here, and say so, unless the resident had it all deleted."""
        now = self._spend()
        await self._topics.delete(topic.thread)
        self._on_step("mirror: deleted")
        async with self._db.write() as tx:
            await group_topics.drop(tx, topic.thread)
            if standing.case is not None:
                say = self._phrases.into(self._scribe.language(standing.case, standing.language or LANGUAGES[0]))
                text = self._scribe.taken_out(standing.case.code, say)
                await group_topics.put_line(tx, GENERAL, text, now)

    async def _rename(self, standing: Standing, case: Case, topic: Topic) -> None:
        name = self._scribe.name(standing, case)
        self._spend()
        await self._topics.rename(topic.thread, name)
        async with self._db.write() as tx:
            await group_topics.headed(tx, topic.thread, name)

    async def _turn(self, topic: Topic, *, closed: bool) -> None:
        self._spend()
        await (self._topics.close if closed else self._topics.reopen)(topic.thread)
        self._on_step("mirror: turned")
        async with self._db.write() as tx:
            await group_topics.shut(tx, topic.thread, closed=closed)


def _case(standing: Standing) -> Case:
    """Return the case of a standing whose job needs one."""
    if standing.case is None:
        raise ValueError("a forgotten case has nothing to be done but to be deleted")
    return standing.case
