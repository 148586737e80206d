"""Into the inbox: what polling and the webhook have in common. Nothing is acknowledged before this has returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.channels.telegram.parse import CHANNEL, whence
from bot.channels.telegram.presses import Presses
from bot.store import inbox
from bot.store.bell import Bell
from bot.store.database import Database

#: A raw update: whatever JSON object came.
Update = Mapping[str, object]


class Intake:
    """The way of raw updates into the inbox."""

    def __init__(self, db: Database, bell: Bell, presses: Presses) -> None:
        self._db = db
        self._bell = bell
        self._presses = presses

    async def keep(self, updates: Sequence[tuple[int, Update]]) -> None:
        """Keep (update id, raw update) pairs in one transaction, in their order; those kept before are passed over.

        What tells no chat goes aside at once, and so does what was said in a group, of which nothing but its number is
        kept: nobody there is a resident who writes to us. Raises `bot.store.database.StoreError`.
        """
        async with self._db.write() as tx:
            for identifier, update in updates:
                origin = whence(update)
                if origin is None:
                    await inbox.put(tx, CHANNEL, str(identifier), None, update)
                elif origin.private:
                    await inbox.put(tx, CHANNEL, str(identifier), origin.address, update)
                else:
                    await inbox.put(tx, CHANNEL, str(identifier), None, {"update_id": identifier})
        self._bell.ring("inbox")
        for _, update in updates:
            self._presses.notice(update)


def update_id(update: object) -> int | None:
    """Return the number of a raw update; None where there is none, which Telegram never sends."""
    identifier = update.get("update_id") if isinstance(update, Mapping) else None
    return identifier if isinstance(identifier, int) and not isinstance(identifier, bool) else None
