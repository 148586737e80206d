"""The Bot API fake with a memory of what reached whom, when, and under which number."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_server import JSON


@dataclass(frozen=True)
class Reached:
    """One message that reached a resident."""

    number: int
    text: str
    at: float


class WatchedTelegram(FakeTelegram):
    """A `FakeTelegram` that can be waited on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: defaultdict[int, list[Reached]] = defaultdict(list)
        self.reads: set[int] = set()

    async def write(self, chat: int, text: str, language: str) -> int:
        """Let a resident write and return the number of the update."""
        number = await asyncio.to_thread(self.say, chat, text, language)
        self.reads.add(number)
        return number

    async def repeat(self, number: int, chat: int, text: str, language: str) -> None:
        """Deliver an update once more, as Telegram does when it is not sure."""
        message = self.message(chat, language) | {"text": text}
        await asyncio.to_thread(self.send, {"update_id": number, "message": message})

    def _say(self, method: str, given: JSON, files: dict[str, tuple[str, bytes]]) -> object:
        message = super()._say(method, given, files)
        if method == "sendMessage" and isinstance(message, dict):
            chat = int(given["chat_id"])
            self.reached[chat].append(Reached(int(message["message_id"]), str(given.get("text", "")), time.monotonic()))
        return message
