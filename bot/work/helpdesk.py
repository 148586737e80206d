"""What staff do to a case: take it, put it back, answer, note. Each is one transaction through the one door out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.dialogue import handoff
from bot.model.case import Case, CaseState
from bot.model.conversation import Conversation
from bot.model.staff import Action
from bot.store import cases, conversations, entries, staff
from bot.store.database import Transaction
from bot.work.casework import Casework, NotYours, Refusal, Unreachable, has, said
from bot.work.guarding import keep_readable


class AlreadyClaimed(Refusal):
    """Somebody was faster. ``by`` is their name, None when the case is closed."""

    def __init__(self, by: str | None) -> None:
        super().__init__()
        self.by = by


class PutBack(Refusal):
    """Nobody has the case, so there is nobody to take it over from."""


class Helpdesk:
    """The actions of staff. ``staff`` is always a name."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def claim(self, case_id: str, staff: str) -> Case:
        """Take a waiting case; the bot falls silent and the resident is told. Raises `AlreadyClaimed` or `NoSuchCase`."""
        async with self._casework.at(case_id) as opened:
            await opened.check_reader(staff)
            case = await cases.claim(opened.tx, case_id, staff, opened.now)
            if case is None:
                raise AlreadyClaimed(_holder(opened.case))
            after, line = handoff.claimed(opened.conversation, self._casework.phrases)
            await opened.save(after)
            await opened.say(line, staff)
            await opened.log(staff, "claim")
        return case

    async def release(self, case_id: str, staff: str) -> Case:
        """Put a case back into the line; the bot answers meanwhile. Raises `NotYours` or `NoSuchCase`."""
        async with self._casework.at(case_id) as opened:
            case = await cases.release(opened.tx, case_id, staff)
            if case is None:
                raise NotYours
            await wait_in_line(opened.tx, opened.conversation, opened.now)
            await opened.log(staff, "release")
        return case

    async def take_over(self, case_id: str, holder: str, staff: str) -> Case:
        """Take a case from ``holder``, whom the page named; a note tells so, the resident goes on writing to staff.

        Raises `AlreadyClaimed` when somebody else has it by now or it is closed, `PutBack` when it waits, or `NoSuchCase`.
        """
        async with self._casework.at(case_id) as opened:
            if has(opened.case, staff):
                return opened.case  # the same form sent twice
            await opened.check_reader(staff)
            case = await cases.take_over(opened.tx, case_id, holder, staff, opened.now)
            if case is None and opened.case.state is CaseState.WAITING:
                raise PutBack
            if case is None:
                raise AlreadyClaimed(_holder(opened.case))
            kind = entries.TAKEN_OVER
            await entries.put_note(opened.tx, opened.conversation.id, holder, opened.now, kind=kind, staff=staff)
            await opened.log(staff, "take-over", holder=holder)
        return case

    async def reply(self, case_id: str, version_seen: int | None, text: str, staff: str) -> None:
        """Answer the resident.

        ``version_seen`` is the version of the conversation that the page showed, None where a door has other means to tell
        that nothing was overlooked. Raises `Moved` when it has changed since: the text stays with whoever typed it. Raises
        `NotYours`, `NothingSaid`, `Unreachable` or `NoSuchCase`.
        """
        tidied = said(text)
        async with self._casework.at(case_id, version_seen, theirs=staff) as opened:
            if opened.conversation.stopped:
                raise Unreachable
            await opened.save(opened.conversation)
            await opened.say(handoff.staff_reply(opened.conversation, tidied), staff)
            await cases.staff_spoke(opened.tx, case_id, opened.now)

    async def note(self, case_id: str, text: str, staff: str) -> None:
        """Write a line that only staff see; any of them may, on a closed case too. Raises `NothingSaid` or `NoSuchCase`."""
        tidied = said(text)
        async with self._casework.at(case_id) as opened:
            await opened.check_reader(staff)
            await entries.put_note(opened.tx, opened.conversation.id, tidied, opened.now, staff=staff)


async def put_back_all(tx: Transaction, staff: str, now: datetime, *, but: Collection[str | None] = ()) -> int:
    """Put all cases of ``staff``, whose rights are taken, back into the line, each with a note; return how many.

    It is for the transaction that takes them: no case stays with somebody who can no longer answer. Those of the info points
    ``but`` stay. A confidential case that nobody named can read any more is opened to those who look after its info point.
    """
    count = 0
    for case in await cases.of_staff(tx, staff):
        if case.point in but:
            continue
        conversation = await conversations.lock(tx, case.conversation_id)
        if conversation is not None and await cases.release(tx, case.id, staff) is not None:
            await wait_in_line(tx, conversation, now)
            await entries.put_note(tx, conversation.id, staff, now, kind=entries.PUT_BACK)
            count += 1
    await keep_readable(tx, staff, now)
    return count


async def put_back_others(tx: Transaction, name: str, now: datetime) -> int:
    """Put the cases back that the staff of this name has and may not answer any more; return how many. As `put_back_all`."""
    member = await staff.find(tx, name)
    if member is None:
        return 0
    points = {case.point for case in await cases.of_staff(tx, name)}
    return await put_back_all(tx, name, now, but={point for point in points if member.may(Action.REPLY, point=point)})


async def wait_in_line(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Give a conversation that the transaction locked back to the bot, its case waiting in the line."""
    await conversations.save(tx, conversation.put_back_in_line(), now)


def _holder(case: Case) -> str | None:
    return case.claimed_by if case.state is CaseState.CLAIMED else None
