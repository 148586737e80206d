"""The whole site over a database of its own: residents write to it by the real chain, staff come in by the real doors."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import clock
from bot.channels.contract import WEB, Fetcher, Parse
from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.parse import parse
from bot.dialogue import handoff
from bot.dialogue.turn import take_turn
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.case import Case, CaseState
from bot.model.conversation import Conversation
from bot.model.library import Library
from bot.model.message import Author
from bot.model.staff import Member, Role
from bot.settings import Settings
from bot.store import cases, conversations, entries, inbox, second_factor, sessions, staff
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.entries import Entry
from bot.web.site import build_site
from bot.work.apart import Apart
from bot.work.casework import Casework
from bot.work.closing import Closing
from bot.work.guarding import Guarding
from bot.work.handing import Handing
from bot.work.helpdesk import Helpdesk
from bot.work.reception import Reception
from bot.work.rota import Rota
from tests.support.empty import empty
from tests.support.phrases import english
from tests.support.serving import Open
from tests.support.small_library import small_library

PASSWORD = "five words that are one"
#: The second factor of those who have one.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOST = "http://localhost"


@dataclass
class House:
    """A site with its database and a worker that takes one step at a time."""

    db: Database
    phrases: Phrases
    settings: Settings
    routes: list[BaseRoute]
    now: Callable[[], datetime]
    parsers: Mapping[str, Parse]
    fetchers: Mapping[str, Fetcher]
    bell: Bell = field(init=False)
    site: Starlette = field(init=False)
    told: dict[str, object] = field(default_factory=lambda: {"database": "ok", "edition": 1})
    sent: int = 0
    library: Library = field(default_factory=small_library)

    def __post_init__(self) -> None:
        index = Index(self.library, None, None, 0.02)
        self.bell = Bell(self.db)
        chat = WebChat(self.db, self.bell, self.phrases, self.settings, now=self.now, tidy=Apart(), library=lambda: index.library)
        self.rota = Rota(self.db, self.bell, lambda: index.library, clock=self.now)
        casework = Casework(self.db, self.bell, self.phrases, clock=self.now)
        self.helpdesk = Helpdesk(casework)
        self.handing = Handing(casework, lambda: index.library)
        self.guarding = Guarding(casework)
        self.closing = Closing(casework, lambda: index.library)
        self.reception = Reception(
            self.db,
            self.bell,
            self.parsers,
            lambda conversation, incoming, at: take_turn(conversation, incoming, index, self.phrases, at, self.rota.current),
            lambda conversation: handoff.failure_reply(conversation, self.phrases),
            clock=self.now,
        )
        self.site = build_site(
            self.settings,
            self.db,
            self.bell,
            self.phrases,
            lambda: index.library,
            lambda: index,
            channels=[*chat.routes, *self.routes],
            state=self._state,
            fetchers=self.fetchers,
            now=self.now,
        )

    async def _state(self) -> Mapping[str, object]:
        return self.told

    async def hire(self, name: str, role: Role = Role.STAFF, points: Iterable[str] | None = None) -> Member:
        """Add a member whose password is `PASSWORD`, with rights at ``points`` (None: at all); an admin has a second factor."""
        async with self.db.write() as tx:
            held = None if points is None else frozenset(points)
            member = await staff.create(tx, name, role, _HASHED, self.now(), points=held)
            if role is Role.ADMIN:
                await second_factor.keep(tx, member.id, SECRET)
        return member

    async def write(self, text: str, address: str = "resident", *, channel: str = WEB, press: str = "", hint: str = "") -> None:
        """Let a resident write something, and have it worked on."""
        await self.receive(channel, address, {"text": text, "press": press, "lang": hint})

    async def receive(self, channel: str, address: str, payload: Mapping[str, Any]) -> None:
        """Let something come in by a channel as that stores it, and have it worked on."""
        self.sent += 1
        await self.rota.refresh()
        async with self.db.write() as tx:
            await inbox.put(tx, channel, f"m{self.sent}", address, dict(payload), self.now())
        assert await self.reception.step("worker")

    async def conversation(self, address: str = "resident", channel: str = WEB) -> Conversation:
        """Return the conversation of a resident."""
        async with self.db.read() as tx:
            found = await conversations.find(tx, channel, address)
        assert found is not None
        return found

    async def case(self, address: str = "resident", channel: str = WEB) -> Case:
        """Return the open case of a resident."""
        conversation = await self.conversation(address, channel)
        async with self.db.read() as tx:
            found = await cases.of_conversation(tx, conversation.id)
        assert found is not None
        return found

    async def state(self, case_id: str) -> CaseState:
        """Return where a case stands, also a closed one."""
        async with self.db.read() as tx:
            found = await cases.get(tx, case_id)
        assert found is not None
        return found.state

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Return a browser without JavaScript that nobody has signed in with; it speaks Slovene."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.site, raise_app_exceptions=False),
            base_url=HOST,
            headers={"accept-language": "sl", "sec-fetch-site": "same-origin", **headers},
        )

    async def signed_in(self, name: str) -> httpx.AsyncClient:
        """Return a browser that ``name`` has signed in with."""
        browser = self.browser()
        answer = await browser.post("/desk/signin", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        if answer.headers["location"].startswith("/desk/signin/code"):
            # A code is good once, and the clock of a test may stand still: the test of the second step is not this one.
            async with self.db.write() as tx:
                await sessions.confirm(tx, browser.cookies["infopoint_staff"])
        return browser


#: With parameters that cost nothing: a hash carries its own, and tests sign in often.
_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@asynccontextmanager
async def house(
    path: Path,
    *,
    phrases: Phrases | None = None,
    now: Callable[[], datetime] = clock.now,
    routes: list[BaseRoute] | None = None,
    url: str = "",
    parsers: Mapping[str, Parse] | None = None,
    fetchers: Mapping[str, Fetcher] | None = None,
    library: Library | None = None,
    **settings: Any,
) -> AsyncIterator[House]:
    """Open a house over the database at ``url``, or over one in the folder ``path``."""
    db = Database.open(url or empty(path / "desk.db"))
    try:
        yield House(
            db,
            phrases or english(),
            Settings(**settings),
            routes or [],
            now,
            parsers or {WEB: parse, "telegram": parse},
            fetchers or {},
            library=library or small_library(),
        )
    finally:
        await db.close()


def desk_at(path: Path, furnish: Callable[[House], Awaitable[None]], **options: Any) -> Open:
    """Return what opens a house for a real server, a worker, and the residents and staff of ``furnish``."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        furnished = (path / "desk.db").exists()
        async with house(path, **options) as opened:
            if not furnished:
                await furnish(opened)
            workers = [asyncio.create_task(each.run()) for each in (opened.rota, opened.reception)]
            yield opened.site
            for worker in workers:
                worker.cancel()
            for worker in workers:
                with suppress(asyncio.CancelledError):
                    await worker

    return opening


def field_of(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"there is no field {name}"
    return found.group(1)


def typed_in(page: str, field_id: str) -> str:
    """Return what stands in a text field of a page."""
    found = re.search(rf'<textarea id="{field_id}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None, f"there is no field {field_id}"
    return html.unescape(found.group(1))


async def fill_in(browser: httpx.AsyncClient, case_id: str, action: str, **fields: str) -> httpx.Response:
    """Fill in the case's form as its page shows it now, and send it."""
    page = (await browser.get(f"/desk/case/{case_id}")).text
    hidden = {name: field_of(page, name) for name in ("token", "version", "seen") if f'name="{name}"' in page}
    return await browser.post(f"/desk/case/{case_id}/{action}", data={**hidden, **fields})


async def transcript(desk: House) -> list[Entry]:
    """Return all that was said and noted in the conversation of the resident."""
    conversation = await desk.conversation()
    async with desk.db.read() as tx:
        return await entries.latest(tx, conversation.id, notes=True)


async def by_staff(desk: House) -> list[str]:
    """Return what staff have written to the resident."""
    return [entry.text for entry in await transcript(desk) if entry.author is Author.STAFF]
