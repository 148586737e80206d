"""Noting what was sent: whatever is sent while the disk is waited for is noted together the next time."""

from __future__ import annotations

import asyncio

from bot.store import outbox
from bot.store.database import Database, StoreError

_Note = tuple[int, str, "asyncio.Future[bool]"]


class Notes:
    """Notes letters of one process, several in one transaction where several wait."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Note] = []
        self._turn = asyncio.Lock()

    async def sent(self, entry: int, remote_id: str) -> bool:
        """Note a letter as sent; False when it was forgotten meanwhile. Raises `StoreError`."""
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        note = (entry, remote_id, mine)
        self._waiting.append(note)
        try:
            async with self._turn:
                if not mine.done():  # nobody has noted it along with theirs
                    await self._write()
            return await mine
        except BaseException:
            self._waiting = [each for each in self._waiting if each is not note]
            raise

    async def _write(self) -> None:
        """Note all that wait. Who is cancelled meanwhile, or fails unforeseen, leaves them to the next in turn."""
        notes, self._waiting = sorted(self._waiting, key=lambda each: each[0]), []
        try:
            async with self._db.write() as tx:
                kept = [await outbox.sent(tx, entry, remote_id) for entry, remote_id, _ in notes]
        except StoreError as error:
            for *_, waits in notes:
                if not waits.done():
                    waits.set_exception(error)
            return
        except BaseException:
            self._waiting += notes
            raise
        for (*_, waits), is_kept in zip(notes, kept, strict=True):
            if not waits.done():
                waits.set_result(is_kept)
