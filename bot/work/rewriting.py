"""Once a night SQLite's file is written anew, so that nothing of what was deleted is left in it.

SQLite overwrites what it deletes (``secure_delete``), but not the copies that it left behind earlier, when it moved rows from one
page to another: of a thousand values that were deleted about one was still found in the file, in the unused part of a page. A
new file has none. Nobody can write meanwhile: two to three seconds for each hundred megabytes, hence at night, and only up to a
size at which writers still have the patience. What such a copy holds of residents is sealed, as it was in its row.

On PostgreSQL there is nothing to do here: autovacuum frees the rows that were deleted, and their place is overwritten by later
ones. What is in its pages and its log until then is sealed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.store import chores
from bot.store.chores import Chore
from bot.store.database import Database

#: Where it is written down when that was done last.
REWRITING = "rewriting"

#: The hours of the day, in UTC, at which hardly anybody writes in Central Europe.
NIGHT = range(1, 4)

#: Bytes of a file that is written anew; a larger one belongs on PostgreSQL.
LARGEST = 300_000_000

_NIGHTLY = timedelta(hours=12)


_log = structlog.get_logger(__name__)


async def rewrite(db: Database, now: datetime) -> bool:
    """Write the file anew if that is due, and tell whether it was. One that is too large is told of. Raises `StoreError`."""
    if not db.size or now.hour not in NIGHT:
        return False
    async with db.read() as tx:
        last = await chores.get(tx, REWRITING)
    if last is not None and last.began_at <= now < last.began_at + _NIGHTLY:
        return False
    if (size := db.size) > LARGEST:
        _log.warning("the database's file is too large to be written anew; what was deleted ends in it by and by", bytes=size)
        async with db.write() as tx:
            await chores.put(tx, REWRITING, Chore(now, now, {"too_large": size}))
        return False
    async with db.write() as tx:
        await chores.put(tx, REWRITING, Chore(now, None, {}))
    await db.rewrite()
    async with db.write() as tx:
        await chores.put(tx, REWRITING, Chore(now, now, {}))
    return True
