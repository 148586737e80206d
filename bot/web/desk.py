"""The desk: the waiting line and the cases, live."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.model.library import LANGUAGES
from bot.store.bell import Bell
from bot.web import forms
from bot.web.casepage import CasePage, File
from bot.web.forms import Kept
from bot.web.line import WaitingLine, title
from bot.web.pages import STATIC, Pages
from bot.web.sessions import Me
from bot.web.signin import SignIn

#: Seconds after which a stream looks for itself: times move on, and sessions end.
LOOK = 15.0
#: Milliseconds after which a browser comes back to a broken stream, and seconds between two signs of life.
_RETRY, _HEARTBEAT = 2000, 20

_ID = re.compile(r"[0-9a-f]{32}")
_Page = Callable[[Request, Me], Awaitable[Response]]


class Desk:
    """The pages of the desk and their streams; what staff do to a case is in `bot.web.actions`."""

    def __init__(self, bell: Bell, pages: Pages, signin: SignIn, line: WaitingLine, case_page: CasePage) -> None:
        self._bell = bell
        self._pages = pages
        self._signin = signin
        self._line = line
        self._case_page = case_page

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/desk", self._signed_in(self._waiting), methods=["GET"]),
            Route("/desk/stream", self._waiting_stream, methods=["GET"]),
            Route("/desk/language", self._language, methods=["POST"]),
            Route("/desk/case/{case_id}", self._signed_in(self._case), methods=["GET"]),
            Route("/desk/case/{case_id}/stream", self._case_stream, methods=["GET"]),
            Mount("/desk/static", StaticFiles(directory=STATIC)),
        ]

    def _signed_in(self, page: _Page) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            me = await self._signin.sessions.current(request, awake=True)
            if me is None:
                return self._signin.ask(request, target=request.url.path)
            return await page(request, me)

        return guarded

    async def resume(self, me: Me, case_id: str, kept: Kept) -> Response:
        """Show a case to somebody who has signed in again, with what they had typed."""
        file = await self._case_page.read(case_id)
        if file is None:
            raise HTTPException(404)
        return await self._case_page.page(me, file, kept)

    async def _waiting(self, _: Request, me: Me) -> Response:
        shown = await self._line.show(me)
        return self._pages.page(
            "line.html", me.language, me=me, token=me.token, title=shown.title, line=shown.line, alert=shown.alert
        )

    async def _case(self, request: Request, me: Me) -> Response:
        return await self._case_page.page(me, await self._file(request))

    async def _file(self, request: Request) -> File:
        case_id = request.path_params["case_id"]
        file = await self._case_page.read(case_id) if _ID.fullmatch(case_id) else None
        if file is None:
            raise HTTPException(404)
        return file

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

    async def _waiting_stream(self, request: Request) -> Response:
        me = await self._signin.sessions.current(request)
        if me is None:
            return Response(status_code=401)  # which also tells the browser not to come back
        return EventSourceResponse(self._waiting_events(request), ping=_HEARTBEAT)

    async def _waiting_events(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        sent: dict[str, str] = {}
        yield ServerSentEvent(comment="here", retry=_RETRY)
        while True:
            heard = self._bell.count("case")
            me = await self._signin.sessions.current(request)
            if me is None:
                yield ServerSentEvent(event="gone", data="")
                return
            shown = await self._line.show(me)
            for part, html in (("line", shown.line), ("alert", shown.alert)):
                if sent.get(part) != html:
                    sent[part] = html
                    yield _page_event(part=part, html=html, title=shown.title)
            await self._bell.wait("case", LOOK, heard)

    async def _case_stream(self, request: Request) -> Response:
        me = await self._signin.sessions.current(request)
        if me is None:
            return Response(status_code=401)
        file = await self._file(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return EventSourceResponse(self._case_events(request, file, _sequence(after)), ping=_HEARTBEAT)

    async def _case_events(self, request: Request, file: File, last: int) -> AsyncIterator[ServerSentEvent]:
        sent: dict[str, str] = {}
        name = f"entry:{file.conversation.id}"
        yield ServerSentEvent(comment="here", retry=_RETRY)
        while True:
            heard = {each: self._bell.count(each) for each in (name, "case")}
            me = await self._signin.sessions.current(request)
            found = await self._case_page.read(file.case.id)
            if me is None or found is None:
                yield ServerSentEvent(event="gone", data="")
                return
            if found.seen > last:
                html = self._case_page.entries(me, found, after=last)
                last = found.seen
                yield _page_event(id=last, part="entries", add=html, version=found.conversation.version, seen=last)
            alert, waiting, crises = await self._line.alert(me)
            heading = title(f"{self._case_page.heading(me, found)} · {found.case.code}", waiting, crises)
            for part, html in (("status", self._case_page.status(me, found)), ("alert", alert)):
                if sent.get(part) != html:
                    sent[part] = html
                    yield _page_event(part=part, html=html, title=heading)
            await _either(self._bell, heard)


async def _either(bell: Bell, heard: dict[str, int]) -> None:
    """Return when one of the names has rung, or after `LOOK` seconds."""
    waits = [asyncio.ensure_future(bell.wait(name, LOOK, seen)) for name, seen in heard.items()]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _page_event(id: int | None = None, **news: Any) -> ServerSentEvent:  # noqa: A002, ANN401 - the event's own word; JSON
    return ServerSentEvent(event="page", id=None if id is None else str(id), data=json.dumps(news, ensure_ascii=False))


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004 - 64 bits
