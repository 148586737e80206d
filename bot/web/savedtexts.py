"""Saved replies as they are used: those that somebody may use, filled with what is known of an info point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from bot.dialogue import texts
from bot.dialogue.texts import Filled
from bot.language.phrases import Phrases
from bot.model.case import Case
from bot.model.library import Library, Point
from bot.model.schedule import Schedule
from bot.model.staff import Action, Member
from bot.store import replies
from bot.store.database import Database
from bot.store.replies import SavedReply
from bot.work import rota


@dataclass(frozen=True, slots=True)
class Saved:
    """The saved replies at one moment, and what their fields are filled with."""

    replies: tuple[SavedReply, ...]
    schedules: Mapping[str, Schedule]
    library: Library
    phrases: Phrases
    now: datetime

    def usable(self, member: Member, point: str | None) -> list[SavedReply]:
        """Return those for a case of ``point``: what is for all points and what is for this one.

        A case of no point is everybody's, and so each answers it with the replies of their own points.
        """
        return [reply for reply in self.replies if _is_usable(reply.draft.point, member, point)]

    def filled(self, text: str, point: str | None, language: str, *, case_code: str = "") -> Filled:
        """Return a text in ``language`` with its fields filled in for ``point``."""
        say, its = self.phrases.into(language), self.point(point)
        schedule = self.schedules.get(point or "")
        return texts.fill_in(text, texts.values_of(its, schedule, language, say, self.now, case_code=case_code))

    def point(self, point: str | None) -> Point | None:
        """Return an info point, None for one that the library does not know (any more)."""
        return self.library.points.get(point or "")


class SavedTexts:
    """Reads the saved replies."""

    def __init__(self, db: Database, library: Callable[[], Library], phrases: Phrases, now: Callable[[], datetime]) -> None:
        self._db = db
        self._library = library
        self._phrases = phrases
        self._now = now

    async def read(self) -> Saved:
        """Return all saved replies as they are now."""
        library, now = self._library(), self._now()
        async with self._db.read() as tx:
            found = tuple(await replies.everything(tx))
            return Saved(found, await rota.of_all(tx, library.points, now), library, self._phrases, now)


def may_keep(member: Member, point: str | None) -> bool:
    """Tell whether somebody may write the replies of ``point``; those for all points belong to who has rights at all."""
    if point is None and member.points is not None:
        return False
    return member.may(Action.KEEP_REPLIES, point=point)


def point_of(case: Case, member: Member) -> str | None:
    """Return whose values a reply is filled with: the case's info point, else the only one of whoever answers."""
    if case.point is None and member.points is not None and len(member.points) == 1:
        return next(iter(member.points))
    return case.point


def field_name(name: str, say: NullTranslations) -> str:
    """Return in words what a field stands for; what is no field stays as it is."""
    return {
        "point": say.gettext("name of the info point"),
        "hours": say.gettext("opening hours"),
        "next_opening": say.gettext("next opening"),
        "phone": say.gettext("phone number"),
        "address": say.gettext("address"),
        "case_code": say.gettext("case code"),
    }.get(name, name)


def _is_usable(of_reply: str | None, member: Member, of_case: str | None) -> bool:
    if of_reply is None:
        return True
    return of_reply == of_case or (of_case is None and member.serves(of_reply))
