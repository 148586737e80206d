"""Bringing a file that a resident sent: https://core.telegram.org/bots/api#getfile, then a download under the token."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath

from bot.channels.contract import LARGEST_ATTACHMENT, Attachment, FetchFailure
from bot.channels.telegram.client import FILE_TOO_BIG, RawApi, Trouble

#: Seconds for both calls together: somebody waits for the file with the page open.
TIME_LIMIT = 30.0

#: Telegram's file server tells no types, and the ending is its own choice for all but documents.
_TYPES: Mapping[str, str] = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


class TelegramFetcher:
    """Fetches by the ``file_id`` that stood in the update."""

    def __init__(self, raw: RawApi, *, most: int = LARGEST_ATTACHMENT, time_limit: float = TIME_LIMIT) -> None:
        self._raw = raw
        self._most = most
        self._time_limit = time_limit

    async def fetch(self, reference: str) -> Attachment:
        """Return the file with the id ``reference``. Raises `FetchFailure`."""
        try:
            async with asyncio.timeout(self._time_limit):
                path = self._path(await self._raw.call("getFile", {"file_id": reference}))
                content = await self._raw.download(path, self._most)
        except Trouble as trouble:
            too_large = trouble.detail == FILE_TOO_BIG
            raise FetchFailure(FetchFailure.TOO_LARGE if too_large else trouble.detail) from None
        except TimeoutError:
            raise FetchFailure("too-slow") from None
        if content is None:
            raise FetchFailure(FetchFailure.TOO_LARGE)
        file = PurePosixPath(path)
        return Attachment(content, file.name, _TYPES.get(file.suffix.lower(), "application/octet-stream"))

    def _path(self, file: object) -> str:
        """Return where to download what ``getFile`` answered."""
        if not isinstance(file, dict):
            raise FetchFailure("answer-is-no-file")
        size, path = file.get("file_size"), file.get("file_path")
        if isinstance(size, int) and size > self._most:
            raise FetchFailure(FetchFailure.TOO_LARGE)
        # A path from the root is a place on the disk of a Bot API server that runs with --local, which gives nothing out.
        if not isinstance(path, str) or not path or path.startswith("/") or ".." in path.split("/"):
            raise FetchFailure("no-path-to-download")
        return path
