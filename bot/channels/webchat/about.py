"""The residents' pages beside the conversation: what is kept and how to get it, accessibility, and the page of who leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.contract import WEB
from bot.channels.takeaway import Takeaway
from bot.channels.webchat import files, transcript, visitor
from bot.channels.webchat.pages import Pages, Reader
from bot.channels.webchat.reader import reader_of
from bot.channels.webchat.transcript import Seen
from bot.model.days_kept import DaysKept
from bot.model.library import Library
from bot.settings import Settings
from bot.store import conversations
from bot.store.bell import Bell
from bot.store.database import Database, Unavailable

#: The day on which the statement of accessibility was prepared, by looking at each page ourselves.
STATED_ON = date(2026, 11, 22)

#: Seconds that who leaves may wait for the database.
_AT_ONCE = 2.0


class AboutPages:
    """What can be read and done beside the conversation. ``library`` gives the live library each time it is asked."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        pages: Pages,
        settings: Settings,
        days_kept: DaysKept,
        takeaway: Takeaway,
        library: Callable[[], Library],
    ) -> None:
        self._db = db
        self._bell = bell
        self._pages = pages
        self._takeaway = takeaway
        self._library = library
        self._days = days_kept
        self._enforcement = settings.enforcement_body
        self._https = settings.public_url.startswith("https://")
        self._looking: set[asyncio.Task[Reader]] = set()

    def routes(self) -> list[Route]:
        """Return the pages."""
        return [
            Route("/privacy", self._privacy),
            Route("/accessibility", self._accessibility),
            Route("/mydata", self._astray),
            Route("/mydata", self._my_data, methods=["POST"]),
            Route("/left", self._left),
        ]

    async def _privacy(self, request: Request) -> Response:
        return self._pages.page("privacy.html", await self._reader(request), days=self._days)

    async def _accessibility(self, request: Request) -> Response:
        reader = await self._reader(request)
        points = [point for point in self._library().points.values() if reader.language in point.languages and point.phone]
        return self._pages.page(
            "accessibility.html",
            reader,
            stated_on=format_date(STATED_ON, "long", locale=reader.language),
            stated=STATED_ON.isoformat(),
            points=[(point.name(reader.language), point.phone) for point in points],
            enforcement=self._enforcement,
        )

    async def _astray(self, request: Request) -> Response:
        """Lead who opens the address of the file to the button that makes it: a mere link must not leave a file on a device."""
        reader = await self._reader(request)
        return RedirectResponse(f"{reader.root}/privacy{reader.query}#my-data", status_code=303)

    async def _my_data(self, request: Request) -> Response:
        """Give everything that is kept of the resident, made now and kept nowhere."""
        cookie = visitor.cookie_of(request)
        conversation = None
        if cookie is not None:
            async with self._db.read() as tx:
                conversation = await conversations.find(tx, WEB, visitor.address_of(cookie))
        packed = None if conversation is None else await self._takeaway.pack(conversation.id)
        return await self._astray(request) if packed is None else files.given(*packed)

    async def _left(self, request: Request) -> Response:
        """Show the page of who left. Where somebody else uses the device, this browser then leads to the conversation no more.

        What else it has open of that is emptied.

        So it is, too, where the database does not tell at once whether somebody does: what is safe goes before what is handy.
        """
        reader = await self._known_at_once(request)
        response = self._pages.neutral(reader or reader_of(request, Seen(None, ())))
        if reader is None or reader.discreet:
            visitor.take(response, https=self._https or request.url.scheme == "https", root=visitor.root_of(request))
            if (cookie := visitor.cookie_of(request)) is not None:
                self._bell.ring(visitor.leaving(visitor.address_of(cookie)))
        return response

    async def _known_at_once(self, request: Request) -> Reader | None:
        # Waited for from outside: a server that hangs does not even let go when cancelled.
        looking = asyncio.create_task(self._reader(request))
        self._looking.add(looking)
        looking.add_done_callback(self._looked)
        await asyncio.wait([looking], timeout=_AT_ONCE)
        if not looking.done() or isinstance(looking.exception(), Unavailable):
            return None
        return looking.result()

    def _looked(self, looking: asyncio.Task[Reader]) -> None:
        self._looking.discard(looking)
        if not looking.cancelled():
            looking.exception()  # nobody may be there any more to hear of it

    async def _reader(self, request: Request) -> Reader:
        cookie = visitor.cookie_of(request)
        if cookie is None:
            return reader_of(request, Seen(None, ()))
        async with self._db.read() as tx:
            return reader_of(request, await transcript.whole(tx, visitor.address_of(cookie)))
