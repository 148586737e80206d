"""The audit log: who read or changed what at the desk. It never holds what residents or staff wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.store import desk_tables
from bot.store.columns import storable, storable_text
from bot.store.database import Transaction

_audit = desk_tables.audit


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log: ``staff`` (a name) did ``action`` to ``subject`` (a case code, a name, an info point)."""

    sequence: int
    at: datetime
    staff: str
    action: str
    subject: str
    detail: dict[str, Any]


async def put(tx: Transaction, staff: str, action: str, subject: str, now: datetime, **detail: str | float | bool | None) -> None:
    """Write down that somebody did something, in the transaction that did it."""
    values = {"at": now, "staff": storable_text(staff), "action": action, "subject": storable_text(subject)}
    await tx.execute(insert(_audit).values(detail=storable(detail), **values))


async def last_at(tx: Transaction, staff: str, action: str, subject: str) -> datetime | None:
    """Return when somebody did something to a subject last; None when the log holds no such line."""
    its = (_audit.c.staff == storable_text(staff)) & (_audit.c.subject == storable_text(subject))
    done = select(_audit.c.at).where(its, _audit.c.action == action).order_by(_audit.c.sequence.desc()).limit(1)
    return (await tx.execute(done)).scalar_one_or_none()


async def actions(tx: Transaction) -> Sequence[str]:
    """Return every action that the log holds, in order."""
    return list((await tx.execute(select(_audit.c.action).distinct().order_by(_audit.c.action))).scalars())


async def latest(
    tx: Transaction, *, before: int | None = None, staff: str = "", subject: str = "", action: str = "", limit: int = 100
) -> Sequence[Act]:
    """Return the last lines, newest first: those before a sequence, of one member, about one subject, of one action."""
    wanted = select(_audit).order_by(_audit.c.sequence.desc()).limit(limit)
    wanted = wanted.where(_audit.c.sequence < before) if before is not None else wanted
    for column, value in ((_audit.c.staff, staff), (_audit.c.subject, subject), (_audit.c.action, action)):
        wanted = wanted.where(column == storable_text(value)) if value else wanted
    return [Act(row.sequence, row.at, row.staff, row.action, row.subject, row.detail) for row in await tx.execute(wanted)]
