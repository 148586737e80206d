"""Handing a case on: to a colleague, to another info point, and to one of another country when the resident agrees."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue import consent
from bot.language.text import clean
from bot.model.case import Case, Event
from bot.model.library import HOME, Library, Point
from bot.model.staff import Action, Member
from bot.store import cases, entries, moves, readers, staff
from bot.store.database import Transaction
from bot.work.casework import Casework, NotYours, OpenCase, Refusal, Unreachable


class NotThere(Refusal):
    """There is no such colleague with rights at the case's info point, or no such other info point."""


class Confidential(Refusal):
    """A confidential case goes to somebody by name; in the line of another point nobody else could read it."""


class Handing:
    """Hands cases on. ``library`` gives the live library each time it is asked."""

    def __init__(self, casework: Casework, library: Callable[[], Library]) -> None:
        self._casework = casework
        self._library = library

    async def to_colleague(self, case_id: str, by: str, to: str, why: str = "") -> Case:
        """Give a case of ``by`` to the colleague named ``to``, who may read it from then on also while it is confidential.

        Raises `NotThere`, `NotYours` or `NoSuchCase`.
        """
        async with self._casework.at(case_id, theirs=by) as opened:
            if to not in {each.name for each in await colleagues(opened.tx, opened.case)}:
                raise NotThere
            case = await cases.take_over(opened.tx, case_id, by, to, opened.now)
            if case is None:
                raise NotYours
            if case.confidential:
                await readers.guard(opened.tx, case_id, await readers.of_case(opened.tx, case_id) | {to})
            await _note(opened, Event.HANDED_ON, to, by, why)
            await opened.log(by, "hand-on", to=to)
        return case

    async def to_point(self, case_id: str, by: str, point_id: str, why: str = "", reader: str = "") -> Case:
        """Put a case of ``by`` into the line of another info point; a confidential one is read there by ``reader`` alone.

        When that is in another country the resident is asked first, and the case stays until they have agreed by the button:
        the case returned is then `Case.offered_to` it. Raises `NotThere`, `Confidential`, `Unreachable` (nobody to ask),
        `NotYours` or `NoSuchCase`.
        """
        library = self._library()
        point = library.points.get(point_id)
        async with self._casework.at(case_id, theirs=by) as opened:
            if point is None or point.id == opened.case.point:
                raise NotThere
            if not opened.case.confidential:
                reader = ""
            elif reader not in {each.name for each in await able_at(opened.tx, point.id)}:
                raise Confidential
            if point.country == country_of(opened.case, opened.conversation.country, opened.conversation.language, library):
                return await self._move(opened, point, by, why, reader)
            if opened.conversation.stopped:
                raise Unreachable
            return await self._ask(opened, point, by, why, reader)

    async def _move(self, opened: OpenCase, point: Point, by: str, why: str, reader: str) -> Case:
        case = await moves.to_point(opened.tx, opened.case.id, by, point.id, opened.now)
        if case is None:
            raise NotYours
        after, line = consent.moved(opened.conversation, point, self._casework.phrases)
        await opened.save(after)
        await _note(opened, Event.MOVED, point.id, by, why)
        if case.confidential:
            await readers.guard(opened.tx, case.id, {reader})
            await entries.put_note(opened.tx, opened.conversation.id, reader, opened.now, kind=Event.GUARDED, staff=by)
        await opened.say(line, by)
        await opened.log(by, "move", point=point.id)
        return case

    async def _ask(self, opened: OpenCase, point: Point, by: str, why: str, reader: str) -> Case:
        case = await moves.offer(opened.tx, opened.case.id, by, point.id, reader or None)
        if case is None:
            raise NotYours
        after, question = consent.ask(opened.conversation, opened.case.id, point, self._casework.phrases)
        await opened.save(after)
        await _note(opened, Event.CONSENT_ASKED, point.id, by, why)
        await opened.say(question, by)
        await opened.log(by, "ask-consent", point=point.id)
        return case


async def colleagues(tx: Transaction, case: Case) -> list[Member]:
    """Return who could be given a case besides who has it: all with the right to answer at its info point, by name."""
    return [each for each in await able_at(tx, case.point) if each.name != case.claimed_by]


async def able_at(tx: Transaction, point: str | None) -> list[Member]:
    """Return who has the right to answer residents at an info point, by name."""
    return [each for each in await staff.everyone(tx) if each.may(Action.REPLY, point=point)]


def country_of(case: Case, country: str | None, language: str | None, library: Library) -> str | None:
    """Return the country that a case is in: of its info point, else the resident's, else their language's."""
    point = library.points.get(case.point or "")
    return point.country if point is not None else country or HOME.get(language or "")


async def _note(opened: OpenCase, kind: Event, text: str, by: str, why: str) -> None:
    await entries.put_note(opened.tx, opened.conversation.id, text, opened.now, kind=kind, staff=by)
    if because := clean(why):
        await entries.put_note(opened.tx, opened.conversation.id, because, opened.now, staff=by)
