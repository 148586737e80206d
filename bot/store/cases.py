"""Cases: the waiting line of staff. A conversation has at most one that is not closed; a unique index sees to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, insert, select, update

from bot.clock import new_code, new_id
from bot.model.case import Case, CaseOpening, CaseState, Outcome, Reason
from bot.store import tables
from bot.store.database import Transaction

_case = tables.case_file
_conversation = tables.conversation
_URGENCY = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the line. ``waiting_since``: when the resident began to wait for staff to speak; None while they need not."""

    case: Case
    waiting_since: datetime | None
    channel: str
    language: str | None
    version: int


async def open_or_raise(tx: Transaction, conversation_id: str, opening: CaseOpening, now: datetime) -> Case:
    """Open a case, or give the open one a more urgent reason; return it as it then stands."""
    found = await of_conversation(tx, conversation_id)
    if found is None:
        fresh = Case(
            new_id(),
            new_code(),
            conversation_id,
            opening.reason,
            CaseState.WAITING,
            now,
            opening.topic,
            point=opening.point,
            promised_at=opening.promised_at,
            waiting_since=now,
        )
        values = {
            "id": fresh.id,
            "code": fresh.code,
            "conversation_id": conversation_id,
            "reason": fresh.reason,
            "state": fresh.state,
            "topic": fresh.topic,
            "opened_at": now,
            "waiting_since": now,
            "point": fresh.point,
            "promised_at": fresh.promised_at,
        }
        await tx.execute(insert(_case).values(**values))
        return fresh
    changes: dict[str, Any] = {"waiting_since": case((_case.c.waiting_since.is_(None), now), else_=_case.c.waiting_since)}
    if _URGENCY[opening.reason] < _URGENCY[found.reason]:
        changes |= {"reason": opening.reason, "topic": opening.topic or found.topic}
    if found.point is None and opening.point is not None:
        changes |= {"point": opening.point, "promised_at": opening.promised_at}
    return await _change(tx, _case.c.id == found.id, changes) or found


async def resident_waits(tx: Transaction, conversation_id: str, now: datetime) -> None:
    """Note that the resident wrote to staff and waits from now on, unless they waited already."""
    waits = (_case.c.conversation_id == conversation_id) & (_case.c.state != CaseState.CLOSED)
    await tx.execute(update(_case).where(waits, _case.c.waiting_since.is_(None)).values(waiting_since=now))


async def staff_spoke(tx: Transaction, case_id: str, now: datetime) -> None:
    """Note that the resident has been answered."""
    await tx.execute(update(_case).where(_case.c.id == case_id).values(waiting_since=None, later_until=None, spoke_at=now))


async def get(tx: Transaction, case_id: str) -> Case | None:
    """Return a case, or None when there is none (any more)."""
    row = (await tx.execute(select(_case).where(_case.c.id == case_id))).one_or_none()
    return None if row is None else _read(row)


async def of_conversation(tx: Transaction, conversation_id: str) -> Case | None:
    """Return the case of a conversation that is not closed, if there is one."""
    open_one = select(_case).where(_case.c.conversation_id == conversation_id, _case.c.state != CaseState.CLOSED)
    row = (await tx.execute(open_one)).one_or_none()
    return None if row is None else _read(row)


async def of_staff(tx: Transaction, staff: str) -> list[Case]:
    """Return the cases that ``staff`` has, by conversation: whoever locks many locks them in the same order."""
    theirs = select(_case).where(_case.c.state == CaseState.CLAIMED, _case.c.claimed_by == staff)
    return [_read(row) for row in await tx.execute(theirs.order_by(_case.c.conversation_id))]


async def line(tx: Transaction) -> list[Waiting]:
    """Return all cases that are not closed: crises first, then those who wait longest, then those who need not wait."""
    asked = select(_case, _conversation.c.channel, _conversation.c.language, _conversation.c.version)
    asked = asked.join(_conversation, _conversation.c.id == _case.c.conversation_id)
    asked = asked.where(_case.c.state != CaseState.CLOSED).order_by(
        case((_case.c.reason == Reason.CRISIS, 0), else_=1),
        case((_case.c.waiting_since.is_(None), 1), else_=0),
        _case.c.waiting_since,
        _case.c.opened_at,
        _case.c.id,
    )
    return [Waiting(_read(row), row.waiting_since, row.channel, row.language, row.version) for row in await tx.execute(asked)]


async def claim(tx: Transaction, case_id: str, staff: str, now: datetime) -> Case | None:
    """Give a waiting case to ``staff`` (a name); None when it was not waiting: somebody was faster."""
    changes = {"state": CaseState.CLAIMED, "claimed_by": staff, "claimed_at": now}
    return await _change(tx, (_case.c.id == case_id) & (_case.c.state == CaseState.WAITING), changes)


async def take_over(tx: Transaction, case_id: str, holder: str, staff: str, now: datetime) -> Case | None:
    """Give a case of ``holder`` to ``staff``; None when it was not theirs any more."""
    return await _change(tx, _held(case_id, holder), {"claimed_by": staff, "claimed_at": now})


async def release(tx: Transaction, case_id: str, staff: str) -> Case | None:
    """Put a case of ``staff`` back into the line; None when it was not theirs."""
    changes = {"state": CaseState.WAITING, "claimed_by": None, "claimed_at": None}
    return await _change(tx, _held(case_id, staff), changes)


async def close(tx: Transaction, case_id: str, staff: str, now: datetime) -> Case | None:
    """Close a case of ``staff``; None when it was not theirs."""
    return await _change(tx, _held(case_id, staff), {"state": CaseState.CLOSED, "closed_at": now, "waiting_since": None})


def _held(case_id: str, staff: str) -> ColumnElement[bool]:
    return (_case.c.id == case_id) & (_case.c.state == CaseState.CLAIMED) & (_case.c.claimed_by == staff)


async def _change(tx: Transaction, which: ColumnElement[bool], changes: dict[str, Any]) -> Case | None:
    row = (await tx.execute(update(_case).where(which).values(**changes).returning(_case))).one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        code=row.code,
        conversation_id=row.conversation_id,
        reason=Reason(row.reason),
        state=CaseState(row.state),
        opened_at=row.opened_at,
        topic=row.topic,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        point=row.point,
        promised_at=row.promised_at,
        waiting_since=row.waiting_since,
        confidential=row.confidential,
        later_until=row.later_until,
        continues=row.continues,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        closed_by=row.closed_by,
        helped=row.helped,
    )
