"""The page on which staff look something up in the library, without a case. What they type is in no address and in no log."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import COUNTRIES, HOME, LANGUAGES, PAIRS
from bot.model.staff import Action
from bot.web.finding import LONGEST, Finder, Found
from bot.web.inside import Inside
from bot.web.offering import Offers, Reader
from bot.web.sessions import Me

PATH = "/desk/search"
_WHERES = (*COUNTRIES, *PAIRS)


class Search:
    """The search page."""

    def __init__(self, phrases: Phrases, inside: Inside, offers: Offers, finder: Finder) -> None:
        self._phrases = phrases
        self._inside = inside
        self._offers = offers
        self._finder = finder

    def routes(self) -> list[Route]:
        """Return the routes."""
        found = self._inside.posted(self._search, self._again, PATH, Action.SEARCH)
        return [
            Route(PATH, self._inside.shown(self._blank, Action.SEARCH), methods=["GET"]),
            Route(PATH, found, methods=["POST"]),
        ]

    async def _blank(self, _: Request, me: Me) -> Response:
        return await self._page(me, "", HOME[me.language], me.language, Found())

    async def _search(self, _: Request, me: Me, fields: Mapping[str, str]) -> Response:
        query = fields.get("query", "").strip()[:LONGEST]
        where = fields["where"] if fields.get("where") in _WHERES else HOME[me.language]
        tongue = fields["tongue"] if fields.get("tongue") in LANGUAGES else me.language
        return await self._page(me, query, where, tongue, await run_in_threadpool(self._finder.find, query))

    async def _again(self, request: Request, me: Me, fields: Mapping[str, str], _: str) -> Response:
        """Search all the same: it changes nothing, whichever session the form is from."""
        return await self._search(request, me, fields)

    async def _page(self, me: Me, query: str, where: str, tongue: str, found: Found) -> Response:
        reader = Reader(tongue, me.language)
        return await self._inside.page(
            me,
            "search.html",
            self._phrases.into(me.language).gettext("Search the answers"),
            query=query,
            where=where,
            wheres=_WHERES,
            tongue=tongue,
            longest=LONGEST,
            offered=[self._offers.offer(topic, where, reader) for topic in found.topics],
            offices=[self._offers.office(office, tongue) for office in found.offices],
        )
