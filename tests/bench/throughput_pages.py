"""Who is on the page and at the desk while the benchmark runs: a few who wait for every answer, and how long that takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from random import Random
from secrets import token_hex

import httpx

from tests.soak.residents import OnTheWeb
from tests.support.program import Program, Staff

#: Residents with an open page, and seconds between two messages of all of them together, and of the one whom staff read.
_PAGES, _EACH = 8, 0.4
_PROBE = 0.5
#: Seconds that a message to the desk is waited for.
_LATE = 30.0


class _Reader(OnTheWeb):
    """Somebody who reads the stream."""

    async def ask(self, text: str, draw: Random) -> float:
        """Write, and return the seconds until the answer is on the page."""
        began = time.monotonic()
        await self._send(text, draw)
        await self._answers()
        return time.monotonic() - began

    async def send(self, text: str, draw: Random) -> None:
        """Write, and wait for no answer: staff read."""
        await self._send(text, draw)


class Pages:
    """The people on the pages of one program. Make it once it runs; `look` for as long as others write."""

    def __init__(self, doors: Sequence[Program], texts: Sequence[tuple[str, str]]) -> None:
        self._doors, self._texts = doors, texts
        self.on_the_page: list[float] = []
        self.at_the_desk: list[float] = []
        self._staff = Staff(doors[0], "ana")
        self._place = 0

    def look(self, seconds: float) -> None:
        """Have them write for so many seconds."""
        asyncio.run(self._look(seconds))

    async def _look(self, seconds: float) -> None:
        draw = Random(7)  # noqa: S311 - no secret
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        async with httpx.AsyncHTTPTransport(limits=limits) as transport:
            urls = [each.url for each in self._doors]
            readers = [
                _Reader(
                    number,
                    self._texts[number % len(self._texts)][0],
                    door=lambda: draw.choice(urls),
                    transport=transport,
                    reads=True,
                )
                for number in range(_PAGES)
            ]
            end = time.monotonic() + seconds
            try:
                async with asyncio.TaskGroup() as group:
                    for number, reader in enumerate(readers):
                        group.create_task(self._ask(reader, number, end, draw))
                    group.create_task(self._probe(transport, end, draw))
            finally:
                for each in readers:
                    await each.leave()

    async def _ask(self, reader: _Reader, number: int, end: float, draw: Random) -> None:
        texts = [text for language, text in self._texts if language == reader.language and not text.startswith("press:")]
        await reader.ask(texts[number % len(texts)], draw)  # which makes the conversation and opens the stream; it does not count
        await asyncio.sleep(_EACH * number)
        while True:
            self._place += 1
            self.on_the_page.append(await reader.ask(texts[self._place % len(texts)], draw))
            if time.monotonic() > end:
                return
            await asyncio.sleep(_EACH * _PAGES)

    async def _probe(self, transport: httpx.AsyncHTTPTransport, end: float, draw: Random) -> None:
        """Write to a member of staff who watches the line, and time how soon the words are there."""
        door = self._doors[0].url
        writer = _Reader(_PAGES, "sl", door=lambda: door, transport=transport, reads=True)
        try:
            await writer.ask("želim govoriti s človekom", draw)
            name = f"sem {token_hex(5)}"
            await writer.ask(name, draw)
            case = await asyncio.to_thread(self._claim, name)
            browser = httpx.AsyncClient(
                transport=transport, base_url=door, timeout=_LATE, cookies=self._staff.cookies, headers={"accept-language": "sl"}
            )
            async with browser.stream("GET", "/desk/stream") as stream:
                lines = stream.aiter_lines()
                number = 0
                while not number or time.monotonic() < end:
                    number += 1
                    mark = f"znak {case[:6]} {number:05d}"
                    began = time.monotonic()
                    sending = asyncio.create_task(writer.send(mark, draw))
                    async with asyncio.timeout(_LATE):
                        async for line in lines:
                            if mark in line:
                                break
                    self.at_the_desk.append(time.monotonic() - began)
                    await sending
                    await asyncio.sleep(_PROBE)
        finally:
            await writer.leave()

    def _claim(self, name: str) -> str:
        """Take the case of who calls themselves ``name``, and return its id. Other cases may wait, too."""
        case = next(each for each in reversed(self._staff.line()) if name in self._staff.look(each))
        self._staff.act(case, "claim")
        return case
