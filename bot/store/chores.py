"""What housekeeping did, and which reading of the clock it has come to trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from bot.store.database import Transaction
from bot.store.guard_tables import chore as _chore
from bot.store.tables import inbox

#: The rows of the table: the last time that the house was tidied, the clock, and the vectors that nothing needs.
HOUSEKEEPING, CLOCK, VECTORS = "housekeeping", "clock", "vectors"


@dataclass(frozen=True, slots=True)
class Chore:
    """A piece of housekeeping: when it last began and when it last came through; ``did`` is what it did, plain values."""

    began_at: datetime
    done_at: datetime | None
    did: Mapping[str, Any]


async def get(tx: Transaction, name: str) -> Chore | None:
    """Return what is known of a chore; None when it was never begun."""
    row = (await tx.execute(select(_chore).where(_chore.c.name == name))).one_or_none()
    return None if row is None else Chore(row.began_at, row.done_at, row.did or {})


async def put(tx: Transaction, name: str, chore: Chore) -> None:
    """Write down a chore in place of what was known of it. One process at a time does so: who holds the lease."""
    await tx.execute(delete(_chore).where(_chore.c.name == name))
    values = {"name": name, "began_at": chore.began_at, "done_at": chore.done_at, "did": dict(chore.did)}
    await tx.execute(insert(_chore).values(**values))


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of the clock: ``trusted`` is its last reading that was believed, ``seen`` its last one.

    When it jumped ahead, ``doubted`` is its first reading after that.
    """

    trusted: datetime
    seen: datetime
    doubted: datetime | None = None


async def clock(tx: Transaction) -> Clock | None:
    """Return what is known of the clock; None before the first reading."""
    kept = await get(tx, CLOCK)
    if kept is None or kept.done_at is None:
        return None
    doubted = None if kept.began_at == kept.done_at else kept.began_at
    return Clock(kept.done_at, datetime.fromisoformat(kept.did["seen"]), doubted)


async def first_clock(tx: Transaction) -> Clock | None:
    """Return what is known of the clock before its first reading: when the last message came; None where none ever did."""
    newest: datetime | None = (await tx.execute(select(func.max(inbox.c.received_at)))).scalar_one()
    return None if newest is None else Clock(newest, newest)


async def put_clock(tx: Transaction, clock: Clock) -> None:
    """Write down what is known of the clock."""
    began = clock.trusted if clock.doubted is None else clock.doubted
    await put(tx, CLOCK, Chore(began, clock.trusted, {"seen": clock.seen.isoformat()}))
