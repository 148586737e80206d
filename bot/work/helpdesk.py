"""What staff do to a case: take it, put it back, answer, note, close. Each is one transaction through the one door out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.clock import now as clock_now
from bot.dialogue import handoff
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.model.case import Case, CaseState
from bot.model.conversation import Conversation, Holder
from bot.store import cases, conversations, entries
from bot.store.bell import Bell
from bot.store.database import Database, Transaction
from bot.work.commit import Moved, put_out, ring


class Refusal(Exception):  # noqa: N818 - a word of the house
    """Staff asked for something that cannot be done now; nothing was written."""


class NoSuchCase(Refusal):
    """There is no such case, or the resident had everything deleted."""


class AlreadyClaimed(Refusal):
    """Somebody was faster. ``by`` is their name, None when the case is closed."""

    def __init__(self, by: str | None) -> None:
        super().__init__()
        self.by = by


class PutBack(Refusal):
    """Nobody has the case, so there is nobody to take it over from."""


class NotYours(Refusal):
    """Only who has claimed a case may answer, put back or close it."""


class NothingSaid(Refusal):
    """The reply or the note holds no text."""


class Unreachable(Refusal):
    """The resident blocked us; a reply would reach nobody."""


@dataclass(slots=True)
class _Desk:
    """One action at work: the case and the conversation as they stand, and what is to be woken at the end."""

    tx: Transaction
    case: Case
    conversation: Conversation
    now: datetime
    sends: bool = False


class Helpdesk:
    """The actions of staff. ``staff`` is always a name; ``phrases`` word what residents are told about a change of hands."""

    def __init__(self, db: Database, bell: Bell, phrases: Phrases, *, clock: Callable[[], datetime] = clock_now) -> None:
        self._db = db
        self._bell = bell
        self._phrases = phrases
        self._clock = clock

    async def claim(self, case_id: str, staff: str) -> Case:
        """Take a waiting case; the bot falls silent and the resident is told. Raises `AlreadyClaimed` or `NoSuchCase`."""
        async with self._at(case_id) as desk:
            case = await cases.claim(desk.tx, case_id, staff, desk.now)
            if case is None:
                raise AlreadyClaimed(desk.case.claimed_by if desk.case.state is CaseState.CLAIMED else None)
            after, line = handoff.claimed(desk.conversation, self._phrases)
            await conversations.save(desk.tx, after, desk.now)
            desk.sends = await put_out(desk.tx, after, (line,), desk.now, staff=staff)
        return case

    async def release(self, case_id: str, staff: str) -> Case:
        """Put a case back into the line; the bot answers meanwhile. Raises `NotYours` or `NoSuchCase`."""
        async with self._at(case_id) as desk:
            case = await cases.release(desk.tx, case_id, staff)
            if case is None:
                raise NotYours
            await _wait_in_line(desk.tx, desk.conversation, desk.now)
        return case

    async def take_over(self, case_id: str, holder: str, staff: str) -> Case:
        """Take a case from ``holder``, whom the page named; a note tells so, the resident goes on writing to staff.

        Raises `AlreadyClaimed` when somebody else has it by now or it is closed, `PutBack` when it waits, or `NoSuchCase`.
        """
        async with self._at(case_id) as desk:
            if _is_theirs(desk.case, staff):
                return desk.case  # the same form sent twice
            case = await cases.take_over(desk.tx, case_id, holder, staff, desk.now)
            if case is None and desk.case.state is CaseState.WAITING:
                raise PutBack
            if case is None:
                raise AlreadyClaimed(desk.case.claimed_by if desk.case.state is CaseState.CLAIMED else None)
            await entries.put_note(desk.tx, desk.conversation.id, holder, desk.now, kind=entries.TAKEN_OVER, staff=staff)
        return case

    async def reply(self, case_id: str, version_seen: int, text: str, staff: str) -> None:
        """Answer the resident.

        ``version_seen`` is the version of the conversation that the page showed. Raises `Moved` when it has changed since:
        the text stays with whoever typed it. Raises `NotYours`, `NothingSaid`, `Unreachable` or `NoSuchCase`.
        """
        said = _said(text)
        async with self._at(case_id, version_seen, theirs=staff) as desk:
            if desk.conversation.stopped:
                raise Unreachable
            outgoing = handoff.staff_reply(desk.conversation, said)
            await conversations.save(desk.tx, desk.conversation, desk.now)
            desk.sends = await put_out(desk.tx, desk.conversation, (outgoing,), desk.now, staff=staff)
            await cases.staff_spoke(desk.tx, case_id)

    async def note(self, case_id: str, text: str, staff: str) -> None:
        """Write a line that only staff see; any of them may, on a closed case too. Raises `NothingSaid` or `NoSuchCase`."""
        said = _said(text)
        async with self._at(case_id) as desk:
            await entries.put_note(desk.tx, desk.conversation.id, said, desk.now, staff=staff)

    async def close(self, case_id: str, staff: str, version_seen: int | None = None) -> Case:
        """Close a case; the bot answers again and the resident is told.

        ``version_seen`` as in `reply`, where it matters. Raises `NotYours`, `Moved` or `NoSuchCase`.
        """
        async with self._at(case_id, version_seen, theirs=staff) as desk:
            case = await cases.close(desk.tx, case_id, staff, desk.now)
            if case is None:
                raise NotYours
            after, line = handoff.given_back(desk.conversation, self._phrases)
            await conversations.save(desk.tx, after, desk.now)
            desk.sends = await put_out(desk.tx, after, (line,), desk.now, staff=staff)
        return case

    @asynccontextmanager
    async def _at(self, case_id: str, version_seen: int | None = None, *, theirs: str | None = None) -> AsyncIterator[_Desk]:
        """Open a transaction on a case, its conversation locked first as everywhere, so that nobody waits in a circle.

        Who must have the case (``theirs``) and has lost it hears that, before they hear that something was said meanwhile.
        """
        async with self._db.write() as tx:
            case = await cases.get(tx, case_id)
            conversation = None if case is None else await conversations.lock(tx, case.conversation_id)
            if case is None or conversation is None:
                raise NoSuchCase
            # Once more, under the lock.
            desk = _Desk(tx, await cases.get(tx, case_id) or case, conversation, self._clock())
            if theirs is not None and not _is_theirs(desk.case, theirs):
                raise NotYours
            if version_seen is not None and conversation.version != version_seen + 1:
                raise Moved
            yield desk
        ring(self._bell, conversation.id, sends=desk.sends, case=True)


async def put_back_all(tx: Transaction, staff: str, now: datetime) -> int:
    """Put all cases of ``staff``, who is shut out, back into the line, each with a note; return how many.

    It is for the transaction that shuts them out: no case stays with somebody who can no longer answer.
    """
    count = 0
    for case in await cases.of_staff(tx, staff):
        conversation = await conversations.lock(tx, case.conversation_id)
        if conversation is not None and await cases.release(tx, case.id, staff) is not None:
            await _wait_in_line(tx, conversation, now)
            await entries.put_note(tx, conversation.id, staff, now, kind=entries.PUT_BACK)
            count += 1
    return count


async def _wait_in_line(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    await conversations.save(tx, conversation.held_by(Holder.BOT).put_in_line(), now)


def _is_theirs(case: Case, staff: str) -> bool:
    return case.state is CaseState.CLAIMED and case.claimed_by == staff


def _said(text: str) -> str:
    said = clean(text)
    if not said:
        raise NothingSaid
    return said
