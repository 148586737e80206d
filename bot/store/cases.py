"""Cases: the waiting line of staff. A conversation has at most one that is not closed; a unique index sees to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, func, insert, literal_column, select, update

from bot.clock import new_code, new_id
from bot.model.case import Case, CaseOpening, CaseState, Outcome, Reason
from bot.store import tables
from bot.store.columns import Moment
from bot.store.database import Transaction

_case = tables.case_file
_conversation = tables.conversation

#: The cases that are open. Written out, not passed as a parameter: no database uses its index of open cases for any parameter.
OPEN = _case.c.state != literal_column("'closed'")
_URGENCY = {reason: rank for rank, reason in enumerate(Reason)}

#: A question to the resident whether the case may go to another country falls away with whatever changes where it is.
NOT_OFFERED: Mapping[str, Any] = {"offered_to": None, "offered_by": None, "offered_reader": None}
#: What makes a case wait in the line.
IN_LINE: Mapping[str, Any] = {
    "state": CaseState.WAITING,
    "claimed_by": None,
    "claimed_at": None,
    "later_until": None,
    **NOT_OFFERED,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the line. ``waiting_since``: when the resident began to wait for staff to speak; None while they need not."""

    case: Case
    waiting_since: datetime | None
    channel: str
    language: str | None
    version: int
    country: str | None = None
    place: str | None = None


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
            continues=opening.continues,
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
            "continues": fresh.continues,
        }
        await tx.execute(insert(_case).values(**values))
        return fresh
    changes: dict[str, Any] = _waits(now)
    if _URGENCY[opening.reason] < _URGENCY[found.reason]:
        changes |= {"reason": opening.reason, "topic": opening.topic or found.topic}
    if found.point is None and opening.point is not None:
        changes |= {"point": opening.point, "promised_at": opening.promised_at}
    if opening.continues is not None and opening.continues != found.id:
        changes |= {"continues": opening.continues}
        moves = found.state is CaseState.WAITING and opening.point is not None
        changes |= {"point": opening.point, "promised_at": opening.promised_at} if moves else {}
    return await change(tx, _case.c.id == found.id, changes) or found


async def resident_waits(tx: Transaction, conversation_id: str, now: datetime) -> None:
    """Note that the resident wrote to staff and waits from now on, unless they waited already; nothing is put off any more."""
    waits = (_case.c.conversation_id == conversation_id) & (_case.c.state != CaseState.CLOSED)
    await tx.execute(update(_case).where(waits).values(**_waits(now)))


async def staff_spoke(tx: Transaction, case_id: str, now: datetime) -> None:
    """Note that the resident has been answered."""
    await tx.execute(update(_case).where(_case.c.id == case_id).values(waiting_since=None, later_until=None, spoke_at=now))


async def put_off(tx: Transaction, case_id: str, staff: str, until: datetime | None) -> Case | None:
    """Put a case of ``staff`` off until a moment, or with None bring it back; None when it was not theirs."""
    return await change(tx, held(case_id, staff), {"later_until": until})


async def get(tx: Transaction, case_id: str) -> Case | None:
    """Return a case, or None when there is none (any more)."""
    row = (await tx.execute(select(_case).where(_case.c.id == case_id))).one_or_none()
    return None if row is None else read(row)


async def of_conversation(tx: Transaction, conversation_id: str) -> Case | None:
    """Return the case of a conversation that is not closed, if there is one."""
    open_one = select(_case).where(_case.c.conversation_id == conversation_id, _case.c.state != CaseState.CLOSED)
    row = (await tx.execute(open_one)).one_or_none()
    return None if row is None else read(row)


async def of_conversations(tx: Transaction, conversation_ids: Collection[str]) -> Mapping[str, list[Case]]:
    """Return all cases that these conversations ever had, by conversation, the first one first."""
    theirs = select(_case).where(_case.c.conversation_id.in_(conversation_ids)).order_by(_case.c.opened_at, _case.c.id)
    found: dict[str, list[Case]] = {}
    for row in await tx.execute(theirs):
        found.setdefault(row.conversation_id, []).append(read(row))
    return found


