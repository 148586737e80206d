"""The residents' door on the web: the page, the post of a message, the stream of what is said. It writes to the inbox alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot import clock
from bot.channels import uploads
from bot.channels.contract import Tidy
from bot.channels.limits import Level, Limits
from bot.channels.takeaway import Takeaway
from bot.channels.webchat import files, form, stream, transcript, typing, visitor
from bot.channels.webchat.about import AboutPages
from bot.channels.webchat.form import Fault, FormError, Said
from bot.channels.webchat.keeping import Keeping
from bot.channels.webchat.pages import STATIC, Pages, Reader
from bot.channels.webchat.reader import reader_of
from bot.channels.webchat.transcript import Seen
from bot.language.phrases import Phrases
from bot.model.attached import LARGEST, TooLarge, Unwanted
from bot.model.days_kept import DaysKept
from bot.model.library import Library
from bot.model.message import Author
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database, Unavailable

_STATUS = {Fault.EMPTY: 422, Fault.TOO_LONG: 413, Fault.MALFORMED: 400, Fault.UNKEPT: 503, Fault.FILE: 422}
_STATUS |= {Fault.WAITING: 429, Fault.CROWDED: 503}
#: Seconds after which who was asked to come back later may do so.
_COME_BACK = {"Retry-After": "60"}


def _nothing_known() -> Library:
    return Library({}, {}, {}, {}, {}, (), {}, ())


class WebChat:
    """The chat on our own pages.

    ``examples`` are questions to begin with, by language; ``patience`` is how many seconds a page without scripts is held
    back for the answer, so that it is there at once. ``tidy`` looks at the files that residents attach; without it they cannot.
    ``library`` gives the live library, for the names of what it knows.
    """

    def __init__(
        self,
        db: Database,
        bell: Bell,
        phrases: Phrases,
        settings: Settings,
        *,
        now: Callable[[], datetime] = clock.now,
        examples: Mapping[str, Sequence[str]] | None = None,
        patience: float = 2.0,
        tidy: Tidy | None = None,
        limits: Limits | None = None,
        library: Callable[[], Library] = _nothing_known,
    ) -> None:
        self._phrases = phrases
        self._tidy = tidy
        self._db = db
        self._bell = bell
        self._limits = limits or Limits()
        self._keeping = Keeping(db, bell, self._limits, tidy, now)
        self._now = now
        self._pages = Pages(phrases, now)
        days_kept = DaysKept(settings.keep_conversations, settings.keep_figures, settings.keep_backups, settings.encoder_host)
        takeaway = Takeaway(db, phrases, library, days_kept, now=now)
        self._about = AboutPages(db, bell, self._pages, settings, days_kept, takeaway, library)
        self._may_be_framed = bool(settings.embed_in)
        self._always_https = settings.public_url.startswith("https://")
        self._examples = examples or {}
        self._patience = patience
        # At level DEBUG this library logs every event that it sends: what residents and staff wrote.
        logging.getLogger("sse_starlette.sse").setLevel(logging.INFO)

    @property
    def routes(self) -> list[BaseRoute]:
        """Return everything that the site is to serve; where other sites may show the pages in a frame, those a second time."""
        pages = self._routes()
        return [*pages, *self._framed(pages), Mount("/static/chat", StaticFiles(directory=STATIC))]

    def _framed(self, pages: Sequence[Route]) -> list[BaseRoute]:
        if not self._may_be_framed:
            return []
        return [Route(f"{visitor.FRAMED}{page.path}".rstrip("/"), page.endpoint, methods=page.methods) for page in pages]

    def _routes(self) -> list[Route]:
        return [
            Route("/", self._home),
            Route("/message", self._message, methods=["POST"]),
            Route("/message", self._astray),
            Route("/stream", self._stream),
            Route("/file/{file_id}", partial(files.answer, self._db)),
            Route("/typing", partial(typing.answer, self._db, self._bell), methods=["POST"]),
            *self._about.routes(),
        ]

    async def _home(self, request: Request) -> Response:
        seen = await self._seen(request)
        error = ""
        if visitor.root_of(request) and "kept" in request.query_params and visitor.cookie_of(request) is None:
            error = self._pages.fault(Fault.COOKIE, reader_of(request, seen))
        return self._page(request, seen, error=error)

    def _page(self, request: Request, seen: Seen, *, status: int = 200, error: str = "", typed: str = "") -> Response:
        reader = reader_of(request, seen)
        newest_own = max((line.sequence for line in seen.lines if line.author is Author.RESIDENT), default=0)
        return self._pages.page(
            "chat.html",
            reader,
            status=status,
            entries=[
                {"html": self._pages.message(bubble, reader), "anchor": bubble.sequence == newest_own}
                for bubble in transcript.bubbles(seen.lines, reader.language)
            ],
            last=seen.lines[-1].sequence if seen.lines else 0,
            version=seen.conversation.version if seen.conversation else 0,
            accepted=uploads.ACCEPTED if self._tidy else "",
            largest=LARGEST,
            too_large=uploads.advice(TooLarge(), self._phrases.into(reader.language)),
            awaiting=seen.awaiting,
            busy=self._busy(reader),
            examples=self._examples.get(reader.language, ()),
            error=error,
            typed=typed,
            empty=self._pages.fault(Fault.EMPTY, reader),
            too_long=self._pages.fault(Fault.TOO_LONG, reader),
        )

    async def _message(self, request: Request) -> Response:
        wants_json = "application/json" in request.headers.get("accept", "")
        try:
            said = await form.read(request)
        except FormError as refused:
            return await self._refuse(request, refused, wants_json=wants_json)
        cookie = visitor.cookie_of(request)
        reader = reader_of(request, Seen(None, ()))
        home = f"{reader.after_first if cookie is None else reader.home + reader.query}#end"
        if cookie is None and said.press:
            # Buttons hang on a conversation. This browser has none (any more), and there is nothing to forget.
            if wants_json:
                return await self._refuse(request, FormError(Fault.MALFORMED), wants_json=True)
            return RedirectResponse(home, status_code=303)
        address = visitor.address_of(cookie or visitor.first_cookie(said.form_id))
        try:
            is_new = await self._keeping.keep(address, said, is_first=cookie is None)
        except FormError as refused:
            return self._unsent(request, refused, said, wants_json=wants_json)
        except Unwanted as unwanted:
            return await self._refuse(request, FormError(Fault.FILE, said.text, unwanted), wants_json=wants_json)
        except Unavailable:
            return self._unsent(request, FormError(Fault.UNKEPT, said.text), said, wants_json=wants_json)
        if not wants_json and self._limits.level is Level.EASY:
            with suppress(Unavailable):  # it is stored; nothing that goes wrong from here on loses it
                await self._answered(address)
        response: Response = RedirectResponse(home, status_code=303)
        if wants_json:
            busy = {"busy": told} if (told := self._busy(reader)) else {}
            response = JSONResponse({"new": is_new, **busy}, status_code=202)
        if cookie is None:
            https = self._always_https or request.url.scheme == "https"
            visitor.give(response, visitor.first_cookie(said.form_id), https=https, root=reader.root)
        return response

    async def _answered(self, address: str) -> None:
        """Return when everything that ``address`` sent is worked on, or when patience ends."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while (left := until - loop.time()) > 0:
            heard = self._bell.count("entry")
            async with self._db.read() as tx:
                if not await transcript.waits(tx, address):
                    return
            await self._bell.wait("entry", left, heard)

    async def _refuse(self, request: Request, refused: FormError, *, wants_json: bool) -> Response:
        try:
            seen = await self._seen(request)
        except Unavailable:
            return self._unsent(request, refused, wants_json=wants_json)
        reader = reader_of(request, seen)
        status, error = _STATUS[refused.fault], self._told(refused, reader)
        if wants_json:
            return JSONResponse({"error": error}, status_code=status)
        if refused.fault is Fault.MALFORMED:
            return self._pages.page("refused.html", reader, status=status, error=error)
        return self._page(request, seen, status=status, error=error, typed=refused.typed)

    def _unsent(self, request: Request, refused: FormError, said: Said | None = None, *, wants_json: bool) -> Response:
        """Give back what was written, on a page that needs no database.

        The form keeps its id: should the database have stored the message before it went away, the same text sent again
        arrives once.
        """
        reader = reader_of(request, Seen(None, ()))
        status, error = _STATUS[refused.fault], self._told(refused, reader)
        later = _COME_BACK if refused.fault in (Fault.WAITING, Fault.CROWDED) else {}
        if wants_json:
            return JSONResponse({"error": error}, status_code=status, headers=later)
        values = {"form_id": said.form_id, "press": said.press} if said else {"form_id": "", "press": ""}
        values["accepted"] = uploads.ACCEPTED if said and said.file else ""
        page = self._pages.page("unsent.html", reader, status=status, error=error, typed=refused.typed, **values)
        page.headers.update(later)
        return page

    def _busy(self, reader: Reader) -> str:
        """Return the sentence that the answer takes longer, where it does."""
        return "" if self._limits.level is Level.EASY else self._pages.fault(Fault.BUSY, reader)

    def _told(self, refused: FormError, reader: Reader) -> str:
        if refused.unwanted is not None:
            return uploads.advice(refused.unwanted, self._phrases.into(reader.language))
        return self._pages.fault(refused.fault, reader)

    async def _astray(self, request: Request) -> Response:
        """Lead who opens the address of the form back to the page."""
        reader = reader_of(request, Seen(None, ()))
        return RedirectResponse(f"{reader.home}{reader.query}", status_code=303)

    async def _stream(self, request: Request) -> Response:
        cookie = visitor.cookie_of(request)
        last = stream.sequence(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        if cookie is None:
            return stream.left() if last else Response(status_code=204)  # the latter tells the browser not to come back
        reader = reader_of(request, Seen(None, ()))
        version = stream.sequence(request.query_params.get("version", ""))
        address, places = visitor.address_of(cookie), self._limits.pages
        events = stream.respond(self._db, self._bell, self._pages, reader, address, last, version, places.calm)
        return stream.Placed(places, address, stranger=await stream.is_stranger(self._db, address), events=events)

    async def _seen(self, request: Request) -> Seen:
        cookie = visitor.cookie_of(request)
        if cookie is None:
            return Seen(None, ())
        async with self._db.read() as tx:
            return await transcript.whole(tx, visitor.address_of(cookie))
