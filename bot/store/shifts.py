"""The duty roster: who is on duty when, at which info points. `Shift.staff` is the id of a member."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.model.schedule import Shift
from bot.store import desk_tables, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_shift = desk_tables.shift
_staff = tables.staff


async def everyone(tx: Transaction, after: datetime | None = None) -> list[Shift]:
    """Return the shifts of all who are not disabled; with ``after`` without those that have ended by then."""
    wanted = select(_shift).join(_staff, _staff.c.id == _shift.c.staff_id).where(_staff.c.disabled_at.is_(None))
    if after is not None:
        wanted = wanted.where(_shift.c.ends.is_(None) | (_shift.c.ends > after))
    return [_read(row) for row in await tx.execute(wanted.order_by(_staff.c.name, _shift.c.begins, _shift.c.id))]


async def get(tx: Transaction, shift_id: str) -> Shift | None:
    """Return a shift, or None when there is none (any more)."""
    row = (await tx.execute(select(_shift).where(_shift.c.id == shift_id))).one_or_none()
    return None if row is None else _read(row)


async def put(tx: Transaction, shift: Shift) -> None:
    """Write down a new shift."""
    await tx.execute(insert(_shift).values(id=shift.id, **_values(shift)))


async def change(tx: Transaction, shift: Shift, seen: Shift) -> bool:
    """Write a shift anew; False when it is no longer as it was ``seen``."""
    row = (await tx.execute(select(_shift).where(_shift.c.id == shift.id).with_for_update())).one_or_none()
    if row is None or _read(row) != seen:
        return False
    await tx.execute(update(_shift).where(_shift.c.id == shift.id).values(**_values(shift)))
    return True


async def remove(tx: Transaction, shift_id: str) -> bool:
    """Delete a shift; False when it is gone already."""
    return (await tx.execute(delete(_shift).where(_shift.c.id == shift_id))).rowcount == 1


def _values(shift: Shift) -> dict[str, Any]:
    return {
        "staff_id": shift.staff,
        "points": sorted(shift.points),
        "country": shift.country,
        "hours": storable_text(shift.hours),
        "deputy": shift.deputy,
        "begins": shift.begins,
        "ends": shift.ends,
    }


def _read(row: Row[Any]) -> Shift:
    return Shift(
        row.id, row.staff_id, frozenset(row.points), row.country, row.hours, deputy=row.deputy, begins=row.begins, ends=row.ends
    )
