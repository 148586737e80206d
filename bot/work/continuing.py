"""Going on with a case by its code: what a code that a resident gave stands for, looked up before it is thought about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue.codes import code_in
from bot.model.case import Case, CaseState
from bot.model.codes import CASE_CODE, CodeStatus, GivenCode
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind, Outgoing
from bot.store import cases, codes, readers, staff
from bot.store.database import Database, Transaction

#: How long after it was closed a case can still be gone on with.
LATELY = timedelta(days=30)

#: After so many wrong codes within `WINDOW` no code is looked up in a conversation, or in none at all. A new conversation costs
#: nothing, so the second number is what counts: of 413 million codes (see `bot.clock.new_code`) at most 5,760 can be tried in a
#: day, and with a thousand cases that can be gone on with, one is hit in about 72 days of trying without a pause. Who hits one
#: learns nothing of it: staff see a new case, and that it is not certain who writes.
MOST_WRONG, MOST_WRONG_OF_ALL = 5, 60
WINDOW = timedelta(minutes=15)

_EVERYBODY = "code:*"


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
    if len(await staff.failed_at(tx, _EVERYBODY, since)) >= MOST_WRONG_OF_ALL:
        return GivenCode(code, CodeStatus.THROTTLED)
    case = await codes.to_go_on_with(tx, code, now - LATELY)
    if case is None:
        return GivenCode(code, CodeStatus.UNKNOWN)
    if case.conversation_id == conversation.id and case.state is not CaseState.CLOSED:
        return GivenCode(code, CodeStatus.HERE)
    return GivenCode(code, CodeStatus.FOUND, case.id, case.point, case.topic)


async def count_wrong(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Count a wrong code; in the transaction that writes the turn, so that a turn which is repeated counts once."""
    await staff.note_failure(tx, _subject(conversation), now)
    await staff.note_failure(tx, _EVERYBODY, now)


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
