"""The file with everything that is kept of a resident: a page to read, the same for programs, and what was attached."""

from __future__ import annotations

import asyncio
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.channels import templates
from bot.channels.keptdata import KeptData
from bot.clock import now as clock_now
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.attached import Enclosure
from bot.model.days_kept import USUAL, DaysKept
from bot.model.library import HOME, Library
from bot.store import attachments, mydata
from bot.store.database import Database
from bot.store.mydata import KeptFile
from bot.threads import in_thread

#: What the file is called, and what it is.
NAME, ZIP = "my-data.zip", "application/zip"

#: As many bytes of files go into one, so that every channel takes it and no process is filled by it. Telegram takes 50 MB:
#: https://core.telegram.org/bots/api#senddocument
MOST_BYTES = 40_000_000

_HARMLESS = re.compile(r"[^\w.() -]")


class Takeaway:
    """Packs what is kept. ``library`` gives the live library, for the names of what the house knows by ids."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        days_kept: DaysKept = USUAL,
        *,
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._days = days_kept
        self._now = now
        self._one = asyncio.Lock()  # each may take tens of megabytes

    async def pack(self, conversation_id: str) -> tuple[Enclosure, bytes] | None:
        """Return the file and what it holds, as it is kept nowhere; None when the conversation is no more."""
        async with self._one:
            return await self._pack(conversation_id)

    async def _pack(self, conversation_id: str) -> tuple[Enclosure, bytes] | None:
        async with self._db.read() as tx:
            kept = await mydata.of(tx, conversation_id)
            if kept is None:
                return None
            taken, left = _fitting(kept.files)
            contents: dict[str, bytes] = {}
            for name, file in taken.items():
                found = await attachments.get(tx, file.enclosure.id)
                contents |= {} if found is None else {name: found.content}
        made_at, library = self._now(), self._library()
        telling = KeptData(kept, library, made_at, {file.enclosure.id: name for name, file in taken.items()})
        return Enclosure("", NAME, ZIP), await in_thread(partial(self._packed, telling, left, contents))

    def _packed(self, telling: KeptData, left: tuple[KeptFile, ...], contents: Mapping[str, bytes]) -> bytes:
        return _zipped(self._page(telling, left), telling.plain(left), contents)

    def _page(self, telling: KeptData, left: tuple[KeptFile, ...]) -> str:
        language = telling.language
        environment = templates.environment(Path(__file__).parent / "templates", self._phrases, language)
        environment.filters["moment"] = lambda at: formats.moment(at, language, HOME[language])
        return environment.get_template("my-data.html").render(
            language=language, told=telling, kept=telling.kept, days=self._days, left=left
        )


def _fitting(files: tuple[KeptFile, ...]) -> tuple[dict[str, KeptFile], tuple[KeptFile, ...]]:
    """Return the files that go along, by the places where they will lie, and those for which there is no room."""
    taken: dict[str, KeptFile] = {}
    left: list[KeptFile] = []
    room = MOST_BYTES
    for number, file in enumerate(files, start=1):
        if file.size > room:
            left.append(file)
            continue
        room -= file.size
        taken[f"files/{number} {_HARMLESS.sub('_', file.enclosure.name)}"] = file
    return taken, tuple(left)


def _zipped(page: str, plain: Mapping[str, Any], contents: Mapping[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("my-data.html", page)
        packed.writestr("my-data.json", json.dumps(plain, ensure_ascii=False, indent=1, default=_written))
        for name, content in contents.items():
            packed.writestr(name, content, zipfile.ZIP_STORED)  # pictures and PDFs are packed in themselves
    return written.getvalue()


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
