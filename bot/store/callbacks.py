"""Wishes to be called back, and what came of each try."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.clock import new_id
from bot.model.contact import CallBack, Contact, ContactKind, Try
from bot.store import desk_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_call = desk_tables.call_back
_try = desk_tables.call_try


async def put(tx: Transaction, conversation_id: str, case_id: str, contact: Contact, now: datetime) -> bool:
    """Note a wish, in a transaction that locked the conversation; False when the case has the same one open already.

    The newest counts: what the case had open before is laid aside.
    """
    value = storable_text(contact.value)
    still_open = (_call.c.case_id == case_id) & _call.c.done_at.is_(None)
    if value in (await tx.execute(select(_call.c.value).where(still_open))).scalars().all():  # sealed: no statement compares it
        return False
    await tx.execute(update(_call).where(still_open).values(done_at=now))
    values = {"id": new_id(), "conversation_id": conversation_id, "case_id": case_id, "kind": contact.kind, "value": value}
    await tx.execute(insert(_call).values(asked_at=now, **values))
    return True


async def of_case(tx: Transaction, case_id: str) -> list[CallBack]:
    """Return all wishes of a case with their tries, oldest first."""
    rows = (await tx.execute(select(_call).where(_call.c.case_id == case_id).order_by(_call.c.asked_at, _call.c.id))).all()
    tries: dict[str, list[Try]] = {row.id: [] for row in rows}
    for row in await tx.execute(select(_try).where(_try.c.call_back_id.in_(tries)).order_by(_try.c.sequence)):
        tries[row.call_back_id].append(Try(row.staff, row.reached, row.at))
    return [_read(row, tuple(tries[row.id])) for row in rows]


async def open_for(tx: Transaction, case_ids: Collection[str]) -> frozenset[str]:
    """Return which of these cases have a wish that is still open."""
    wanted = select(_call.c.case_id).where(_call.c.case_id.in_(case_ids), _call.c.done_at.is_(None))
    return frozenset((await tx.execute(wanted)).scalars()) if case_ids else frozenset()


async def tried(tx: Transaction, call_id: str, case_id: str, staff: str, now: datetime, *, reached: bool) -> CallBack | None:
    """Note a try; the wish is done when they were reached. None when there is no such wish in the case, or it is done."""
    found = await _if_open(tx, call_id, case_id, now if reached else None)
    if found is not None:
        await tx.execute(insert(_try).values(call_back_id=call_id, staff=storable_text(staff), reached=reached, at=now))
    return found


async def give_up(tx: Transaction, call_id: str, case_id: str, now: datetime) -> CallBack | None:
    """Lay an open wish aside; None as in `tried`."""
    return await _if_open(tx, call_id, case_id, now)


async def _if_open(tx: Transaction, call_id: str, case_id: str, done_at: datetime | None) -> CallBack | None:
    """Set when a wish was done, if it is open; two who do it at once are decided here."""
    theirs = (_call.c.id == call_id) & (_call.c.case_id == case_id) & _call.c.done_at.is_(None)
    row = (await tx.execute(update(_call).where(theirs).values(done_at=done_at).returning(_call))).one_or_none()
    return None if row is None else _read(row, ())


def _read(row: Row[Any], tries: tuple[Try, ...]) -> CallBack:
    return CallBack(
        id=row.id,
        case_id=row.case_id,
        conversation_id=row.conversation_id,
        contact=Contact(ContactKind(row.kind), row.value),
        asked_at=row.asked_at,
        done_at=row.done_at,
        tries=tries,
    )
