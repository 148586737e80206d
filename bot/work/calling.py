"""Calling residents back: what came of each try, noted in the transcript."""

from __future__ import annotations

from bot.model.contact import CallBack
from bot.store import callbacks, entries
from bot.work.casework import Casework, OpenCase, Refusal


class CallDone(Refusal):
    """The resident was reached meanwhile, or asked to be called elsewhere, or a colleague laid the wish aside."""


class Calling:
    """The actions of staff on wishes to be called back. ``staff`` is always a name; who has the case acts on them."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def tried(self, case_id: str, call_id: str, staff: str, *, reached: bool) -> None:
        """Note a try to reach the resident; reached, the wish is done. Raises `CallDone`, `NotYours` or `NoSuchCase`."""
        async with self._casework.at(case_id, theirs=staff) as opened:
            found = await callbacks.tried(opened.tx, call_id, case_id, staff, opened.now, reached=reached)
            kind = entries.CALL_REACHED if reached else entries.CALL_MISSED
            await _note(opened, found, staff, kind)

    async def give_up(self, case_id: str, call_id: str, staff: str) -> None:
        """Lay the wish aside after any number of tries. Raises as `tried`."""
        async with self._casework.at(case_id, theirs=staff) as opened:
            found = await callbacks.give_up(opened.tx, call_id, case_id, opened.now)
            await _note(opened, found, staff, entries.CALL_GIVEN_UP)


async def _note(opened: OpenCase, found: CallBack | None, staff: str, kind: str) -> None:
    if found is None:
        raise CallDone
    await entries.put_note(opened.tx, opened.conversation.id, found.contact.value, opened.now, kind=kind, staff=staff)
    await opened.log(staff, kind)
