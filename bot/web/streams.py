"""The live half of the desk (server-sent events): what changes on a page is drawn here and put into it by the browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat.stream import quietly
from bot.channels.webchat.typing import resident_types
from bot.model.case import CaseState
from bot.store.bell import Bell
from bot.store.entries import Entry
from bot.web import filters
from bot.web.casepage import CasePage
from bot.web.line import WaitingLine, title
from bot.web.panels import File
from bot.web.presence import Presence, bell_of
from bot.web.sessions import Me, Sessions

#: Seconds after which a stream looks for itself: times move on, and sessions end.
LOOK = 15.0
#: A stream rests three times as long as it took to look, at most so many seconds: with many cases and many pages, one ring after
#: another would else leave no time for anything but looking. What rings meanwhile is seen in the next look.
_REST, _LONGEST_REST = 3, 2.0
#: Milliseconds after which a browser comes back to a broken stream, and seconds between two signs of life.
_RETRY, _HEARTBEAT = 2000, 20
#: Seconds that streams have to end by themselves when the server does; it takes them milliseconds.
_FAREWELL = 1.0

_Message = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Page:
    """An open page.

    ``news`` gives what has changed for its reader: messages for the page, or None when there is nothing to see any more; it is
    asked again when one of ``names`` rings. ``pulses`` are messages that a ring itself means, by its name. ``begins`` is done
    when it is open, ``ends`` when the browser has left it.
    """

    names: Sequence[str]
    news: Callable[[Me], AsyncIterator[_Message | None]]
    pulses: Mapping[str, _Message] = field(default_factory=dict)
    begins: Callable[[], Awaitable[None]] | None = None
    ends: BackgroundTask | None = None


class Streams:
    """The streams of the waiting line and of a case. Each looks again whether its reader is still signed in."""

    def __init__(self, bell: Bell, sessions: Sessions, line: WaitingLine, case_page: CasePage, presence: Presence) -> None:
        self._bell = bell
        self._sessions = sessions
        self._line = line
        self._case_page = case_page
        self._presence = presence

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/desk/stream", self._of_line, methods=["GET"]),
            Route("/desk/case/{case_id}/stream", self._of_case, methods=["GET"]),
        ]

    async def _of_line(self, request: Request) -> Response:
        changed = _Changes()

        async def news(me: Me) -> AsyncIterator[_Message | None]:
            wanted = filters.read(request.query_params, self._line.points(me))
            shown = await self._line.show(me, wanted)
            for part, html in shown.parts.items():
                if changed(part, html):
                    yield {"part": part, "html": html, "title": shown.title}
            if changed("calls", shown.calls):
                yield {"calls": shown.calls}

        if await self._sessions.current(request) is None:
            return _signed_out()
        return self._respond(request, _Page(["case"], news))

    async def _of_case(self, request: Request) -> Response:
        case_id = request.path_params["case_id"]
        changed = _Changes()
        last = _sequence(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        shown = _sequence(request.query_params.get("version", ""))

        async def news(me: Me) -> AsyncIterator[_Message | None]:
            nonlocal last
            file = await self._case_page.read(case_id, me)
            if file is None:
                yield None
                return
            for message in self._said(me, file, last, shown, changed):
                yield message
            last = max(last, file.seen)
            pressing = await self._line.pressing(me)
            heading = title(f"{self._case_page.heading(me, file)} · {file.case.code}", pressing.waiting, pressing.crises)
            parts = {
                "status": self._case_page.status(me, file),
                "together": await self._presence.others(me, case_id),
                "alert": pressing.alert,
            }
            for part, html in parts.items():
                if changed(part, html):
                    yield {"part": part, "html": html, "title": heading}
            if changed("calls", pressing.calls):
                yield {"calls": pressing.calls}

        me = await self._sessions.current(request)
        if me is None:
            return _signed_out()
        file = await self._case_page.read(case_id, me)
        if file is None:
            raise HTTPException(404)
        names = [f"entry:{file.conversation.id}", "case", bell_of(case_id)]
        # Who reads a closed case is not told what goes on in the one that the resident has by now.
        typing = [] if file.case.state is CaseState.CLOSED else [resident_types(file.conversation.id)]
        pulses: dict[str, _Message] = {name: {"typing": True} for name in typing}
        begins = partial(self._presence.begin, me, case_id)
        return self._respond(request, _Page(names, news, pulses, begins, BackgroundTask(self._presence.end, me, case_id)))

    def _said(self, me: Me, file: File, last: int, shown: int, changed: _Changes) -> list[_Message]:
        """Return what is new in a conversation: lines after ``last``, and those that changed since version ``shown``."""
        version = file.conversation.version
        news: list[_Message] = [
            {"part": f"entry-{entry.sequence}", "replace": self._case_page.drawn(me, file, [entry])}
            for entry in _changed_since(file, shown, last, changed)
        ]
        if file.seen > last:
            html = self._case_page.entries(me, file, after=last)
            news.append({"part": "entries", "add": html, "version": version, "seen": file.seen})
        elif changed("version", version):
            news.append({"version": version})
        return news

    def _respond(self, request: Request, page: _Page) -> Response:
        end = anyio.Event()
        felt = {name: self._bell.rung(name) for name in page.pulses}  # what rings from here on is meant for this page
        return EventSourceResponse(
            quietly(self._events(request, page, felt, end)),
            ping=_HEARTBEAT,
            shutdown_event=end,
            shutdown_grace_period=_FAREWELL,
            background=page.ends,
        )

    async def _events(
        self, request: Request, page: _Page, felt: dict[str, int], end: anyio.Event
    ) -> AsyncGenerator[ServerSentEvent]:
        yield ServerSentEvent(comment="here", retry=_RETRY)
        if page.begins is not None:
            await page.begins()
        while not end.is_set():
            heard = {name: self._bell.count(name) for name in (*page.names, *page.pulses)}
            rung = {name: self._bell.rung(name) for name in felt}
            pulses = [page.pulses[name] for name, before in felt.items() if rung[name] > before]
            felt = rung
            me = await self._sessions.current(request)
            if me is None:
                yield ServerSentEvent(event="gone", data="")
                return
            began = monotonic()
            news = [message async for message in page.news(me)]
            if None in news:  # nor is whose rights are gone told that somebody types
                yield ServerSentEvent(event="gone", data="")
                return
            for message in (*pulses, *news):
                if message is not None:
                    yield _event(message)
            with anyio.move_on_after(min(_REST * (monotonic() - began), _LONGEST_REST)):
                await end.wait()
            await self._rings(heard, end)

    async def _rings(self, heard: Mapping[str, int], end: anyio.Event) -> None:
        """Return when one of the names rings, when it is time to look, or when ``end`` is set."""
        waiting: list[asyncio.Future[Any]] = [
            *(asyncio.ensure_future(self._bell.wait(name, LOOK, seen)) for name, seen in heard.items()),
            asyncio.ensure_future(end.wait()),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()


class _Changes:
    """Remembers what a page was sent, and tells of a part whether it is another now."""

    def __init__(self) -> None:
        self._sent: dict[str, object] = {}

    def __call__(self, part: str, value: object) -> bool:
        is_another = part not in self._sent or self._sent[part] != value
        self._sent[part] = value
        return is_another


def _changed_since(file: File, version: int, last: int, changed: _Changes) -> list[Entry]:
    """Return the lines up to sequence ``last`` that were changed after ``version`` of the conversation, each change once."""
    said = [entry for entry in file.said if entry.sequence <= last and (entry.changed or 0) > version]
    return [entry for entry in said if changed(f"entry-{entry.sequence}", entry.changed)]


def _event(message: _Message) -> ServerSentEvent:
    seen = message.get("seen")
    return ServerSentEvent(event="page", id=None if seen is None else str(seen), data=json.dumps(message, ensure_ascii=False))


def _signed_out() -> Response:
    return Response(status_code=401)  # which also tells the browser not to come back


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004 - 64 bits
