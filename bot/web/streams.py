"""The live half of the desk (server-sent events): what changes on a page is drawn here and put into it by the browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat.stream import quietly
from bot.store.bell import Bell
from bot.web.casepage import CasePage
from bot.web.line import WaitingLine, title
from bot.web.sessions import Me, Sessions

#: Seconds after which a stream looks for itself: times move on, and sessions end.
LOOK = 15.0
#: Milliseconds after which a browser comes back to a broken stream, and seconds between two signs of life.
_RETRY, _HEARTBEAT = 2000, 20
#: Seconds that streams have to end by themselves when the server does; it takes them milliseconds.
_FAREWELL = 1.0

#: What has changed for somebody: messages for the page, or None when there is nothing to see any more.
_News = Callable[[Me], "AsyncIterator[dict[str, object] | None]"]


class Streams:
    """The streams of the waiting line and of a case. Each looks again whether its reader is still signed in."""

    def __init__(self, bell: Bell, sessions: Sessions, line: WaitingLine, case_page: CasePage) -> None:
        self._bell = bell
        self._sessions = sessions
        self._line = line
        self._case_page = case_page

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/desk/stream", self._of_line, methods=["GET"]),
            Route("/desk/case/{case_id}/stream", self._of_case, methods=["GET"]),
        ]

    async def _of_line(self, request: Request) -> Response:
        changed = _Changes()

        async def news(me: Me) -> AsyncIterator[dict[str, object] | None]:
            shown = await self._line.show(me)
            for part, html in (("line", shown.line), ("alert", shown.alert)):
                if changed(part, html):
                    yield {"part": part, "html": html, "title": shown.title}

        return await self._respond(request, news, ["case"])

    async def _of_case(self, request: Request) -> Response:
        case_id = request.path_params["case_id"]
        changed = _Changes()
        last = _sequence(request.headers.get("last-event-id") or request.query_params.get("after", ""))

        async def news(me: Me) -> AsyncIterator[dict[str, object] | None]:
            nonlocal last
            file = await self._case_page.read(case_id, me)
            if file is None:
                yield None
                return
            version = file.conversation.version
            if file.seen > last:
                html = self._case_page.entries(me, file, after=last)
                last = file.seen
                yield {"part": "entries", "add": html, "version": version, "seen": last}
            elif changed("version", str(version)):
                yield {"version": version}
            alert, waiting, crises = await self._line.alert(me)
            heading = title(f"{self._case_page.heading(me, file)} · {file.case.code}", waiting, crises)
            for part, html in (("status", self._case_page.status(me, file)), ("alert", alert)):
                if changed(part, html):
                    yield {"part": part, "html": html, "title": heading}

        me = await self._sessions.current(request)
        if me is None:
            return Response(status_code=401)
        file = await self._case_page.read(case_id, me)
        if file is None:
            raise HTTPException(404)
        return await self._respond(request, news, [f"entry:{file.conversation.id}", "case"])

    async def _respond(self, request: Request, news: _News, names: Sequence[str]) -> Response:
        if await self._sessions.current(request) is None:
            return Response(status_code=401)  # which also tells the browser not to come back
        end = anyio.Event()
        return EventSourceResponse(
            quietly(self._events(request, news, names, end)),
            ping=_HEARTBEAT,
            shutdown_event=end,
            shutdown_grace_period=_FAREWELL,
        )

    async def _events(
        self, request: Request, news: _News, names: Sequence[str], end: anyio.Event
    ) -> AsyncGenerator[ServerSentEvent]:
        yield ServerSentEvent(comment="here", retry=_RETRY)
        while not end.is_set():
            heard = {name: self._bell.count(name) for name in names}
            me = await self._sessions.current(request)
            if me is None:
                yield ServerSentEvent(event="gone", data="")
                return
            async for message in news(me):
                if message is None:
                    yield ServerSentEvent(event="gone", data="")
                    return
                seen = message.get("seen")
                data = json.dumps(message, ensure_ascii=False)
                yield ServerSentEvent(event="page", id=None if seen is None else str(seen), data=data)
            await self._rings(heard, end)

    async def _rings(self, heard: dict[str, int], end: anyio.Event) -> None:
        """Return when one of the names rings, when it is time to look, or when ``end`` is set."""
        waiting = [asyncio.ensure_future(self._bell.wait(name, LOOK, seen)) for name, seen in heard.items()]
        ending = asyncio.ensure_future(end.wait())
        try:
            await asyncio.wait([*waiting, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in [*waiting, ending]:
                each.cancel()


class _Changes:
    """Remembers what a page was sent, and tells of a part whether it is another now."""

    def __init__(self) -> None:
        self._sent: dict[str, str] = {}

    def __call__(self, part: str, html: str) -> bool:
        is_another = self._sent.get(part) != html
        self._sent[part] = html
        return is_another


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004 - 64 bits
