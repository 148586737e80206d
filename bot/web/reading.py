"""Who read what: once for each member, subject and hour, so that the audit log stays one that somebody can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import audit
from bot.store.database import Database
from bot.web.sessions import Me

_HOUR = timedelta(hours=1)
#: More than a desk reads in an hour; beyond it the log itself is asked again.
_REMEMBERED = 5000


class Reading:
    """Writes down in the audit log that somebody opened something."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now
        self._noted: dict[tuple[str, str, str], datetime] = {}

    async def note(self, me: Me, action: str, subject: str) -> None:
        """Write down that ``me`` did ``action`` to ``subject``, unless that was done within the hour.

        To be called before it is shown: what cannot be written down is not shown.
        """
        now, what = self._now(), (me.name, action, subject)
        if self._is_recent(self._noted.get(what), now):
            return
        async with self._db.read() as tx:
            noted = await audit.last_at(tx, *what)
        if noted is None or not self._is_recent(noted, now):
            noted = now
            async with self._db.write() as tx:
                await audit.put(tx, me.name, action, subject, now)
        if len(self._noted) >= _REMEMBERED:
            self._noted.clear()
        self._noted[what] = noted

    @staticmethod
    def _is_recent(noted: datetime | None, now: datetime) -> bool:
        return noted is not None and now - noted < _HOUR
