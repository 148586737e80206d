"""Making a case confidential: who has it names those who may read it, and nobody else does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.model.case import CaseState, Event
from bot.model.conversation import Asked
from bot.model.parts import Parts
from bot.model.staff import Action, Member
from bot.store import cases, conversations, entries, moves, readers, staff
from bot.store.database import Transaction
from bot.work.casework import Casework, NotYours, OpenCase, has
from bot.work.handing import NotThere


class Guarding:
    """Makes cases confidential and takes that back. It is for who has the case, and for those who may read it already."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def guard(self, case_id: str, by: str, names: Collection[str]) -> frozenset[str]:
        """Open a case to ``names`` alone, to ``by`` and to who has it; return them all.

        A question whether it may go to another country falls away: nobody there could read it. Raises `NotThere` for somebody
        without the right to read at the case's info point, `NotYours` or `NoSuchCase`.
        """
        async with self._casework.at(case_id) as opened:
            await _check(opened, by)
            able = {each.name for each in await possible_readers(opened.tx, opened.case.point)}
            holder = {opened.case.claimed_by} if opened.case.state is CaseState.CLAIMED else set()
            named = frozenset({by, *names, *(name for name in holder if name is not None)})
            if not set(names) <= able | {by} | holder:
                raise NotThere
            await readers.guard(opened.tx, case_id, named)
            await _let_go_of_offer(opened)
            told = ", ".join(sorted(named))
            await entries.put_note(opened.tx, opened.conversation.id, told, opened.now, kind=Event.GUARDED, staff=by)
            await opened.log(by, "guard", readers=told)
        return named

    async def open_up(self, case_id: str, by: str) -> None:
        """Let all at its info point read a case again. Raises `NotYours` or `NoSuchCase`."""
        async with self._casework.at(case_id) as opened:
            if not opened.case.confidential:
                return  # the same form sent twice
            await _check(opened, by)
            await readers.guard(opened.tx, case_id, ())
            await entries.put_note(opened.tx, opened.conversation.id, "", opened.now, kind=Event.UNGUARDED, staff=by)
            await opened.log(by, "open-up")


async def possible_readers(tx: Transaction, point: str | None) -> list[Member]:
    """Return who could be named to read a confidential case of an info point, by name."""
    return [each for each in await staff.everyone(tx) if each.may(Action.READ, point=point)]


async def unguarded(tx: Transaction, conversation_id: str) -> Parts:
    """Return what of a conversation belongs to no confidential case, for those who read none of these."""
    its = (await cases.of_conversations(tx, [conversation_id])).get(conversation_id, [])
    return Parts(its, frozenset(case.id for case in its if case.confidential))


async def keep_readable(tx: Transaction, by: str, now: datetime) -> None:
    """Open the confidential cases in the line that nobody named can read any more; ``by`` is who was the last one.

    They are opened to those who keep the roster of their info point, and where there is nobody to all who answer there.
    """
    members = await staff.everyone(tx)
    for case in await cases.guarded_in_line(tx):
        able = [each for each in members if each.may(Action.REPLY, point=case.point)]
        if {each.name for each in able} & await readers.of_case(tx, case.id):
            continue
        named = {each.name for each in able if each.may(Action.KEEP_ROSTER)} or {each.name for each in able}
        if not named or await conversations.lock(tx, case.conversation_id) is None:
            continue
        await readers.guard(tx, case.id, named)
        told = ", ".join(sorted(named))
        await entries.put_note(tx, case.conversation_id, told, now, kind=Event.GUARDED, staff=by)


async def _check(opened: OpenCase, by: str) -> None:
    if has(opened.case, by):
        return
    if not opened.case.confidential or by not in await readers.of_case(opened.tx, opened.case.id):
        raise NotYours


async def _let_go_of_offer(opened: OpenCase) -> None:
    if opened.case.offered_to is None:
        return
    await moves.withdraw_offer(opened.tx, opened.case.id)
    pending = opened.conversation.pending
    if pending is not None and pending.asked is Asked.CONSENT:
        await opened.save(replace(opened.conversation, pending=None))
