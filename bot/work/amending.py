"""Changing and taking back what staff have said last, while they have the case."""

from __future__ import annotations

from bot.channels.contract import PULLED
from bot.language.text import clean
from bot.store import amendments, group_topics
from bot.store.amendments import Change
from bot.store.entries import Entry
from bot.work.casework import Casework, NothingSaid, OpenCase, Refusal, Unreachable


class TooLate(Refusal):
    """It is not what they said last any more, or it was taken back already."""


class Elsewhere(Refusal):
    """It was changed meanwhile, in another window of theirs."""


class Amending:
    """Changes messages that are out. ``staff`` is always a name.

    ``entry`` is the sequence of the message, ``changed`` its `bot.store.entries.Entry.changed` as the page showed it. Both raise
    `TooLate`, `Elsewhere`, `Unreachable`, and what `Casework.at` raises. That the resident has written since is no reason to
    refuse: they may have read it, and the page says so.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def edit(self, case_id: str, entry: int, changed: int | None, text: str, staff: str) -> None:
        """Give the last message of ``staff`` another text. Raises `NothingSaid` when that leaves nothing of it."""
        tidied = clean(text)
        async with self._casework.at(case_id, theirs=staff) as opened:
            line = await _last(opened, entry, changed, staff)
            if not tidied and line.file is None:
                raise NothingSaid
            if tidied == line.text:
                return
            if not await amendments.edit(opened.tx, line, tidied, opened.conversation.version, opened.now):
                raise Elsewhere
            await _send(opened, line, Change.EDIT, staff)

    async def withdraw(self, case_id: str, entry: int, changed: int | None, staff: str) -> None:
        """Take the last message of ``staff`` back, with its file."""
        async with self._casework.at(case_id, theirs=staff) as opened:
            line = await _last(opened, entry, changed, staff)
            if not await amendments.withdraw(opened.tx, line, opened.conversation.version, opened.now):
                raise Elsewhere
            await _send(opened, line, Change.WITHDRAW, staff)


async def _last(opened: OpenCase, entry: int, changed: int | None, staff: str) -> Entry:
    line = await amendments.last_of(opened.tx, opened.conversation.id, staff)
    if line is None or line.sequence != entry or line.withdrawn_at is not None:
        raise TooLate
    if line.changed != changed:
        raise Elsewhere
    if opened.conversation.stopped:
        raise Unreachable
    return line


async def _send(opened: OpenCase, line: Entry, change: Change, staff: str) -> None:
    if opened.conversation.channel not in PULLED:
        opened.sends |= await amendments.put(opened.tx, opened.conversation, line.sequence, change, opened.now)
    await group_topics.show_again(opened.tx, opened.case.id, line.sequence)
    await opened.log(staff, change, entry=line.sequence)
