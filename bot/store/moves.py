"""How cases change hands: to a colleague, to another info point, and back to the line when nobody answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select

from bot.model.case import Case, CaseState
from bot.store import cases, tables
from bot.store.database import Transaction

_case = tables.case_file


async def to_point(tx: Transaction, case_id: str, staff: str, point: str, now: datetime) -> Case | None:
    """Put a case of ``staff`` into the line of another info point; None when it was not theirs."""
    return await cases.change(tx, cases.held(case_id, staff), _moved(point, None, now))


async def offer(tx: Transaction, case_id: str, staff: str, point: str, reader: str | None = None) -> Case | None:
    """Note that the resident is asked whether a case of ``staff`` may go to ``point``; None when it was not theirs.

    ``reader`` is who is to read it there while it is confidential.
    """
    offered = {"offered_to": point, "offered_by": staff, "offered_reader": reader}
    return await cases.change(tx, cases.held(case_id, staff), offered)


async def withdraw_offer(tx: Transaction, case_id: str) -> None:
    """Note that the resident is asked no longer."""
    await cases.change(tx, _case.c.id == case_id, cases.NOT_OFFERED)


async def consented(
    tx: Transaction, case_id: str, conversation_id: str, point: str, promised_at: datetime | None, now: datetime
) -> Case | None:
    """Put a case that was offered to ``point`` into the line there; None when it is not offered there any more."""
    offered = and_(_case.c.id == case_id, _case.c.conversation_id == conversation_id, _case.c.state == CaseState.CLAIMED)
    return await cases.change(tx, offered & (_case.c.offered_to == point), _moved(point, promised_at, now))


async def unanswered(tx: Transaction, before: datetime, now: datetime, limit: int = 1000) -> list[Case]:
    """Return the cases that somebody has had since ``before`` and whose residents wait since then.

    Not those that were put off until later than that.
    """
    late = select(_case).where(
        cases.OPEN,
        _case.c.state == CaseState.CLAIMED,
        _case.c.waiting_since <= before,
        _case.c.claimed_at <= before,
        or_(_case.c.later_until.is_(None), and_(_case.c.later_until <= before, _case.c.later_until <= now)),
    )
    return [cases.read(row) for row in await tx.execute(late.order_by(_case.c.conversation_id).limit(limit))]


async def put_back(tx: Transaction, case: Case) -> Case | None:
    """Put one of `unanswered` back into the line; None when it was answered, handed on or put off meanwhile."""
    later = _case.c.later_until.is_(None) if case.later_until is None else _case.c.later_until == case.later_until
    unmoved = and_(_case.c.waiting_since == case.waiting_since, _case.c.claimed_at == case.claimed_at, later)
    return await cases.change(tx, cases.held(case.id, str(case.claimed_by)) & unmoved, cases.IN_LINE)


def _moved(point: str, promised_at: datetime | None, now: datetime) -> dict[str, object]:
    return {**cases.IN_LINE, "point": point, "promised_at": promised_at, "waiting_since": now, "later_until": None}
