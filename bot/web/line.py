"""The waiting line as staff see it: who waits, since when, what for, and who has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from bot.channels.contract import WEB
from bot.language.phrases import Phrases
from bot.model.case import Case, CaseState, Reason
from bot.model.conversation import Conversation
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import cases, conversations, entries, readers, turns
from bot.store.cases import Waiting
from bot.store.database import Database, Transaction
from bot.web.pages import Pages
from bot.web.sessions import Me
from bot.web.transcript import aside, excerpt, question
from bot.web.why import Explainer

#: How many of the last lines are searched for what the resident said.
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the line. ``asked`` is the topic's name or the reason; ``said`` what the resident wrote last."""

    case: Case
    asked: str
    reason: str
    said: str
    said_language: str
    conversation: Conversation
    place: str
    channel: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The line as it is sent: the title of the page, the HTML of the line, and of the alert above every page."""

    title: str
    line: str
    alert: str


class WaitingLine:
    """Draws the waiting line."""

    def __init__(self, db: Database, phrases: Phrases, library: Callable[[], Library], pages: Pages) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._pages = pages

    async def show(self, me: Me) -> Shown:
        """Return the line as ``me`` sees it."""
        say = self._phrases.into(me.language)
        async with self._db.read() as tx:
            rows = [await self._row(tx, waiting, say, me.language) for waiting in await readable(tx, me)]
        free = [row for row in rows if row.case.state is CaseState.WAITING]
        mine = [row for row in rows if row.case.claimed_by == me.name]
        others = [row for row in rows if row.case.state is CaseState.CLAIMED and row.case.claimed_by != me.name]
        pressing = [row.case for row in rows if _is_pressing(row.case, row.since)]
        crises = [case for case in pressing if case.urgent]
        return Shown(
            title=title(say.gettext("Waiting line"), len(pressing), len(crises)),
            line=self._pages.fragment("part_line.html", me.language, me=me, waiting=free, mine=mine, others=others),
            alert=self._alert(crises, me),
        )

    async def alert(self, me: Me) -> tuple[str, int, int]:
        """Return the HTML of the alert, how many cases are pressing, and how many of them are a crisis.

        Pressing is whatever nobody has taken, and a crisis that somebody has while its resident waits for a word: whoever
        sees that nothing happens can take it over.
        """
        async with self._db.read() as tx:
            pressing = [each.case for each in await readable(tx, me) if _is_pressing(each.case, each.waiting_since)]
        crises = [case for case in pressing if case.urgent]
        return self._alert(crises, me), len(pressing), len(crises)

    def _alert(self, crises: Sequence[Case], me: Me) -> str:
        return self._pages.fragment("part_alert.html", me.language, crises=crises)

    async def _row(self, tx: Transaction, waiting: Waiting, say: NullTranslations, language: str) -> Row:
        library, case = self._library(), waiting.case
        conversation = await conversations.get(tx, case.conversation_id)
        understood = await turns.of_conversation(tx, conversation.id)
        latest = await entries.latest(tx, conversation.id, limit=_LOOKED_AT)
        said = question(latest, understood)
        verdicts = [turn.verdict for _, turn in sorted(understood.items()) if turn.verdict is not None]
        reason = reason_name(case.reason, say)
        return Row(
            case=case,
            asked=Explainer(library, say, language).about(case, verdicts) or reason,
            reason=reason,
            said=(excerpt(said.text) or aside(said, say)) if said else "",
            said_language=(said.language or "") if said and said.text else "",
            conversation=conversation,
            place=place_name(conversation.place, library, language),
            channel=channel_name(conversation.channel, say),
            since=waiting.waiting_since,
        )


async def readable(tx: Transaction, me: Me) -> list[Waiting]:
    """Return the cases of the line that ``me`` may read, in its order."""
    line = await cases.line(tx)
    guarded = await readers.of_cases(tx, [each.case.id for each in line if each.case.confidential])
    return [each for each in line if me.member.may_with(Action.READ, each.case, guarded.get(each.case.id, ()))]


def _is_pressing(case: Case, waiting_since: datetime | None) -> bool:
    return case.state is CaseState.WAITING or (case.urgent and waiting_since is not None)


def title(name: str, waiting: int, crises: int) -> str:
    """Return the title of a page with what waits before it: ``(! 3) name`` when somebody in a crisis is among the three."""
    if not waiting:
        return name
    return f"({'! ' if crises else ''}{waiting}) {name}"


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
