"""The hours of info points as their coordinators keep them, and one-off closures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.clock import new_id
from bot.model.schedule import Closure
from bot.store import desk_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_hours = desk_tables.point_hours
_closure = desk_tables.closure


@dataclass(frozen=True, slots=True)
class KeptHours:
    """The hours of a point with its local holidays (``MM-DD``), by whom and when they were written down."""

    point: str
    hours: str | None
    holidays: tuple[str, ...]
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class KeptClosure:
    """A closure of a point, with its id."""

    id: str
    point: str
    closure: Closure
    made_by: str


async def of_points(tx: Transaction) -> dict[str, KeptHours]:
    """Return the hours that are kept here, by info point."""
    return {row.point: _read(row) for row in await tx.execute(select(_hours))}


async def of_point(tx: Transaction, point: str) -> KeptHours | None:
    """Return the hours of a point; None when nobody has changed those of the library."""
    row = (await tx.execute(select(_hours).where(_hours.c.point == point))).one_or_none()
    return None if row is None else _read(row)


async def keep(tx: Transaction, new: KeptHours, seen: datetime | None) -> bool:
    """Write down the hours of a point, if they are still those that were changed at ``seen``; else False."""
    values: dict[str, Any] = {
        "hours": None if new.hours is None else storable_text(new.hours),
        "holidays": list(new.holidays),
        "changed_by": storable_text(new.changed_by),
        "changed_at": new.changed_at,
    }
    if seen is None:
        return (await tx.execute(insert_if_new(tx, _hours, {"point": new.point, **values}))).rowcount == 1
    mine = (_hours.c.point == new.point) & (_hours.c.changed_at == seen)
    return (await tx.execute(update(_hours).where(mine).values(**values))).rowcount == 1


async def let_go(tx: Transaction, point: str, seen: datetime) -> bool:
    """Return a point to the hours of the library, if its own are still those of ``seen``; else False."""
    return (await tx.execute(delete(_hours).where(_hours.c.point == point, _hours.c.changed_at == seen))).rowcount == 1


async def closures(tx: Transaction, after: datetime, points: Iterable[str] | None = None) -> list[KeptClosure]:
    """Return the closures that end after a moment, of some points or of all, in order."""
    wanted = select(_closure).where(_closure.c.ends > after).order_by(_closure.c.begins, _closure.c.id)
    wanted = wanted if points is None else wanted.where(_closure.c.point.in_(list(points)))
    found = await tx.execute(wanted)
    return [KeptClosure(row.id, row.point, Closure(row.begins, row.ends), row.made_by) for row in found]


async def close(tx: Transaction, point: str, closure: Closure, staff: str) -> None:
    """Close a point for a time."""
    values = {"id": new_id(), "point": point, "begins": closure.begins, "ends": closure.ends}
    await tx.execute(insert(_closure).values(made_by=storable_text(staff), **values))


async def reopen(tx: Transaction, point: str, closure_id: str) -> Closure | None:
    """Delete a closure of a point and return it; None when it is gone already."""
    mine = (_closure.c.id == closure_id) & (_closure.c.point == point)
    row = (await tx.execute(delete(_closure).where(mine).returning(_closure.c.begins, _closure.c.ends))).one_or_none()
    return None if row is None else Closure(row.begins, row.ends)


def _read(row: Row[Any]) -> KeptHours:
    return KeptHours(row.point, row.hours, tuple(row.holidays), row.changed_by, row.changed_at)
