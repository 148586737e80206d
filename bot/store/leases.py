"""Leases by name: a worker's short hold on something that only one may do, such as sending with one token."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from bot.store import tables
from bot.store.columns import Moment
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_lease = tables.lease

#: By more than this no two clocks differ that are looked after; so a lease that lasts so much too long is no longer heeded.
SET_BACK = timedelta(minutes=5)


_TAKEN = (
    update(_lease)
    .where(_lease.c.name == bindparam("its_name"))
    .where(
        or_(
            _lease.c.owner == bindparam("its_owner"),
            _lease.c.until <= bindparam("now", type_=Moment),
            _lease.c.until > bindparam("far", type_=Moment),
        )
    )
    .values(owner=bindparam("its_owner"), until=bindparam("its_until"))
)


async def take(tx: Transaction, name: str, owner: str, now: datetime, lasting: timedelta) -> bool:
    """Take or prolong the lease ``name`` for ``owner`` and tell whether it is theirs.

    One that lasts far longer than any was taken by a clock that was set back since: its owner would prolong it by the new one.
    """
    until = now + lasting
    taken = await tx.execute(
        _TAKEN, {"its_name": name, "its_owner": owner, "now": now, "far": until + SET_BACK, "its_until": until}
    )
    if taken.rowcount == 1:
        return True
    made = await tx.execute(insert_if_new(tx, _lease, {"name": name, "owner": owner, "until": until}))
    return made.rowcount == 1


async def release(tx: Transaction, name: str, owner: str) -> None:
    """Give the lease ``name`` back, if it is ``owner``'s."""
    await tx.execute(delete(_lease).where(_lease.c.name == name, _lease.c.owner == owner))


async def owners(tx: Transaction) -> set[str]:
    """Return who holds a lease."""
    return set((await tx.execute(select(_lease.c.owner))).scalars())


async def free(tx: Transaction, dead: Collection[str]) -> int:
    """Give back what the processes ``dead`` held, which have ended, and return how much that was."""
    return (await tx.execute(delete(_lease).where(_lease.c.owner.in_(dead)))).rowcount
