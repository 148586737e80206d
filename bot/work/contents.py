"""What goes along with a message when it is sent: the file that somebody attached, or all that is kept of the resident."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.channels.contract import SendFailure
from bot.model.attached import Enclosure
from bot.model.message import Outgoing
from bot.store import attachments
from bot.store.amendments import Correction
from bot.store.database import Database
from bot.store.outbox import Letter

#: Makes the file with everything that is kept of the resident of a conversation; None when that is no more.
Pack = Callable[[str], Awaitable[tuple[Enclosure, bytes] | None]]


class Contents:
    """Finds the contents of files. What is packed for a resident is made each time it is sent, and kept nowhere."""

    def __init__(self, db: Database, pack: Pack | None) -> None:
        self._db = db
        self._pack = pack

    async def of(self, sent: Letter | Correction) -> tuple[Outgoing, bytes | None]:
        """Return what is to be sent, and what its file holds, if one goes along. Raises `SendFailure` when that is gone."""
        outgoing = sent.outgoing
        if outgoing.veil is not None and outgoing.veil.drawn:
            return outgoing, None
        if outgoing.with_data:
            packed = None if self._pack is None else await self._pack(sent.conversation_id)
            if packed is None:
                raise SendFailure(permanent=True, detail="nothing-is-kept")
            return replace(outgoing, file=packed[0]), packed[1]
        if outgoing.file is None:
            return outgoing, None
        async with self._db.read() as tx:
            kept = await attachments.get(tx, outgoing.file.id)
        if kept is None:
            raise SendFailure(permanent=True, detail="file-is-gone")
        return outgoing, kept.content
