"""What staff do to a case from their group: the same actions as at the web desk, each exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations

from bot.channels.topics import Spoken
from bot.language.formats import moment
from bot.language.text import fold
from bot.model.case import Case
from bot.model.conversation import Conversation
from bot.model.library import COUNTRIES, LANGUAGES, Library
from bot.model.message import Author
from bot.model.staff import Action, Member
from bot.store import group_topics, inbox, link_codes, readers
from bot.store.database import Transaction
from bot.work.casework import Casework, OpenCase
from bot.work.closing import Closing, Ending
from bot.work.commit import Moved
from bot.work.groupwords import (
    AtTheDesk,
    ChangedHere,
    CodeInTheGroup,
    NoSuchCommand,
    NotAllowed,
    NotFromHere,
    TooLong,
    outcome,
    put_off,
)
from bot.work.helpdesk import Helpdesk
from bot.work.later import Later, NoMoment, offers

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

#: What each command takes. What is written without one is a reply.
RIGHTS = {
    "": Action.REPLY,
    "claim": Action.CLAIM,
    "note": Action.NOTE,
    "later": Action.REPLY,
    "release": Action.REPLY,
    "close": Action.REPLY,
}

#: What the resident may not have written past: a reply, and the end.
_ANSWERS = frozenset({"", "close"})
#: What stands in the topic already, as somebody typed it there.
_TYPED_HERE = frozenset({"", "note"})


class AlreadyDone(Exception):  # noqa: N818 - a word of the house
    """Another worker has done with this message."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a member, in the topic of a case."""

    sequence: int
    spoken: Spoken
    member: Member
    case: Case
    conversation: Conversation


class _Escort:
    """Goes along with an action: marks its message as done, and looks at the rights, all in the action's transaction."""

    def __init__(self, said: Said, line: str | None) -> None:
        self._said = said
        self._line = line
        self._before = 0

    async def before(self, opened: OpenCase) -> None:
        """Look whether it may be done. Raises `AlreadyDone`, `NotAllowed`, `AtTheDesk` and `bot.work.commit.Moved`."""
        said, tx, case = self._said, opened.tx, opened.case
        if not await inbox.finish(tx, said.sequence, erase=True):
            raise AlreadyDone
        member = await link_codes.linked(tx, said.spoken.user or "")
        await _check_rights(tx, member, case, said.spoken.command)
        self._before = await group_topics.newest(tx, case.conversation_id)
        if said.spoken.command in _ANSWERS:
            await self._check_shown(opened)

    async def after(self, opened: OpenCase) -> None:
        """Note what stands in the topic already, and what is to be said there."""
        said = self._said
        if said.spoken.command in _TYPED_HERE:
            newest = await group_topics.newest(opened.tx, opened.conversation.id)
            await group_topics.pass_over(opened.tx, opened.case.id, self._before, newest)
        if self._line is not None:
            await group_topics.put_line(opened.tx, said.spoken.thread, self._line, opened.now)

    async def _check_shown(self, opened: OpenCase) -> None:
        """Raise `Moved` unless all that the resident said stood in the topic when this was written there."""
        topic = await group_topics.of_case(opened.tx, opened.case.id)
        last = await group_topics.newest(opened.tx, opened.conversation.id, Author.RESIDENT)
        if topic is None or topic.mirrored < last or (topic.shown is not None and self._said.spoken.message < topic.shown):
            raise Moved


class GroupActs:
    """Carries out what staff write in topics."""

    def __init__(self, casework: Casework, library: Callable[[], Library]) -> None:
        self._casework = casework
        self._library = library

    async def do(self, said: Said, say: NullTranslations) -> None:
        """Do what was written, and note in the same transaction that it was done.

        Raises `Refusal`, `bot.work.commit.Moved` or `AlreadyDone`; then nothing was written.
        """
        spoken, member = said.spoken, said.member
        _check(spoken)
        async with self._casework.db.read() as tx:
            # Also before all else, so that who has no right is told that and nothing about the case.
            await _check_rights(tx, member, said.case, spoken.command)
        casework = self._casework.escorted(_Escort(said, None))
        match spoken.command:
            case "claim":
                await Helpdesk(casework).claim(said.case.id, member.name)
            case "release":
                await Helpdesk(casework).release(said.case.id, member.name)
            case "note":
                await Helpdesk(casework).note(said.case.id, spoken.text, member.name)
            case "close":
                how = Ending(outcome(spoken.text, say))
                await Closing(casework, self._library).close(said.case.id, member.name, how=how)
            case "later":
                await self._later(said, say)
            case _:
                await Helpdesk(casework).reply(said.case.id, None, spoken.text, member.name)

    async def _later(self, said: Said, say: NullTranslations) -> None:
        country = self._country(said)
        until = _until(said.spoken.text, self._casework.clock(), country, say)
        language = said.member.language if said.member.language in LANGUAGES else LANGUAGES[0]
        line = f"{said.member.name}: {put_off(moment(until, language, country), say)}"
        await Later(self._casework.escorted(_Escort(said, line))).put_off(said.case.id, until, said.member.name)

    def _country(self, said: Said) -> str:
        point = self._library().points.get(said.case.point or "")
        return point.country if point is not None else said.conversation.country or COUNTRIES[0]


def _check(spoken: Spoken) -> None:
    """Refuse what cannot be passed on from a group."""
    if spoken.command == "link":
        raise CodeInTheGroup
    if spoken.edited:
        raise ChangedHere
    if spoken.has_file:
        raise NotFromHere
    if spoken.command not in RIGHTS:
        raise NoSuchCommand
    if spoken.too_long:
        raise TooLong


async def _check_rights(tx: Transaction, member: Member | None, case: Case, command: str) -> None:
    """Raise `NotAllowed` unless ``member`` may read the case and do this at all, `AtTheDesk` when nobody may do so here."""
    of_case = await readers.of_case(tx, case.id)
    if member is None or not member.may_with(Action.READ, case, of_case) or not member.may(RIGHTS[command]):
        raise NotAllowed
    if case.confidential:
        raise AtTheDesk


def _until(text: str, now: datetime, country: str, say: NullTranslations) -> datetime:
    """Return the moment that ``text`` names: a span (``30m``, ``2h``, ``1d``) or tomorrow morning. Raises `NoMoment`."""
    if text and fold(text) in {"tomorrow", fold(say.pgettext("one word, after /later", "tomorrow"))}:
        return offers(now, country)["morning"]
    found = _SPAN.fullmatch(fold(text))
    if found is None:
        raise NoMoment
    return now + int(found[1]) * _UNITS[found[2]]
