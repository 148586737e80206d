"""A desk whose residents write by Telegram and attach files, which come from the fake Bot API by the real way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.channels.telegram.client import RawApi, quiet
from bot.channels.telegram.fetch import TelegramFetcher
from bot.channels.telegram.parse import CHANNEL, parse
from bot.settings import read
from tests.fakes.telegram import FakeTelegram
from tests.support.desk import House, house

CHAT = 501
PHOTO: dict[str, Any] = {
    "photo": [
        {"file_id": "small", "file_unique_id": "u1", "width": 90, "height": 90},
        {"file_id": "large", "file_unique_id": "u2", "width": 900, "height": 900},
    ]
}


@asynccontextmanager
async def telegram_desk(path: Path, telegram: FakeTelegram) -> AsyncIterator[House]:
    """Open a house whose only channel is ``telegram``."""
    settings = {"INFOPOINT_TELEGRAM_TOKEN": telegram.token, "INFOPOINT_TELEGRAM_API_URL": telegram.url}
    quiet()
    raw = RawApi(read(settings))
    async with house(path, parsers={CHANNEL: parse}, fetchers={CHANNEL: TelegramFetcher(raw)}) as opened:
        yield opened
    await raw.close()


async def sends(desk: House, telegram: FakeTelegram, chat: int = CHAT, **fields: Any) -> None:
    """Let a resident send a message with ``fields``: a text, a photo, a recording."""
    await desk.receive(CHANNEL, str(chat), {"update_id": telegram.next_id(), "message": telegram.message(chat) | fields})


def links(page: str) -> dict[str, str]:
    """Return the addresses of the attachments on a page by what they are called."""
    found = re.findall(r'<a href="(/desk/case/[0-9a-f]{32}/attachment/\d+)"[^>]*>([^<]+)</a>', page)
    return {name: address for address, name in found}
