"""The page of booklets: what an info point or a partner prints and hands out. A page to print, and the same as PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import COUNTRIES, HOME, LANGUAGES, Library, Point, Situation
from bot.model.staff import Action
from bot.store import editions
from bot.store.database import Database
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.naming import group_names
from bot.web.printing.booklet import Booklet, Order, bind, choices
from bot.web.printing.pdf import PAPERS, Press, PrintingFailure
from bot.web.savedtexts import SavedTexts
from bot.web.sessions import Me

PATH = "/desk/booklets"


class Booklets:
    """Shows what is chosen, and prints it. Nothing is kept; the address says it all."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        saved: SavedTexts,
        now: Callable[[], datetime],
        press: Press | None = None,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._saved = saved
        self._now = now
        self._press = press or Press()
        self._log: Any = structlog.get_logger("web")

    def routes(self) -> list[Route]:
        """Return the routes."""
        shown = {PATH: self._page, f"{PATH}/pdf": self._pdf}
        return [Route(path, self._inside.shown(show, Action.SEARCH), methods=["GET"]) for path, show in shown.items()]

    async def _page(self, request: Request, me: Me) -> Response:
        library, about = self._library(), self._about(request)
        order = None if about is None else await self._order(request, me, about)
        booklet = None if order is None else await self._bound(order)
        languages = (me.language, _other(me.language)) if order is None else order.languages
        sorts = [] if about is None or order is None else choices(about, order.country, library, me.language)
        there = [topic for _, topics in sorts for topic in topics]
        wanted = there if order is None or order.topics is None else [topic for topic in there if topic in order.topics]
        say = self._phrases.into(me.language)
        return await self._inside.page(
            me,
            "lib_booklets.html",
            say.gettext("Booklets"),
            tab=PATH,
            library=library,
            points={point.id: point.name(me.language) for point in library.points.values()},
            situations={each.id: each.names[me.language] for each in library.situations.values()},
            countries=COUNTRIES,
            papers=PAPERS,
            groups=group_names(say),
            about=request.query_params.get("about", "") if about is not None else "",
            country=HOME[me.language] if order is None else order.country,
            first=languages[0],
            second=languages[-1],
            paper=_paper(request),
            choices=sorts,
            wanted=wanted,
            chosen_count=len(wanted),
            booklet=booklet,
        )

    async def _pdf(self, request: Request, me: Me) -> Response:
        about = self._about(request)
        order = None if about is None else await self._order(request, me, about)
        booklet = None if order is None else await self._bound(order)
        if booklet is None or order is None:
            raise HTTPException(404)
        try:
            made = await self._press.pdf(booklet, _paper(request))
        except PrintingFailure as failure:
            self._log.warning("a booklet could not be printed", detail=failure.detail)
            raise HTTPException(503) from None
        name = f"{order.about.id}-{order.country}-{'-'.join(order.languages)}.pdf"
        return Response(made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})

    def _about(self, request: Request) -> Point | Situation | None:
        """Return what the booklet is to be about; None while nothing is chosen."""
        kind, _, name = request.query_params.get("about", "").partition(":")
        library = self._library()
        return {"point": library.points.get(name), "situation": library.situations.get(name)}.get(kind)

    async def _order(self, request: Request, me: Me, about: Point | Situation) -> Order:
        asked = request.query_params
        country = asked.get("country", "")
        if country not in COUNTRIES:
            country = about.country if isinstance(about, Point) else HOME[me.language]
        languages = [code for name in ("first", "second") if (code := asked.get(name, "")) in LANGUAGES]
        # What was ticked was ticked for one booklet; for another all its topics are in it again.
        same = asked.get("of") == f"{asked.get('about')}/{country}"
        saved = await self._saved.read()
        async with self._db.read() as tx:
            edition = await editions.newest_number(tx)
        return Order(
            about,
            country,
            tuple(dict.fromkeys(languages)) or (me.language,),
            edition,
            frozenset(asked.getlist("topic")) if same else None,
            saved.schedules.get(about.id) if isinstance(about, Point) else None,
        )

    async def _bound(self, order: Order) -> Booklet | None:
        library, now = self._library(), self._now()
        booklet = await in_thread(lambda: bind(order, library, self._phrases, now))
        return booklet if booklet.chapters else None


def _other(language: str) -> str:
    return next(code for code in LANGUAGES if code != language)


def _paper(request: Request) -> str:
    paper = request.query_params.get("paper", "")
    return paper if paper in PAPERS else PAPERS[0]
