"""The line: who of those that wait in the inbox is worked on next.

Two columns decide. ``place`` is the moment from which on a message stands in the line: when it came, or a `STEP` after the last
open one of its conversation, if that is later. So a conversation of ten thousand messages is given one each second while others
wait, and as many as can be while nobody does. ``lane`` 0 goes before lane 1: a message that is urgent takes all of its
conversation there, since within a conversation the order always holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, literal_column, or_, select, tuple_, update

from bot.store import conversations, tables
from bot.store.database import Transaction

_inbox = tables.inbox
#: Written out, not passed as a parameter: PostgreSQL plans for any parameter, and then cannot use its index of open rows.
OPEN = _inbox.c.state == literal_column("'new'")

#: By how much each further open message of a conversation stands behind the one before it.
STEP = timedelta(seconds=1)
#: A conversation with more open messages than this is not lifted by a crisis: nobody writes so many, and whoever sends them by a
#: program would hold up all others. It is worked on in its turn all the same.
MOST_LIFTED = 300
#: How many of those in front are looked at, first, second and last. What stands in another worker's hands, or waits to be tried
#: again, is passed over with all that its conversation has open.
LOOKS = (8, 64, 512)
#: The channel as what no index is of: SQLite, which keeps no statistics, would rather find all by its channel, and sort it.
_CHANNEL = _inbox.c.channel.concat(literal_column("''"))


class Lane(IntEnum):
    """Who goes before whom."""

    CRISIS = 0
    ALL = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """How many stand in the line, and since when the first of them does; None when nobody waits."""

    open: int
    since: datetime | None


#: The place of the last open message of a conversation.
_LAST = (
    select(_inbox.c.place)
    .where(_inbox.c.channel == bindparam("channel"), _inbox.c.address == bindparam("address"), OPEN)
    .order_by(_inbox.c.sequence.desc())
    .limit(1)
)


def open_of(channel: str, address: str) -> Select[Any]:
    """Return what finds the open rows of a conversation."""
    return select(_inbox).where(_inbox.c.channel == channel, _inbox.c.address == address, OPEN)


async def stand(tx: Transaction, channel: str, address: str, at: datetime, *, urgent: bool) -> tuple[Lane, datetime]:
    """Return the lane and the place of a message that comes ``at`` that moment."""
    last = (await tx.execute(_LAST, {"channel": channel, "address": address})).scalar_one_or_none()
    lifted = urgent and await count_open(tx, channel, address, MOST_LIFTED + 1) <= MOST_LIFTED
    return Lane.CRISIS if lifted else Lane.ALL, at if last is None else max(at, last + STEP)


async def lift(tx: Transaction, channel: str, address: str) -> None:
    """Let a conversation go before all others."""
    theirs = and_(_inbox.c.channel == channel, _inbox.c.address == address, OPEN)
    await tx.execute(update(_inbox).where(theirs, _inbox.c.lane != Lane.CRISIS).values(lane=Lane.CRISIS))


def in_front(owner: str, now: datetime, channels: Collection[str], passed: Collection[tuple[str, str]], most: int) -> Select[Any]:
    """Return what finds the first ``most`` in the line not ``passed``, each with how its head stands."""
    front = select(_inbox.c.lane, _inbox.c.place, _inbox.c.sequence, _inbox.c.channel, _inbox.c.address)
    front = front.where(OPEN, _CHANNEL.in_(channels))
    if passed:
        front = front.where(tuple_(_inbox.c.channel, _inbox.c.address).not_in(sorted(passed)))
    line = front.order_by(_inbox.c.lane, _inbox.c.place, _inbox.c.sequence).limit(most).subquery("line")
    lease = tables.conversation
    free = or_(conversations.free(now), lease.c.lease_owner == owner)
    held = exists().where(lease.c.channel == line.c.channel, lease.c.address == line.c.address, ~free)
    head = _inbox.alias("head")
    theirs = and_(head.c.channel == line.c.channel, head.c.address == line.c.address, head.c.state == literal_column("'new'"))
    first = [
        select(each).where(theirs).order_by(head.c.sequence).limit(1).scalar_subquery() for each in (head.c.due, head.c.tries)
    ]
    told = (held.label("held"), first[0].label("head_due"), first[1].label("head_tries"))
    found = select(line.c.channel, line.c.address, *told)
    return found.order_by(line.c.lane, line.c.place, line.c.sequence)


async def count_open(tx: Transaction, channel: str, address: str, most: int) -> int:
    """Return how much of what ``address`` sent nobody has worked on yet; no more than ``most`` are counted."""
    theirs = select(_inbox.c.sequence).where(_inbox.c.channel == channel, _inbox.c.address == address, OPEN).limit(most)
    number: int = (await tx.execute(select(func.count()).select_from(theirs.subquery()))).scalar_one()
    return number


async def standing(tx: Transaction, channels: Collection[str], now: datetime, most: int) -> Standing:
    """Return how long the line of ``channels`` is at ``now``; no more than ``most`` are counted.

    What a conversation has behind its present place does not stand in it yet: whoever sends thousands makes it no longer.
    """
    ours = and_(OPEN, _CHANNEL.in_(channels), _inbox.c.lane.in_(list(Lane)), _inbox.c.place <= now)
    counted = select(_inbox.c.sequence).where(ours).limit(most).subquery()
    number = (await tx.execute(select(func.count()).select_from(counted))).scalar_one()
    since: list[datetime] = []
    for lane in Lane if number else ():
        first = select(_inbox.c.place, _inbox.c.received_at).where(ours, _inbox.c.lane == lane)
        row = (await tx.execute(first.order_by(_inbox.c.place, _inbox.c.sequence).limit(1))).one_or_none()
        since += [] if row is None else [max(row.place, row.received_at)]
    return Standing(number, min(since, default=None))


async def holders(tx: Transaction, most: int) -> Mapping[str, str]:
    """Return who holds those of the first ``most`` in the line that are held, by the conversation's id."""
    waiting = select(_inbox.c.channel, _inbox.c.address).where(OPEN)
    front = waiting.order_by(_inbox.c.lane, _inbox.c.place, _inbox.c.sequence).limit(most).subquery("front")
    lease = tables.conversation.c
    here = and_(lease.channel == front.c.channel, lease.address == front.c.address)
    held = select(lease.id, lease.lease_owner).join(front, here).where(lease.lease_owner.is_not(None))
    return {row.id: row.lease_owner for row in await tx.execute(held)}
