"""Into the inbox: what polling and the webhook have in common. Nothing is acknowledged before this has returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.channels.limits import Limits
from bot.channels.telegram.group_parse import brings_code, thread_of
from bot.channels.telegram.parse import CHANNEL, Whence, whence
from bot.channels.telegram.presses import Presses
from bot.channels.topics import DESK
from bot.language.text import clean
from bot.store import inbox
from bot.store.bell import Bell
from bot.store.database import Database

#: A raw update: whatever JSON object came.
Update = Mapping[str, object]


class Intake:
    """The way of raw updates into the inbox. ``group`` is the id of the staff's group, empty where there is none.

    Telegram is refused nothing, whatever ``limits`` say; they tell which message goes before all others.
    """

    def __init__(self, db: Database, bell: Bell, presses: Presses, group: str = "", limits: Limits | None = None) -> None:
        self._db = db
        self._bell = bell
        self._presses = presses
        self._group = group
        self._limits = limits or Limits()
        self._log: Any = structlog.get_logger("telegram")

    async def keep(self, updates: Sequence[tuple[int, Update]]) -> None:
        """Keep (update id, raw update) pairs in one transaction, in their order; those kept before are passed over.

        What is said in the staff's group, each topic in order, and a code that somebody sends to link an account with go to
        the desk's own channel: no resident writes those. What tells no chat goes aside at once, and so does what was said in
        any other group, of which nothing but its number is kept. Raises `bot.store.database.StoreError`.
        """
        kept: list[int | None] = []
        urgent = {identifier for identifier, update in updates if await self._limits.is_urgent(_words(update))}
        async with self._db.write() as tx:
            for identifier, update in updates:
                origin = whence(update)
                thread = None if origin is None else self._thread(origin, update)
                if thread is not None:
                    kept.append(await inbox.put(tx, DESK, str(identifier), thread, update))
                elif origin is None:
                    kept.append(await inbox.put(tx, CHANNEL, str(identifier), None, update))
                elif origin.private:
                    lifted = identifier in urgent
                    kept.append(await inbox.put(tx, CHANNEL, str(identifier), origin.address, update, urgent=lifted))
                else:
                    kept.append(await inbox.put(tx, CHANNEL, str(identifier), None, {"update_id": identifier}))
        for sequence in filter(None, kept):
            self._log.info("received", channel=CHANNEL, sequence=sequence)
        self._bell.ring("inbox")
        self._bell.ring(DESK)
        for _, update in updates:
            self._presses.notice(update)

    def _thread(self, origin: Whence, update: Update) -> str | None:
        """Return the address under which the desk's own channel keeps ``update``; None for what belongs to no desk."""
        if origin.private:
            return f"link:{origin.address}" if brings_code(update) else None
        return thread_of(update) if origin.address == self._group else None


def _words(update: Update) -> str:
    """Return what somebody wrote, also under a picture; nothing for any other update."""
    message = update.get("message") or update.get("edited_message")
    if not isinstance(message, Mapping):
        return ""
    words = message.get("text") or message.get("caption")
    return clean(words) if isinstance(words, str) else ""


def update_id(update: object) -> int | None:
    """Return the number of a raw update; None where there is none, which Telegram never sends."""
    identifier = update.get("update_id") if isinstance(update, Mapping) else None
    return identifier if isinstance(identifier, int) and not isinstance(identifier, bool) else None
