"""The residents' door on the web: the page, the post of a message, the stream of what is said. It writes to the inbox alone."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot import clock
from bot.channels import uploads
from bot.channels.contract import WEB, Tidy
from bot.channels.webchat import files, form, stream, transcript, visitor
from bot.channels.webchat.form import Fault, FormError, Said
from bot.channels.webchat.pages import STATIC, Pages, Reader
from bot.channels.webchat.reader import reader_of
from bot.channels.webchat.transcript import Seen
from bot.channels.webchat.typing import resident_types
from bot.language.phrases import Phrases
from bot.model.attached import LARGEST, Tidied, TooLarge, Unwanted
from bot.model.message import Author
from bot.settings import Settings
from bot.store import conversations, inbox
from bot.store.bell import Bell
from bot.store.database import Database, Unavailable

_ID = re.compile(r"[0-9a-f]{32}")
_STATUS = {Fault.EMPTY: 422, Fault.TOO_LONG: 413, Fault.MALFORMED: 400, Fault.UNKEPT: 503, Fault.FILE: 422}


class WebChat:
    """The chat on our own pages.

    ``examples`` are questions to begin with, by language; ``patience`` is how many seconds a page without scripts is held
    back for the answer, so that it is there at once. ``tidy`` looks at the files that residents attach; without it they cannot.
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
    ) -> None:
        self._phrases = phrases
        self._tidy = tidy
        self._db = db
        self._bell = bell
        self._now = now
        self._pages = Pages(phrases, now)
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
            Route("/file/{file_id}", self._file),
            Route("/typing", self._typing, methods=["POST"]),
            Route("/privacy", self._privacy),
            Route("/left", self._left),
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
            is_new = await self._keep(address, said, await files.tidied(said, self._tidy))
        except Unwanted as unwanted:
            return await self._refuse(request, FormError(Fault.FILE, said.text, unwanted), wants_json=wants_json)
        except Unavailable:
            return self._unsent(request, FormError(Fault.UNKEPT, said.text), said, wants_json=wants_json)
        if not wants_json:
            with suppress(Unavailable):  # it is stored; nothing that goes wrong from here on loses it
                await self._answered(address)
        response: Response = RedirectResponse(home, status_code=303)
        if wants_json:
            response = JSONResponse({"new": is_new}, status_code=202)
        if cookie is None:
            https = self._always_https or request.url.scheme == "https"
            visitor.give(response, visitor.first_cookie(said.form_id), https=https, root=reader.root)
        return response

    async def _keep(self, address: str, said: Said, file: Tidied | None) -> bool:
        """Store what was said and tell whether it had not been stored before."""
        label = ""
        if said.press:
            async with self._db.read() as tx:
                label = await transcript.label(tx, address, said.press)
        external_id = visitor.message_id(address, said.form_id, said.identity)
        async with self._db.write() as tx:
            is_new = await files.keep(tx, address, external_id, said, label, file, self._now())
        self._bell.ring("inbox")
        return is_new

    async def _answered(self, address: str) -> None:
        """Return when everything that ``address`` sent is worked on, or when patience ends."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while (left := until - loop.time()) > 0:
            heard = self._bell.count("entry")
            async with self._db.read() as tx:
                if not await inbox.waiting(tx, WEB, address):
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
        if wants_json:
            return JSONResponse({"error": error}, status_code=status)
        values = {"form_id": said.form_id, "press": said.press} if said else {"form_id": "", "press": ""}
        values["accepted"] = uploads.ACCEPTED if said and said.file else ""
        return self._pages.page("unsent.html", reader, status=status, error=error, typed=refused.typed, **values)

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
        if cookie is None:
            return Response(status_code=204)  # tells the browser not to come back
        last = stream.sequence(request.headers.get("last-event-id") or request.query_params.get("after", ""))
        reader = reader_of(request, Seen(None, ()))
        version = stream.sequence(request.query_params.get("version", ""))
        return stream.respond(self._db, self._bell, self._pages, reader, visitor.address_of(cookie), last, version)

    async def _file(self, request: Request) -> Response:
        cookie, identifier = visitor.cookie_of(request), request.path_params["file_id"]
        if cookie is None or not _ID.fullmatch(identifier):
            raise HTTPException(404)
        async with self._db.read() as tx:
            file = await files.of_resident(tx, visitor.address_of(cookie), identifier)
        if file is None:
            raise HTTPException(404)
        return files.given(file.enclosure, file.content)

    async def _typing(self, request: Request) -> Response:
        """Tell staff that the resident is typing. Nothing of it is stored, and who has written nothing yet tells nobody."""
        cookie = visitor.cookie_of(request)
        if cookie is not None:
            with suppress(Unavailable):
                async with self._db.read() as tx:
                    conversation = await conversations.find(tx, WEB, visitor.address_of(cookie))
                if conversation is not None:
                    self._bell.ring(resident_types(conversation.id))
        return Response(status_code=204)

    async def _privacy(self, request: Request) -> Response:
        return self._pages.page("privacy.html", reader_of(request, await self._seen(request)))

    async def _left(self, request: Request) -> Response:
        return self._pages.neutral(reader_of(request, await self._seen(request)))

    async def _seen(self, request: Request) -> Seen:
        cookie = visitor.cookie_of(request)
        if cookie is None:
            return Seen(None, ())
        async with self._db.read() as tx:
            return await transcript.whole(tx, visitor.address_of(cookie))
