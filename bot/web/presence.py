"""Who else has a case open, and that somebody is typing: told while it is so, and of typing nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat.typing import staff_types
from bot.model.staff import Action
from bot.store import presence
from bot.store.bell import Bell
from bot.store.database import Database, StoreError
from bot.web import forms
from bot.web.casepage import CasePage
from bot.web.pages import Pages
from bot.web.sessions import Me, Sessions


class Presence:
    """Knows who reads a case, by the streams of its open pages, and passes on that staff type."""

    def __init__(
        self, db: Database, bell: Bell, sessions: Sessions, case_page: CasePage, pages: Pages, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._bell = bell
        self._sessions = sessions
        self._case_page = case_page
        self._pages = pages
        self._now = now

    def routes(self) -> list[Route]:
        """Return the route by which the page of a case says that its reader is typing."""
        return [Route("/desk/case/{case_id}/typing", self._typing, methods=["POST"])]

    async def begin(self, me: Me, case_id: str) -> None:
        """Note that ``me`` has the page of a case open."""
        async with self._db.write() as tx:
            is_new = await presence.open_case(tx, me.token, case_id)
        if is_new:
            self._bell.ring(bell_of(case_id))

    async def end(self, me: Me, case_id: str) -> None:
        """Note that ``me`` has left the page. A server that dies says nothing; see `bot.store.presence`."""
        with suppress(StoreError):
            async with self._db.write() as tx:
                was = await presence.leave_case(tx, me.token, case_id)
            if was:
                self._bell.ring(bell_of(case_id))

    async def others(self, me: Me, case_id: str) -> Markup:
        """Return the HTML that tells who besides ``me`` has the case open; empty when nobody has."""
        async with self._db.read() as tx:
            found = (await presence.reading(tx, self._now())).get(case_id, ())
        if me.name not in found:
            # Another page of this browser, closed meanwhile, stood in its place.
            async with self._db.write() as tx:
                is_new = await presence.open_case(tx, me.token, case_id, unless_another=True)
            if is_new:
                self._bell.ring(bell_of(case_id))
        names = [name for name in found if name != me.name]
        return self._pages.fragment("part_together.html", me.language, names=names)

    async def _typing(self, request: Request) -> Response:
        form = await forms.read(request)
        me = await self._sessions.current(request)
        if me is None:
            return Response(status_code=401)
        file = await self._case_page.read(request.path_params["case_id"], me)
        if file is None:
            raise HTTPException(404)
        if not me.sent(form.get("token", "")) or not file.allows(me, Action.REPLY):
            raise HTTPException(403)
        self._bell.ring(staff_types(file.conversation.id))
        return Response(status_code=204)


def bell_of(case_id: str) -> str:
    """Return the name that rings when somebody opens or leaves the page of a case."""
    return f"reading:{case_id}"
