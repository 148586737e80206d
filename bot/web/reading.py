"""Who read what: once for each member, subject and hour, so that the audit log stays one that somebody can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import audit
from bot.store.database import Database
from bot.web.sessions import Me

_HOUR = timedelta(hours=1)


class Reading:
    """Writes down in the audit log that somebody opened something."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now

    async def note(self, me: Me, action: str, subject: str, *, each: bool = False) -> None:
        """Write down that ``me`` did ``action`` to ``subject``, unless that was done within the hour; ``each`` time if so asked.

        Before it is shown: what cannot be written down is not shown.
        """
        now = self._now()
        if not each:
            async with self._db.read() as tx:
                if await audit.has(tx, me.name, action, subject, now - _HOUR):
                    return
        async with self._db.write() as tx:
            await audit.put(tx, me.name, action, subject, now)
