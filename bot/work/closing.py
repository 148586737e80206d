"""Closing a case with what came of it, and opening it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.dialogue import ending, handoff
from bot.language.masking import masked
from bot.language.text import MAX_CHARACTERS
from bot.model.case import Case, Event, Outcome
from bot.model.library import Library
from bot.model.message import Author, Kind
from bot.store import cases, conversations, endings, entries, suggestions, turns
from bot.store.entries import Entry
from bot.store.suggestions import Suggested
from bot.store.turns import Understood
from bot.threads import in_thread
from bot.work.casework import Casework, NotYours, Refusal
from bot.work.guarding import unguarded

#: How many of the last lines are searched for the question and the answer.
_LOOKED_AT = 300


class OtherCaseOpen(Refusal):
    """The resident has another case that is open: work goes on there."""

    def __init__(self, other: Case) -> None:
        super().__init__()
        self.other = other


class NotClosed(Refusal):
    """Somebody has opened the case again already."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What staff say of a case that they close. ``unknown``: the assistant should have known this, which editors read."""

    outcome: Outcome = Outcome.ANSWERED
    topic: str | None = None
    unknown: bool = False


ANSWERED = Ending()


class Closing:
    """Closes cases and opens them again. ``library`` gives the live library each time it is asked."""

    def __init__(self, casework: Casework, library: Callable[[], Library]) -> None:
        self._casework = casework
        self._library = library

    async def close(self, case_id: str, staff: str, version_seen: int | None = None, how: Ending = ANSWERED) -> Case:
        """Close a case of ``staff``; the bot answers again and, where that is fitting, asks once whether it helped.

        ``version_seen`` is the version of the conversation that the page showed: what was said meanwhile wants an answer.
        A topic that the library does not know is left out, and of a confidential case nothing goes to the editors.
        Raises `NotYours`, `bot.work.commit.Moved` or `NoSuchCase`.
        """
        topic = how.topic if how.topic in self._library().topics else None
        # Before the transaction: masking a long text takes a while, in which nobody else could write.
        suggested = await self._suggested(case_id) if how.unknown else None
        async with self._casework.at(case_id, version_seen, theirs=staff) as opened:
            case = await endings.close(opened.tx, case_id, staff, opened.now, how.outcome, topic)
            if case is None:
                raise NotYours
            if suggested is not None and not case.confidential:
                known = replace(suggested, topic=case.topic, point=case.point)
                await suggestions.put(opened.tx, known, staff, opened.now, conversation_id=opened.conversation.id)
            await entries.put_note(opened.tx, opened.conversation.id, how.outcome, opened.now, kind=Event.CLOSED, staff=staff)
            after, line = ending.given_back(opened.conversation, case, self._casework.phrases)
            await opened.save(after)
            await opened.say(line, staff)
            await opened.log(staff, "close", outcome=how.outcome)
        return case

    async def _suggested(self, case_id: str) -> Suggested | None:
        """Return for the editors what was asked and answered, in words from which persons cannot be told."""
        async with self._casework.db.read() as tx:
            case = await cases.get(tx, case_id)
            if case is None:
                return None
            conversation = await conversations.get(tx, case.conversation_id)
            part = await unguarded(tx, conversation.id)
            said = [line for line in await entries.latest(tx, conversation.id, limit=_LOOKED_AT) if part.shows(line.at)]
            understood = await turns.of_conversation(tx, conversation.id)
        asked = question(said, understood, case)
        if asked is None:
            return None  # nothing but buttons and greetings: nobody could learn from that
        answers = [entry.text for entry in said if entry.author is Author.STAFF and entry.text and entry.at >= case.opened_at]
        answer = answers[-1] if answers else ""
        return Suggested(
            question=(await in_thread(partial(masked, asked.text)))[:MAX_CHARACTERS],
            answer=(await in_thread(partial(masked, answer)))[:MAX_CHARACTERS],
            country=conversation.country,
            language=asked.language or conversation.language,
        )

    async def reopen(self, case_id: str, staff: str) -> Case:
        """Open a closed case again for ``staff``; the bot falls silent and the resident is told.

        Raises `OtherCaseOpen`, `NotClosed` or `NoSuchCase`.
        """
        async with self._casework.at(case_id) as opened:
            await opened.check_reader(staff)
            other = await cases.of_conversation(opened.tx, opened.conversation.id)
            if other is not None and other.id != case_id:
                raise OtherCaseOpen(other)
            case = await endings.reopen(opened.tx, case_id, staff, opened.now)
            if case is None:
                raise NotClosed
            await entries.put_note(opened.tx, opened.conversation.id, staff, opened.now, kind=Event.REOPENED, staff=staff)
            after, line = handoff.claimed(opened.conversation, self._casework.phrases)
            await opened.save(after)
            await opened.say(line, staff)
            await opened.log(staff, "reopen")
        return case


def question(said: Iterable[Entry], understood: Mapping[int, Understood], case: Case) -> Entry | None:
    """Return what the resident asked that a case was opened for: their last words before that which were no mere act.

    When they had said nothing of the kind, the first that they wrote afterwards; None when they never wrote any.
    """
    theirs = [entry for entry in said if entry.author is Author.RESIDENT and entry.text and not _is_act(entry, understood)]
    before = (entry for entry in reversed(theirs) if entry.at <= case.opened_at)
    return next(before, next(iter(theirs), None))


def _is_act(entry: Entry, understood: Mapping[int, Understood]) -> bool:
    if entry.kind in (Kind.PRESS, Kind.COMMAND):
        return True
    return entry.turn is not None and entry.turn in understood and understood[entry.turn].is_act
