"""A Bot API that costs little, and the residents behind it, in a process of its own: what is measured is who talks to it.

It reads one order a line from its standard input, each a JSON object, and answers each with one. Nothing is validated: the fake
of the tests does that, and would be slower than what is measured. Echo and program meet the very same.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

import httptools
import uvloop

from bot.serving import listen

JSON = dict[str, Any]
#: What `getUpdates` gives at most, as Telegram's does.
_MOST = 100
_FIRST_CHAT = 1000
#: Seconds that answers are waited for once no more is asked; and in all where each writes once.
_LATE, _LONG = 12.0, 300.0


class Load:
    """One order: residents who write in turn, each anew only when answered.

    With ``rate`` they write at random moments, so many in a second on average; without, whenever one of ``at_once`` is answered.
    Without ``seconds`` each writes once.
    """

    def __init__(self, api: Api, given: JSON) -> None:
        self._api = api
        self._messages: dict[str, list[str]] = given["messages"]  # by language; each resident has one
        self._languages = list(self._messages)
        self._residents: deque[int] = deque(range(_FIRST_CHAT, _FIRST_CHAT + given["residents"]))
        self._rate: float | None = given.get("rate")
        self._at_once: int = given.get("at_once", 200)
        self._seconds: float | None = given.get("seconds")
        self._draw = random.Random(given.get("seed", 1))  # noqa: S311 - no secret
        self._asked: dict[int, float] = {}
        self._place = given.get("begin", 0)
        self._open = True
        self.took: list[tuple[float, float]] = []  # when each was answered, and after how many seconds
        self.missing = 0
        self.sent = 0

    async def run(self) -> JSON:
        """Write for the time that was ordered, and wait for the answers."""
        began = time.monotonic()
        if self._rate is not None and self._seconds is not None:
            await self._at_random(self._rate, began + self._seconds)
        else:
            for _ in range(min(self._at_once, len(self._residents))):
                self._write()
            await asyncio.sleep(self._seconds or 0)
            await self._first(began)
        self._open = self._seconds is None  # whoever has not written yet writes all the same
        end = time.monotonic()
        late = _LONG if self._seconds is None else _LATE
        while self._asked and time.monotonic() < end + late:  # noqa: ASYNC110 - a moment more or less counts for nothing
            await asyncio.sleep(0.02)
        within = [took for at, took in self.took if at <= end]
        return {
            "answered": len(within),
            "seconds": end - began,
            "took": [round(took, 5) for _, took in self.took],
            "unanswered": len(self._asked),
            "left_out": self.missing,
            "place": self._place,
            "sent": self.sent,
        }

    async def _first(self, began: float) -> None:
        """Wait longer where nothing was answered yet: a machine may stand still for the second or two of a short order."""
        while self._asked and not self.took and time.monotonic() < began + _LONG:  # noqa: ASYNC110 - as in `run`
            await asyncio.sleep(0.02)

    async def _at_random(self, rate: float, end: float) -> None:
        due = time.monotonic()
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._write()
            due += self._draw.expovariate(rate)

    def _write(self) -> None:
        if not self._residents:
            self.missing += 1  # all wait for an answer
            return
        chat = self._residents.popleft()
        language = self._languages[chat % len(self._languages)]
        texts = self._messages[language]
        text = texts[self._place // len(self._languages) % len(texts)]
        self._place += 1
        self._asked[chat] = time.monotonic()
        self._api.say(chat, language, text)

    def answered(self, chat: int) -> None:
        """Note that something was sent to ``chat``; only the first after a message counts."""
        self.sent += 1
        asked = self._asked.pop(chat, None)
        if asked is None:
            return
        now = time.monotonic()
        self.took.append((now, now - asked))
        if self._seconds is not None:
            self._residents.append(chat)
        if self._open and self._rate is None and self._residents:
            self._write()


class Api:
    """What the fake knows."""

    def __init__(self) -> None:
        self.pending: deque[JSON] = deque()
        self.load: Load | None = None
        self.news = asyncio.Event()
        self._number = random.randrange(10**8, 9 * 10**8)  # noqa: S311 - no secret
        self._message = 0

    def say(self, chat: int, language: str, text: str) -> None:
        """Put what a resident writes, or presses where ``text`` begins with ``press:``, before the bot."""
        self._number += 1
        self._message += 1
        person = {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": language}
        where = {"id": chat, "type": "private", "first_name": "Ana"}
        message: JSON = {"message_id": self._message, "from": person, "chat": where, "date": int(time.time()), "text": text}
        if text.startswith("press:"):
            query = {"id": str(self._number), "from": person, "chat_instance": "1", "data": text.removeprefix("press:")}
            update: JSON = {"callback_query": query | {"message": message | {"text": "?", "from": _BOT}}}
        else:
            update = {"message": message}
        self.pending.append({"update_id": self._number} | update)
        self.news.set()

    async def do(self, method: str, given: JSON) -> object:
        """Do what the bot calls for."""
        match method:
            case "getUpdates":
                return await self._updates(int(given.get("offset") or 0), float(given.get("timeout") or 0))
            case "sendMessage":
                chat = int(given["chat_id"])
                if self.load is not None:
                    self.load.answered(chat)
                self._message += 1
                where = {"id": chat, "type": "private", "first_name": "Ana"}
                return {"message_id": self._message, "from": _BOT, "chat": where, "date": int(time.time()), "text": "?"}
            case "getMe":
                return _BOT | {"username": "info_point_bot", "can_join_groups": False}
            case "getWebhookInfo":
                return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case _:
                return True

    async def _updates(self, offset: int, seconds: float) -> list[JSON]:
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()
        if not self.pending and seconds:
            self.news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self.news.wait()
            except TimeoutError:
                return []
        return [self.pending[place] for place in range(min(len(self.pending), _MOST))]


_BOT: JSON = {"id": 123456, "is_bot": True, "first_name": "Info"}


class _Connection(asyncio.Protocol):
    """One connection of the bot's, which asks one thing after another."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._parser = httptools.HttpRequestParser(self)

    def on_message_begin(self) -> None:
        self._url, self._body, self._is_json = b"", list[bytes](), False

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._is_json = value.startswith(b"application/json")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body = b"".join(self._body)
        given = json.loads(body) if self._is_json else {name: each[0] for name, each in parse_qs(body.decode()).items()}
        method = self._url.rpartition(b"/")[2].partition(b"?")[0].decode()
        task = asyncio.get_running_loop().create_task(self._answer(method, given))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, method: str, given: JSON) -> None:
        body = json.dumps({"ok": True, "result": await self._api.do(method, given)}).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        if not self._transport.is_closing():
            self._transport.write(head + body)


async def _serve() -> None:
    """Serve, and follow orders until there are no more."""
    api, loop = Api(), asyncio.get_running_loop()
    listener = listen("127.0.0.1", 0)
    await loop.create_server(lambda: _Connection(api), sock=listener)
    _say({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"})
    orders = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        api.load = load = Load(api, json.loads(line))
        before = time.process_time()
        _say(await load.run() | {"processor": time.process_time() - before})


def _say(what: JSON) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve())
