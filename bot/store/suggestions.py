"""What the bot should have known: suggestions of staff for the editors, in words from which persons cannot be told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.clock import new_id
from bot.store import desk_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_suggestion = desk_tables.suggestion


class State(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was asked and what staff answered, both masked (`bot.language.masking`), and what the case was about."""

    question: str
    answer: str
    topic: str | None = None
    country: str | None = None
    language: str | None = None
    point: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as it is kept. ``why`` is what an editor says to it who decided."""

    id: str
    suggested: Suggested
    made_by: str
    made_at: datetime
    state: State
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str | None = None


async def put(tx: Transaction, suggested: Suggested, staff: str, now: datetime) -> str:
    """Keep a suggestion of ``staff`` (a name) and return its id."""
    identifier = new_id()
    values: dict[str, Any] = {name: None if value is None else storable_text(value) for name, value in asdict(suggested).items()}
    values |= {"id": identifier, "made_by": storable_text(staff), "made_at": now, "state": State.OPEN}
    await tx.execute(insert(_suggestion).values(**values))
    return identifier


async def in_state(tx: Transaction, state: State, limit: int = 200) -> list[Suggestion]:
    """Return the suggestions in ``state``: the open ones oldest first, those decided on newest first."""
    order = _suggestion.c.made_at if state is State.OPEN else _suggestion.c.decided_at.desc()
    wanted = select(_suggestion).where(_suggestion.c.state == state).order_by(order, _suggestion.c.id).limit(limit)
    return [_read(row) for row in await tx.execute(wanted)]


async def get(tx: Transaction, identifier: str) -> Suggestion | None:
    """Return a suggestion, if there is one."""
    row = (await tx.execute(select(_suggestion).where(_suggestion.c.id == identifier))).one_or_none()
    return None if row is None else _read(row)


async def decide(tx: Transaction, identifier: str, state: State, staff: str, why: str, now: datetime) -> Suggestion | None:
    """Decide on an open suggestion and return it; None when somebody has decided already."""
    values = {"state": state, "decided_by": storable_text(staff), "decided_at": now, "why": storable_text(why) or None}
    is_open = (_suggestion.c.id == identifier) & (_suggestion.c.state == State.OPEN)
    row = (await tx.execute(update(_suggestion).where(is_open).values(**values).returning(_suggestion))).one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Suggestion:
    suggested = Suggested(row.question, row.answer, row.topic, row.country, row.language, row.point)
    return Suggestion(row.id, suggested, row.made_by, row.made_at, State(row.state), row.decided_by, row.decided_at, row.why)
