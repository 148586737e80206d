"""What residents say to their case by a button, carried out in the transaction of the turn that took it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.model.case import Case, Event
from bot.model.conversation import Conversation
from bot.model.message import Outgoing
from bot.model.staff import Action
from bot.model.turn import Consent, Helped, Turn
from bot.store import cases, conversations, endings, entries, moves, readers, sessions, staff
from bot.store.database import Transaction


async def carry_out(
    tx: Transaction, conversation: Conversation, turn: Turn, now: datetime
) -> tuple[Conversation, tuple[Outgoing, ...]]:
    """Do what ``turn`` says of a case; return the conversation as it is then, and what the resident reads besides."""
    if turn.consent is not None:
        await _consent(tx, conversation, turn.consent, now)
    return (conversation, ()) if turn.helped is None else await _helped(tx, conversation, turn.helped, now)


async def _consent(tx: Transaction, conversation: Conversation, said: Consent, now: datetime) -> None:
    """Move the case to the info point that the resident agreed to, or note that it stays; staff read which."""
    case = await cases.get(tx, said.case_id)
    if case is None or case.conversation_id != conversation.id or case.offered_to is None:
        return
    if said.point is None:
        await moves.withdraw_offer(tx, case.id)
        await cases.resident_waits(tx, conversation.id, now)
        await entries.put_note(tx, conversation.id, case.offered_to, now, kind=Event.CONSENT_REFUSED)
    elif await moves.consented(tx, case.id, conversation.id, said.point, said.promised_at, now) is not None:
        await entries.put_note(tx, conversation.id, said.point, now, kind=Event.CONSENTED, staff=case.offered_by)
        if case.confidential:
            await _guard_there(tx, case, said.point, now)


async def _guard_there(tx: Transaction, case: Case, point: str, now: datetime) -> None:
    """Leave a confidential case to who was named to read it at ``point``; to all who answer there when they no longer do."""
    able = {each.name for each in await staff.everyone(tx) if each.may(Action.REPLY, point=point)}
    named = able & {case.offered_reader} or able
    if not named:
        return  # as it was: without a name it would be open to whoever comes
    await readers.guard(tx, case.id, named)
    told = ", ".join(sorted(named))
    await entries.put_note(tx, case.conversation_id, told, now, kind=Event.GUARDED, staff=case.offered_by)


async def _helped(
    tx: Transaction, conversation: Conversation, said: Helped, now: datetime
) -> tuple[Conversation, tuple[Outgoing, ...]]:
    """Note whether a case helped, and open it again if not: for who closed it when they are at the desk, else in the line.

    Return the conversation as it is then, and what the resident reads of that.
    """
    case = await endings.helped(tx, said.case_id, conversation.id, yes=said.helped)
    if case is None:
        return conversation, ()
    kind = Event.HELPED if said.helped else Event.NOT_HELPED
    await entries.put_note(tx, conversation.id, "", now, kind=kind)
    if not said.reopens or await cases.of_conversation(tx, conversation.id) is not None:
        return conversation, ()
    back_to = await _closer_at_the_desk(tx, case, now)
    await endings.reopen(tx, case.id, back_to, now, waiting_since=now, promised_at=said.promised_at)
    await entries.put_note(tx, conversation.id, back_to or "", now, kind=Event.REOPENED)
    if back_to is None or said.claimed is None:
        return conversation, ()
    held, line = said.claimed
    held = replace(held, version=conversation.version, stopped=conversation.stopped)
    await conversations.save(tx, held, now)
    return held, (line,)


async def _closer_at_the_desk(tx: Transaction, case: Case, now: datetime) -> str | None:
    """Return who closed the case, if they are there to take it up again and may."""
    if case.closed_by is None or case.closed_by not in await sessions.present(tx, now):
        return None
    member = await staff.find(tx, case.closed_by)
    return case.closed_by if member is not None and member.may(Action.REPLY, point=case.point) else None
