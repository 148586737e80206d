"""The notice on the line that nobody will be on duty, for those who can see to it, before it happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup

from bot.language.phrases import Phrases
from bot.model.library import Library
from bot.model.staff import Action
from bot.store.database import Database
from bot.web.pages import Pages
from bot.web.sessions import Me
from bot.work.notices import in_words
from bot.work.uncovered import outlook


class DutyNotice:
    """Tells those who keep the roster of an info point what is ahead there."""

    def __init__(
        self, db: Database, phrases: Phrases, library: Callable[[], Library], pages: Pages, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._pages = pages
        self._now = now

    async def show(self, me: Me) -> tuple[Markup, Markup]:
        """Return what is urgent as HTML, and what is merely good to know.

        Both are empty for those who do not keep a roster, and when somebody is always on duty.
        """
        points = {id_: point for id_, point in self._library().points.items() if me.may(Action.KEEP_ROSTER, point=id_)}
        if not points:
            return Markup(), Markup()
        async with self._db.read() as tx:
            ahead = await outlook(tx, points, self._now())
        say = self._phrases.into(me.language)
        sentences = [sentence for id_, gaps in ahead.gaps.items() for sentence in in_words(gaps, points[id_], me.language, say)]
        if sentences:
            return self._pages.fragment("part_duty.html", me.language, sentences=sentences), Markup()
        if not ahead.has_roster:
            return Markup(), self._pages.fragment("part_duty.html", me.language, sentences=())
        return Markup(), Markup()
