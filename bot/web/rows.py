"""One case in the waiting line, in words: what is asked, where, since when, and whether the promise is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from bot.channels.contract import WEB
from bot.model.case import Case, Reason
from bot.model.library import Library
from bot.model.parts import WHOLE
from bot.model.staff import Member
from bot.store import callbacks, entries, presence, sealing, turns
from bot.store.cases import Waiting
from bot.store.database import Transaction
from bot.store.entries import Entry
from bot.store.turns import Told
from bot.web.parts import parts_of
from bot.web.transcript import aside, excerpt, question_among
from bot.web.why import Explainer

#: How many of the last things that the resident said are searched for what they ask.
_LOOKED_AT = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the line. ``asked`` is the topic's name or the reason; ``said`` what the resident wrote last.

    ``promised`` is when an answer was promised to somebody who waits for it, ``overdue`` that this has passed. ``put_off``
    tells that who has it sees to it later, ``to_call`` that the resident wishes to be called back; ``reading`` are the
    others who have it open now.
    """

    case: Case
    asked: str
    reason: str
    said: str
    said_language: str
    language: str | None
    country: str | None
    place: str
    channel: str
    point: str
    since: datetime | None
    promised: datetime | None
    overdue: bool
    put_off: bool
    to_call: bool
    reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A confidential case in the line of somebody who may not read it: only that it waits, since when, and who may."""

    key: str
    since: datetime
    open_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of the cases that are drawn, each thing read by one statement however many they are."""

    said: Mapping[str, Sequence[Entry]]
    told: Mapping[str, Mapping[int, Told]]
    reading: Mapping[str, tuple[str, ...]]
    to_call: Collection[str]


async def gather(tx: Transaction, shown: Sequence[Waiting], member: Member, now: datetime) -> Gathered:
    """Read what the rows of ``shown`` need, as ``member`` may see it."""
    of_cases = [each.case.id for each in shown]
    conversations = [each.case.conversation_id for each in shown]
    parts = await parts_of(tx, [each.case for each in shown], member)
    latest = await _latest(tx, conversations)
    return Gathered(
        said={its: [entry for entry in said if parts.get(its, WHOLE).shows(entry.at)] for its, said in latest.items()},
        told=await turns.told(tx, conversations),
        reading=await presence.reading(tx, now),
        to_call=await callbacks.open_for(tx, of_cases),
    )


async def _latest(tx: Transaction, conversations: Sequence[str]) -> Mapping[str, Sequence[Entry]]:
    """Return what residents said last, without what cannot be opened: staff see everybody else in the line all the same."""
    try:
        return await entries.latest_of_residents(tx, conversations, limit=_LOOKED_AT)
    except sealing.Sealed:
        found: dict[str, Sequence[Entry]] = {}
        for each in conversations:
            with suppress(sealing.Sealed):
                found |= await entries.latest_of_residents(tx, [each], limit=_LOOKED_AT)
        return found


class Rows:
    """Puts cases into words, with the names of ``library``, in ``language``, for the member named ``me``."""

    def __init__(self, library: Library, say: NullTranslations, language: str, me: str, now: datetime) -> None:
        self._library = library
        self._say = say
        self._language = language
        self._me = me
        self._now = now
        self._explainer = Explainer(library, say, language)

    def row(self, each: Waiting, known: Gathered, *, put_off: bool) -> Row:
        """Return the row of one case."""
        case, now = each.case, self._now
        understood = known.told.get(case.conversation_id, {})
        acts = {turn for turn, told in understood.items() if told.is_act}
        crises = [told.crisis for told in understood.values() if told.crisis is not None]
        said = question_among(known.said.get(case.conversation_id, ()), acts)
        reason = reason_name(case.reason, self._say)
        promised = promise(each)
        point = self._library.points.get(case.point or "")
        return Row(
            case=case,
            asked=self._explainer.asked(case, crises[-1] if crises else None) or reason,
            reason=reason,
            said=(excerpt(said.text) or aside(said, self._say)) if said else "",
            said_language=(said.language or "") if said and said.text else "",
            language=each.language,
            country=each.country,
            place=place_name(each.place, self._library, self._language),
            channel=channel_name(each.channel, self._say),
            point=point.name(self._language) if point else "",
            since=each.waiting_since,
            promised=promised,
            overdue=promised is not None and promised <= now,
            put_off=put_off,
            to_call=case.id in known.to_call,
            reading=tuple(name for name in known.reading.get(case.id, ()) if name != self._me),
        )


def promise(each: Waiting) -> datetime | None:
    """Return when the resident, who waits, was promised an answer; None when nothing was, or they were answered since.

    Who writes again after the promised time began a new wait, of which nothing was promised.
    """
    promised, since = each.case.promised_at, each.waiting_since
    return promised if promised is not None and since is not None and since <= promised else None


def reason_name(reason: Reason, say: NullTranslations) -> str:
    """Return in words why a person is needed."""
    match reason:
        case Reason.CRISIS:
            return say.gettext("Crisis")
        case Reason.ASKED:
            return say.gettext("Asked for a person")
        case Reason.NOT_HELPFUL:
            return say.gettext("The answers did not help")
        case Reason.NOT_COVERED:
            return say.gettext("No checked answer")
        case Reason.ATTACHMENT:
            return say.gettext("Sent something that only a person can open")
        case Reason.FAILURE:
            return say.gettext("The program failed on a message")


def channel_name(channel: str, say: NullTranslations) -> str:
    """Return what staff call a channel."""
    return say.gettext("Web chat") if channel == WEB else channel.capitalize()


def place_name(place_id: str | None, library: Library, language: str) -> str:
    """Return the name of a place in ``language``, else its own; empty when none is known."""
    place = library.places.get(place_id or "")
    return place.names.get(language, place.name) if place else ""
