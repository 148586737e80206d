"""The pages of the desk: the waiting line and the cases. They come alive by `bot.web.streams` and `bot.web.actions`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.model.library import LANGUAGES
from bot.web import filters, forms
from bot.web.casepage import CasePage
from bot.web.duty import DutyNotice
from bot.web.forms import Kept
from bot.web.line import WaitingLine
from bot.web.pages import STATIC, Pages
from bot.web.sessions import Me
from bot.web.signin import SignIn

_Page = Callable[[Request, Me], Awaitable[Response]]


class Desk:
    """The pages of the desk."""

    def __init__(self, pages: Pages, signin: SignIn, line: WaitingLine, case_page: CasePage, duty: DutyNotice) -> None:
        self._pages = pages
        self._signin = signin
        self._line = line
        self._case_page = case_page
        self._duty = duty

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/desk", self._signed_in(self._waiting), methods=["GET"]),
            Route("/desk/language", self._language, methods=["POST"]),
            Route("/desk/case/{case_id}", self._signed_in(self._case), methods=["GET"]),
            Mount("/desk/static", StaticFiles(directory=STATIC)),
        ]

    def _signed_in(self, page: _Page) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            me = await self._signin.sessions.current(request, awake=True)
            if me is None:
                return self._signin.ask(request, target=request.url.path)
            return await page(request, me)

        return guarded

    async def resume(self, me: Me, case_id: str, kept: Kept) -> Response | None:
        """Show a case to somebody who has signed in again, with what they had typed; None when they may not read it."""
        file = await self._case_page.read(case_id, me)
        return None if file is None else await self._case_page.page(me, file, kept)

    async def _waiting(self, request: Request, me: Me) -> Response:
        points = self._line.points(me)
        wanted = filters.read(request.query_params, points)
        shown = await self._line.show(me, wanted)
        urgent, hint = await self._duty.show(me)
        return self._pages.page(
            "line.html",
            me.language,
            me=me,
            token=me.token,
            title=shown.title,
            parts=shown.parts,
            alert=shown.parts["alert"],
            wanted=wanted,
            points=points,
            duty=urgent,
            roster=hint,
        )

    async def _case(self, request: Request, me: Me) -> Response:
        file = await self._case_page.read(request.path_params["case_id"], me)
        if file is None:
            raise HTTPException(404)
        return await self._case_page.page(me, file)

    async def _language(self, request: Request) -> Response:
        form = await forms.read(request)
        me = await self._signin.sessions.current(request)
        if me is None:
            return self._signin.ask(request, target="/desk")
        if not me.sent(form.get("token", "")):
            raise HTTPException(403)
        response = RedirectResponse("/desk", status_code=303)
        if form.get("language") in LANGUAGES:
            self._signin.sessions.remember_language(response, form["language"])
        return response
