"""A Bot API server for tests: real HTTP on a free port, Telegram's rules, and aiogram's models as the judge of every call.

It keeps what matters about the real one: an update stays until it is acknowledged (by a higher offset, or by a 200 from the
webhook), a second poller ends the first with 409, polling is refused while a webhook is set, a resident who blocked the bot
gets nothing. Tests in the same process use `FakeTelegram` as a context manager; ``python -m tests.fakes.telegram --port 8081``
serves it alone, with ``/control/say`` and ``/control/sent`` to play the resident by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any, Self

from bot.serving import listen
from tests.fakes import telegram_oracle as oracle
from tests.fakes.telegram_files import File
from tests.fakes.telegram_group import Group
from tests.fakes.telegram_server import JSON, BotApi, Call, Failure
from tests.support.serving import EndsAtOnce

__all__ = ["Call", "Failure", "FakeTelegram", "File", "Group"]

TOKEN = "123456:AAfake-token_for-tests"
_BOT = {"id": 123456, "is_bot": True, "first_name": "Info"}


class FakeTelegram(BotApi):
    """One bot's Bot API, served from a thread of its own, and the hands of its residents."""

    def __init__(self, token: str = TOKEN, port: int = 0) -> None:
        super().__init__(token)
        self.socket = listen("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        oracle.fault("getMe", {})  # pays for aiogram's import before anybody waits
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._in_its_thread(self._stop)
        self._thread.join(10)

    def say(self, chat: int, text: str, language: str = "sl", **more: Any) -> int:
        """Let the resident write ``text``; return the update's id. ``more`` are fields of the message."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}] if text[:1] == "/" else []
        return self.send({"message": self.message(chat, language) | {"text": text, "entities": entities} | more})

    def attach(self, chat: int, language: str = "sl", **fields: Any) -> int:
        """Let the resident send a message with ``fields`` instead of a text: a location, a voice note."""
        return self.send({"message": self.message(chat, language) | fields})

    def press(self, chat: int, data: str, language: str = "sl") -> int:
        """Let the resident press a button that carries ``data``."""
        message = self.message(chat, language)
        query = {"id": str(self.next_id()), "from": message["from"], "chat_instance": "1", "data": data}
        self.queries.add(query["id"])
        message["from"] = _BOT
        return self.send({"callback_query": query | {"message": message | {"text": "?"}}})

    def block(self, chat: int, *, returns: bool = False) -> int:
        """Let the resident block the bot, or unblock it."""
        (self.blocked.discard if returns else self.blocked.add)(chat)
        message, bot = self.message(chat, "sl"), _BOT
        states = [{"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0}]
        old, new = reversed(states) if returns else states
        change = {name: message[name] for name in ("chat", "from", "date")}
        return self.send({"my_chat_member": change | {"old_chat_member": old, "new_chat_member": new}})

    def send(self, update: JSON) -> int:
        """Put any update, a malformed one as well, before the bot; return its id."""
        identifier = int(update.get("update_id") or self.next_id())
        self._in_its_thread(lambda: self.add({"update_id": identifier} | update))
        return identifier

    def in_group(self, member: int, text: str = "", thread: int | None = None, **more: Any) -> int:
        """Let a member of the group write in a topic, or outside all; return the message's id. ``more`` are its fields."""
        assert self.group is not None
        number = self.group.next_message()
        person = {"id": member, "is_bot": False, "first_name": "Ana", "language_code": "sl"}
        where = {"id": self.group.id, "type": "supergroup", "title": "Desk", "is_forum": True}
        message: JSON = {"message_id": number, "from": person, "chat": where, "date": int(self.group.now())}
        message |= {"text": text} if text else {}
        message |= {"message_thread_id": thread, "is_topic_message": True} if thread is not None else {}
        self.send({"message": message | more})
        return number

    def fail(self, method: str, *failures: Failure | None) -> None:
        """Let the next calls of ``method`` fail, one after another; None lets one pass."""
        self.failures[method].extend(failures)

    def wait(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Block until ``condition()`` holds; raise TimeoutError otherwise. For tests that are not async."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.01)

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Return as soon as ``condition()`` holds; raise TimeoutError otherwise."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is awaited happens in another thread
                await asyncio.sleep(0.01)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._server = EndsAtOnce(self.app(), self.socket, log_level="error")
        pump = asyncio.create_task(self.pump())
        await self._server.listens(self._started)
        pump.cancel()
        await self._server.clear()

    def _stop(self) -> None:
        self.closing = True
        self._server.leave(self._loop)
        self.wake()

    def _in_its_thread(self, do: Callable[[], None]) -> None:
        async def done() -> None:
            do()

        asyncio.run_coroutine_threadsafe(done(), self._loop).result(10)


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="Serve a fake Bot API until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8081)
    with FakeTelegram(port=parser.parse_args().port) as telegram:
        print(f"INFOPOINT_TELEGRAM_API_URL={telegram.url} INFOPOINT_TELEGRAM_TOKEN={telegram.token}")  # noqa: T201
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
