"""Residents who write, keep what was refused and send it again, and remember what they were told."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

import httpx

from bot.channels.webchat import visitor
from tests.soak.plan import SAID
from tests.soak.telegram import WatchedTelegram

#: Seconds after which somebody who was refused tries again, and after which a silent server is given up.
_AGAIN, _SILENCE = 0.25, 10.0

_ARTICLE = re.compile(r'<article id="m(\d+)"[^>]*data-author="(\w+)"')
_EVENT = re.compile(r"^id: (\d+)$", re.MULTILINE)

#: Returns the address of a door that is open now, as a proxy would choose it.
Door = Callable[[], str]


@dataclass
class Asked:
    """One message: the channel's own id of it, when it was first sent and taken, and when its reply was seen."""

    external_id: str
    sent: float
    taken: float = 0.0
    answered: float = 0.0


@dataclass
class Resident:
    """What all residents have in common."""

    number: int
    language: str
    asked: list[Asked] = field(default_factory=list)
    refused: int = 0

    @property
    def channel(self) -> str:
        """The name of the channel."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """The address under which the database keeps them."""
        raise NotImplementedError

    async def write(self, count: int, draw: Random) -> None:
        """Write ``count`` messages at once and return when all are answered."""
        first = len(self.asked)
        for _ in range(count):
            await self._send(f"{draw.choice(SAID[self.language])} ({self.number}.{len(self.asked)})", draw)
        await self._answers()
        now = time.monotonic()
        for asked in self.asked[first:]:
            asked.answered = asked.answered or now

    async def _send(self, text: str, draw: Random) -> None:
        raise NotImplementedError

    async def _answers(self) -> None:
        raise NotImplementedError

    async def leave(self) -> None:
        """Close what is open."""


@dataclass
class OnTelegram(Resident):
    """Somebody on Telegram; some of the updates come twice."""

    telegram: WatchedTelegram = field(kw_only=True)

    @property
    def channel(self) -> str:
        return "telegram"

    @property
    def chat(self) -> int:
        """The number of their chat."""
        return 10_000 + self.number

    @property
    def address(self) -> str:
        return str(self.chat)

    async def _send(self, text: str, draw: Random) -> None:
        now = time.monotonic()
        number = await self.telegram.write(self.chat, text, self.language)
        self.asked.append(Asked(str(number), now, taken=now))
        if draw.random() < 0.02:
            await self.telegram.repeat(number, self.chat, text, self.language)

    async def _answers(self) -> None:
        # At least one for each: whether each had its own is counted in the end.
        while len(self.telegram.reached[self.chat]) < len(self.asked):  # noqa: ASYNC110 - it happens in another thread
            await asyncio.sleep(0.02)


@dataclass
class OnTheWeb(Resident):
    """Somebody on the page: ``reads`` the stream as a script does, or sends plain forms and loads the page again."""

    door: Door = field(kw_only=True)
    transport: httpx.AsyncHTTPTransport = field(kw_only=True)
    reads: bool = field(kw_only=True)
    seen: list[tuple[int, str]] = field(default_factory=list)  # sequence and author, as they came
    doubled: int = 0
    _cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    _reading: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def channel(self) -> str:
        return "web"

    @property
    def address(self) -> str:
        return visitor.address_of(self._cookies.get(visitor.COOKIE) or "")

    async def _send(self, text: str, draw: Random) -> None:
        form_id = visitor.new_token()
        form = {"id": form_id, "lang": self.language, "text": text}
        accepts = {"accept": "application/json"} if self.reads else {}
        sent, first = time.monotonic(), not self._cookies
        while True:
            reply = await self._ask("POST", "/message", form, accepts)
            if reply is not None and reply.status_code in (httpx.codes.ACCEPTED, httpx.codes.SEE_OTHER):
                break
            self.refused += 1
            await asyncio.sleep(_AGAIN * (1 + draw.random()))
        if first:
            assert self._cookies.get(visitor.COOKIE) == visitor.first_cookie(form_id)
        self.asked.append(Asked(visitor.message_id(self.address, form_id, text), sent, time.monotonic()))
        if self.reads and self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def _answers(self) -> None:
        while not self._is_answered():
            if self.reads:
                await self._news.wait()
                self._news.clear()
            else:
                await self.look()
                if not self._is_answered():
                    await asyncio.sleep(_AGAIN)

    async def look(self) -> None:
        """Load the page until it comes."""
        while True:
            page = await self._ask("GET", "/")
            if page is not None and page.status_code == httpx.codes.OK:
                break
            await asyncio.sleep(_AGAIN)
        self.seen = [(int(sequence), author) for sequence, author in _ARTICLE.findall(page.text)]

    async def leave(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _is_answered(self) -> bool:
        mine = sum(author == "resident" for _, author in self.seen)
        return mine >= len(self.asked) and bool(self.seen) and self.seen[-1][1] != "resident"

    async def _ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None
    ) -> httpx.Response | None:
        """Return what the server said, or None when it said nothing."""
        browser = httpx.AsyncClient(transport=self.transport, base_url=self.door(), timeout=_SILENCE, cookies=self._cookies)
        headers = {"accept-language": self.language, **(more or {})}
        try:
            reply = await browser.request(method, path, headers=headers, data=form)
        except httpx.TransportError:
            return None
        self._cookies = browser.cookies
        return reply

    async def _read(self) -> None:
        """Follow the stream and come back to it when it breaks, as a browser does."""
        while True:
            last = str(self.seen[-1][0]) if self.seen else ""
            headers = {"accept-language": self.language} | ({"last-event-id": last} if last else {})
            browser = httpx.AsyncClient(transport=self.transport, base_url=self.door(), timeout=20, cookies=self._cookies)
            try:
                async with browser.stream("GET", "/stream", headers=headers) as stream:
                    await self._follow(stream)
            except httpx.TransportError:
                pass
            await asyncio.sleep(_AGAIN)

    async def _follow(self, stream: httpx.Response) -> None:
        event = ""
        async for line in stream.aiter_lines():
            if line:
                event += f"{line}\n"
                continue
            number, article = _EVENT.search(event), _ARTICLE.search(event)
            event = ""
            if number is None or article is None:
                continue
            sequence = int(number[1])
            if self.seen and sequence <= self.seen[-1][0]:
                self.doubled += 1
                continue
            self.seen.append((sequence, article[2]))
            self._news.set()