async def of_staff(tx: Transaction, staff: str) -> list[Case]:
    """Return the cases that ``staff`` has, by conversation: whoever locks many locks them in the same order."""
    theirs = select(_case).where(OPEN, _case.c.state == CaseState.CLAIMED, _case.c.claimed_by == staff)
    return [read(row) for row in await tx.execute(theirs.order_by(_case.c.conversation_id))]


async def holders(tx: Transaction) -> frozenset[tuple[str, str | None]]:
    """Return the names of all who have a case, each with the info point that it belongs to."""
    held_by = select(_case.c.claimed_by, _case.c.point).where(OPEN, _case.c.state == CaseState.CLAIMED)
    held_by = held_by.where(_case.c.claimed_by.is_not(None))
    return frozenset((row.claimed_by, row.point) for row in await tx.execute(held_by.distinct()))


async def guarded_in_line(tx: Transaction) -> list[Case]:
    """Return the confidential cases that nobody has, by conversation as in `of_staff`."""
    guarded = select(_case).where(OPEN, _case.c.state == CaseState.WAITING, _case.c.confidential)
    return [read(row) for row in await tx.execute(guarded.order_by(_case.c.conversation_id))]


async def line(tx: Transaction) -> list[Waiting]:
    """Return all cases that are not closed: crises first, then those who wait longest, then those who need not wait."""
    of_resident = (_conversation.c[name] for name in ("channel", "language", "version", "country", "place"))
    asked = select(_case, *of_resident)
    asked = asked.join(_conversation, _conversation.c.id == _case.c.conversation_id)
    asked = asked.where(OPEN).order_by(
        case((_case.c.reason == Reason.CRISIS, 0), else_=1),
        case((_case.c.waiting_since.is_(None), 1), else_=0),
        _case.c.waiting_since,
        _case.c.opened_at,
        _case.c.id,
    )
    return [
        Waiting(read(row), row.waiting_since, row.channel, row.language, row.version, row.country, row.place)
        for row in await tx.execute(asked)
    ]


async def claim(tx: Transaction, case_id: str, staff: str, now: datetime) -> Case | None:
    """Give a waiting case to ``staff`` (a name); None when it was not waiting: somebody was faster."""
    changes = {"state": CaseState.CLAIMED, "claimed_by": staff, "claimed_at": now}
    return await change(tx, (_case.c.id == case_id) & (_case.c.state == CaseState.WAITING), changes)


async def take_over(tx: Transaction, case_id: str, holder: str, staff: str, now: datetime) -> Case | None:
    """Give a case of ``holder`` to ``staff``; None when it was not theirs any more."""
    return await change(tx, held(case_id, holder), {"claimed_by": staff, "claimed_at": now, "later_until": None})


async def release(tx: Transaction, case_id: str, staff: str) -> Case | None:
    """Put a case of ``staff`` back into the line; None when it was not theirs."""
    return await change(tx, held(case_id, staff), IN_LINE)


def _waits(now: datetime) -> dict[str, Any]:
    return {"waiting_since": func.coalesce(_case.c.waiting_since, bindparam("waits_from", now, Moment)), "later_until": None}


def held(case_id: str, staff: str) -> ColumnElement[bool]:
    """Return the condition that ``staff`` (a name) has the case."""
    return (_case.c.id == case_id) & (_case.c.state == CaseState.CLAIMED) & (_case.c.claimed_by == staff)


async def change(tx: Transaction, which: ColumnElement[bool], changes: Mapping[str, Any]) -> Case | None:
    """Change the case that meets a condition and return it as it is then; None when none meets it: somebody was faster."""
    row = (await tx.execute(update(_case).where(which).values(**changes).returning(_case))).one_or_none()
    return None if row is None else read(row)


def read(row: Row[Any]) -> Case:
    """Return the case of a row."""
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
        offered_to=row.offered_to,
        offered_by=row.offered_by,
        offered_reader=row.offered_reader,
    )
