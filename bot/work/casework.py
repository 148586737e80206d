"""What every action of staff on a case begins and ends with: one transaction, the conversation locked, whoever waits woken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.clock import now as clock_now
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.model.case import Case, CaseState
from bot.model.conversation import Conversation
from bot.model.message import Outgoing
from bot.model.staff import Action
from bot.store import audit, cases, conversations, readers, staff
from bot.store.bell import Bell
from bot.store.database import Database, Transaction
from bot.work.commit import Moved, put_out, ring


class Refusal(Exception):  # noqa: N818 - a word of the house
    """Staff asked for something that cannot be done now; nothing was written."""


class NoSuchCase(Refusal):
    """There is no such case, or the resident had everything deleted."""


class NotYours(Refusal):
    """Only who has claimed a case may answer, put back, hand on or close it."""


class NothingSaid(Refusal):
    """The reply or the note holds no text."""


class Unreachable(Refusal):
    """The resident blocked us; a reply would reach nobody."""


@dataclass(slots=True)
class OpenCase:
    """One action at work: the case and the conversation as they stand under the lock, and what is to be woken at the end."""

    tx: Transaction
    case: Case
    conversation: Conversation
    now: datetime
    sends: bool = False

    async def check_reader(self, name: str) -> None:
        """Raise `NoSuchCase` for who may not read the case as it stands under the lock, whatever their page had shown.

        For actions of who does not have the case; that somebody has an account at all is looked at by the doors.
        """
        member = await staff.find(self.tx, name)
        named = await readers.of_case(self.tx, self.case.id) if self.case.confidential else frozenset[str]()
        is_sealed = self.case.confidential and name not in named and not has(self.case, name)
        if is_sealed or (member is not None and not member.may_with(Action.READ, self.case, named)):
            raise NoSuchCase

    async def say(self, outgoing: Outgoing, by: str) -> None:
        """Say something to the resident: by staff of that name, or by the bot on what they did."""
        self.sends |= await put_out(self.tx, self.conversation, (outgoing,), self.now, staff=by)

    async def save(self, conversation: Conversation) -> None:
        """Write the conversation as it is from now on."""
        await conversations.save(self.tx, conversation, self.now)
        self.conversation = conversation

    async def log(self, by: str, action: str, **detail: str | float | bool | None) -> None:
        """Write down in the audit log what staff named ``by`` did to the case."""
        await audit.put(self.tx, by, action, self.case.code, self.now, **detail)


class Escort(Protocol):
    """What goes along with an action in its own transaction, for a door that is to be done with a message exactly once."""

    async def before(self, opened: OpenCase) -> None:
        """Act before the action does, the case being open; what is raised here undoes all."""

    async def after(self, opened: OpenCase) -> None:
        """Act when the action is done."""


class Casework:
    """Opens cases for the actions of staff."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        *,
        clock: Callable[[], datetime] = clock_now,
        escort: Escort | None = None,
    ) -> None:
        self.db = db
        self.bell = bell
        self.phrases = phrases
        self.clock = clock
        self._escort = escort

    def escorted(self, escort: Escort) -> Casework:
        """Return casework whose actions ``escort`` goes along with."""
        return Casework(self.db, self.bell, self.phrases, clock=self.clock, escort=escort)

    @asynccontextmanager
    async def at(self, case_id: str, version_seen: int | None = None, *, theirs: str | None = None) -> AsyncIterator[OpenCase]:
        """Open a transaction on a case, its conversation locked first as everywhere, so that nobody waits in a circle.

        Who must have the case (``theirs``, a name) and has lost it hears that, before they hear that something was said
        meanwhile (``version_seen`` is the conversation's version that their page showed). Raises `NoSuchCase`, `NotYours`
        and `bot.work.commit.Moved`.
        """
        async with self.db.write() as tx:
            case = await cases.get(tx, case_id)
            conversation = None if case is None else await conversations.lock(tx, case.conversation_id)
            if case is None or conversation is None:
                raise NoSuchCase
            # Once more, under the lock.
            opened = OpenCase(tx, await cases.get(tx, case_id) or case, conversation, self.clock())
            if theirs is not None and not has(opened.case, theirs):
                raise NotYours
            if version_seen is not None and conversation.version != version_seen + 1:
                raise Moved
            if self._escort is not None:
                await self._escort.before(opened)
            yield opened
            if self._escort is not None:
                await self._escort.after(opened)
        ring(self.bell, conversation.id, sends=opened.sends, case=True)


def has(case: Case, name: str) -> bool:
    """Tell whether the staff of that name has the case now."""
    return case.state is CaseState.CLAIMED and case.claimed_by == name


def said(text: str) -> str:
    """Return what somebody typed, tidied. Raises `NothingSaid` when that leaves nothing."""
    tidied = clean(text)
    if not tidied:
        raise NothingSaid
    return tidied
