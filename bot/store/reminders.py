"""When somebody was last reminded of what is due to be checked, so that each hears of it once in its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store import edit_tables
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_reminder = edit_tables.reminder


async def last(tx: Transaction, staff_id: str) -> datetime | None:
    """Return when a member was last reminded."""
    return (await tx.execute(select(_reminder.c.at).where(_reminder.c.staff_id == staff_id))).scalar_one_or_none()


async def take(tx: Transaction, staff_id: str, seen: datetime | None, now: datetime) -> bool:
    """Take it on to remind a member who was last reminded at ``seen``; False when another process was faster."""
    if seen is None:
        return (await tx.execute(insert_if_new(tx, _reminder, {"staff_id": staff_id, "at": now}))).rowcount == 1
    still = (_reminder.c.staff_id == staff_id) & (_reminder.c.at == seen)
    return (await tx.execute(update(_reminder).where(still).values(at=now))).rowcount == 1


async def give_back(tx: Transaction, staff_id: str, seen: datetime | None, taken: datetime) -> None:
    """Undo what was taken on and did not come through, so that it is tried again."""
    mine = (_reminder.c.staff_id == staff_id) & (_reminder.c.at == taken)
    await tx.execute(delete(_reminder).where(mine) if seen is None else update(_reminder).where(mine).values(at=seen))
