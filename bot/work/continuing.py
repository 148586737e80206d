"""Going on with a case by its code: what a code that a resident gave stands for, looked up before it is thought about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue.codes import FORMER_LENGTH, code_in
from bot.model.case import Case, CaseState
from bot.model.codes import CASE_CODE, CodeStatus, GivenCode
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind, Outgoing
from bot.store import cases, codes, readers, staff
from bot.store.database import Database, Transaction

#: How long after it was closed a case can still be gone on with.
LATELY = timedelta(days=30)

#: After so many wrong codes within `WINDOW` no code is looked up in a conversation. A new conversation costs nothing, but what
#: one computer works on does: with a hundred guesses a second, day and night, which `/health` tells of, one of a thousand cases
#: that can be gone on with is hit in about two months, since there are 508 thousand million codes (see `bot.clock.new_code`). So
#: there is no limit for all together, by which one who guesses could lock out everybody. Who hits a case learns nothing of it:
#: staff see a new one, and that it is not certain who writes.
#:
#: Of the former codes, which are shorter, so many wrong ones of all conversations are borne, as long as cases still have such.
MOST_WRONG, MOST_WRONG_OF_FORMER = 5, 60
WINDOW = timedelta(minutes=15)

_FORMER = "code:*"


async def looked_up(db: Database, conversation: Conversation, incoming: Incoming, now: datetime) -> Incoming:
    """Return ``incoming`` with what was found for the case code that it is; as it was, when it is none."""
    code = code_in(incoming.text) if incoming.kind is Kind.TEXT else None
    if code is None:
        return incoming
    async with db.read() as tx:
        return replace(incoming, given=await _given(tx, conversation, code, now))


async def _given(tx: Transaction, conversation: Conversation, code: str, now: datetime) -> GivenCode:
    since = now - WINDOW
    if len(await staff.failed_at(tx, _subject(conversation), since)) >= MOST_WRONG:
        return GivenCode(code, CodeStatus.THROTTLED)
    if len(code) == FORMER_LENGTH and len(await staff.failed_at(tx, _FORMER, since)) >= MOST_WRONG_OF_FORMER:
        return GivenCode(code, CodeStatus.THROTTLED)
    case = await codes.to_go_on_with(tx, code, now - LATELY)
    if case is None:
        return GivenCode(code, CodeStatus.UNKNOWN)
    if case.conversation_id == conversation.id and case.state is not CaseState.CLOSED:
        return GivenCode(code, CodeStatus.HERE)
    return GivenCode(code, CodeStatus.FOUND, case.id, case.point, case.topic)


async def count_wrong(tx: Transaction, conversation: Conversation, given: GivenCode | None, now: datetime) -> None:
    """Count the wrong code that was ``given``; in the transaction of the turn, so that one which is repeated counts once."""
    await staff.note_failure(tx, _subject(conversation), now)
    if given is not None and len(given.code) == FORMER_LENGTH:
        await staff.note_failure(tx, _FORMER, now)


async def can_go_on(tx: Transaction, case_id: str | None) -> bool:
    """Tell whether the case that a turn goes on with, if it does, is still there; its resident may have deleted it meanwhile."""
    return case_id is None or await cases.get(tx, case_id) is not None


async def guard_alike(tx: Transaction, case: Case) -> None:
    """Make a case that goes on with a confidential one as confidential as that: to the same members, and to who has it."""
    former = None if case.continues is None else await cases.get(tx, case.continues)
    if former is not None and former.confidential and not case.confidential:
        names = await readers.of_case(tx, former.id)
        await readers.guard(tx, case.id, names | ({case.claimed_by} if case.claimed_by else set()))


def with_code(outgoings: tuple[Outgoing, ...], case: Case) -> tuple[Outgoing, ...]:
    """Put the code of the case that a turn opened where its sentences name it."""
    return tuple(replace(each, text=each.text.replace(CASE_CODE, case.code)) for each in outgoings)


def _subject(conversation: Conversation) -> str:
    return f"code:{conversation.id}"
