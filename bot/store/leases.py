"""Leases by name: a worker's short hold on something that only one may do, such as sending with one token."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from bot.store import tables
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_lease = tables.lease

#: By more than this no two clocks differ that are looked after; so a lease that lasts so much too long is no longer heeded.
SET_BACK = timedelta(minutes=5)


async def take(tx: Transaction, name: str, owner: str, now: datetime, lasting: timedelta) -> bool:
    """Take or prolong the lease ``name`` for ``owner`` and tell whether it is theirs.

    One that lasts far longer than any was taken by a clock that was set back since: its owner would prolong it by the new one.
    """
    until = now + lasting
    mine = or_(_lease.c.owner == owner, _lease.c.until <= now, _lease.c.until > until + SET_BACK)
    taken = await tx.execute(update(_lease).where(_lease.c.name == name, mine).values(owner=owner, until=until))
    if taken.rowcount == 1:
        return True
    made = await tx.execute(insert_if_new(tx, _lease, {"name": name, "owner": owner, "until": until}))
    return made.rowcount == 1


async def release(tx: Transaction, name: str, owner: str) -> None:
    """Give the lease ``name`` back, if it is ``owner``'s."""
    await tx.execute(delete(_lease).where(_lease.c.name == name, _lease.c.owner == owner))
