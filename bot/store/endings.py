"""How cases end, and how they are opened again: by staff, by the resident whom it did not help, or by silence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from bot.model.case import Case, CaseState, Outcome
from bot.model.message import Author
from bot.store import cases, desk_tables, tables
from bot.store.database import Transaction

_case = tables.case_file
_entry = tables.entry
_call = desk_tables.call_back


async def close(
    tx: Transaction, case_id: str, staff: str, now: datetime, outcome: Outcome = Outcome.ANSWERED, topic: str | None = None
) -> Case | None:
    """Close a case of ``staff``; None when it was not theirs. Without a ``topic`` it keeps the one it has."""
    ended = {"state": CaseState.CLOSED, "closed_at": now, "closed_by": staff, "outcome": outcome, "helped": None}
    ended |= {"waiting_since": None, "later_until": None, **cases.NOT_OFFERED}
    return await cases.change(tx, cases.held(case_id, staff), ended | ({"topic": topic} if topic else {}))


async def reopen(
    tx: Transaction,
    case_id: str,
    staff: str | None,
    now: datetime,
    *,
    waiting_since: datetime | None = None,
    promised_at: datetime | None = None,
) -> Case | None:
    """Open a closed case again, for ``staff`` or, with None, for whoever takes it from the line.

    None when it was not closed. To be called with the conversation locked and no other case of it open.
    """
    state = CaseState.WAITING if staff is None else CaseState.CLAIMED
    begun = {"state": state, "claimed_by": staff, "claimed_at": None if staff is None else now, "spoke_at": now}
    begun |= {"closed_at": None, "closed_by": None, "outcome": None, "waiting_since": waiting_since, "promised_at": promised_at}
    return await cases.change(tx, (_case.c.id == case_id) & (_case.c.state == CaseState.CLOSED), begun)


async def helped(tx: Transaction, case_id: str, conversation_id: str, *, yes: bool) -> Case | None:
    """Note what the resident said to a closed case of this conversation, once; None when it was said already."""
    asked = and_(_case.c.id == case_id, _case.c.conversation_id == conversation_id, _case.c.state == CaseState.CLOSED)
    return await cases.change(tx, asked & _case.c.helped.is_(None), {"helped": yes})


async def silent(tx: Transaction, before: datetime, limit: int = 100) -> list[Case]:
    """Return open cases that nobody has to do with since ``before``: staff spoke last, and the resident said nothing since.

    Not those that somebody put off or took up later than that, nor those with a call back to be made.
    """
    old = select(_case).where(_is_silent(before)).order_by(_case.c.conversation_id).limit(limit)
    return [cases.read(row) for row in await tx.execute(old)]


async def close_silent(tx: Transaction, case: Case, before: datetime, now: datetime) -> Case | None:
    """Close one of `silent`, by nobody; None when somebody has spoken, taken it or put it off meanwhile."""
    ended = {"state": CaseState.CLOSED, "closed_at": now, "closed_by": None, "outcome": Outcome.SILENT}
    ended |= {"later_until": None, **cases.NOT_OFFERED}
    return await cases.change(tx, (_case.c.id == case.id) & _is_silent(before), ended)


def _is_silent(before: datetime) -> ColumnElement[bool]:
    spoken = exists().where(
        _entry.c.conversation_id == _case.c.conversation_id, _entry.c.author == Author.RESIDENT, _entry.c.at > before
    )
    to_call = exists().where(_call.c.case_id == _case.c.id, _call.c.done_at.is_(None))
    return and_(
        cases.OPEN,
        _case.c.waiting_since.is_(None),
        _case.c.spoke_at <= before,
        or_(_case.c.claimed_at.is_(None), _case.c.claimed_at <= before),
        or_(_case.c.later_until.is_(None), _case.c.later_until <= before),
        ~spoken,
        ~to_call,
    )
