"""Taking a message in at the web's door, or asking to come back later; a crisis is always taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels.contract import WEB, Tidy
from bot.channels.limits import MOST_OPEN, Level, Limits
from bot.channels.webchat import files, transcript, visitor
from bot.channels.webchat.form import Fault, FormError, Said
from bot.store import conversations, line
from bot.store.bell import Bell
from bot.store.database import Database, Transaction


class Keeping:
    """Puts messages into the inbox."""

    def __init__(self, db: Database, bell: Bell, limits: Limits, tidy: Tidy | None, now: Callable[[], datetime]) -> None:
        self._db = db
        self._bell = bell
        self._limits = limits
        self._tidy = tidy
        self._now = now

    async def keep(self, address: str, said: Said, *, is_first: bool) -> bool:
        """Store what was said and tell whether it had not been stored before. ``is_first``: the browser has no cookie yet.

        Raises `FormError` when it is not taken now, `bot.model.attached.Unwanted`, and `bot.store.database.Unavailable`.
        """
        is_urgent = await self._limits.is_urgent(said.text)
        if not is_urgent and (self._limits.level is Level.FULL or (is_first and not self._limits.newcomers.lets_in())):
            raise self._sent_away(Fault.CROWDED, said)
        file = await files.tidied(said, self._tidy)
        label = ""
        if said.press:
            async with self._db.read() as tx:
                label = await transcript.label(tx, address, said.press)
        external_id = visitor.message_id(address, said.form_id, said.identity)
        async with self._db.write() as tx:
            if not is_urgent and (fault := await self._fault(tx, address, is_first=is_first)) is not None:
                raise self._sent_away(fault, said)
            is_new = await files.keep(tx, address, external_id, said, label, file, self._now(), urgent=is_urgent)
        self._bell.ring("inbox")
        return is_new

    async def _fault(self, tx: Transaction, address: str, *, is_first: bool) -> Fault | None:
        """Return why nothing is taken from ``address`` now. Who comes with a made-up cookie is as new as who comes with none."""
        is_open = await line.count_open(tx, WEB, address, MOST_OPEN)
        if is_open >= MOST_OPEN:
            return Fault.WAITING
        if is_first or is_open or await conversations.find(tx, WEB, address) is not None:
            return None
        return None if self._limits.newcomers.lets_in() else Fault.CROWDED

    def _sent_away(self, fault: Fault, said: Said) -> FormError:
        self._limits.note()
        return FormError(fault, said.text)
