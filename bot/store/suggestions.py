"""What the bot should have known, and what residents and offices say is wrong: suggestions for the editors.

They are kept in words from which persons cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.clock import new_id
from bot.store import desk_tables
from bot.store.columns import storable, storable_text
from bot.store.database import Transaction

_suggestion = desk_tables.suggestion


class State(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class Kind(StrEnum):
    """Whose a suggestion is."""

    STAFF = "staff"  # what the bot should have known, from a case
    RESIDENT = "resident"  # something is wrong with an answer
    PROVIDER = "provider"  # what an office says of its own entry


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was asked and what staff answered, both masked (`bot.language.masking`), and what the case was about.

    Of a resident or an office, ``question`` is what they wrote, and ``item`` what it is about (`bot.editing.items.Item`, as
    text). ``change`` is what an office wants, field by field, empty when it confirms all; of a resident, ``about``: what sort
    of thing is wrong.
    """

    question: str
    answer: str
    topic: str | None = None
    country: str | None = None
    language: str | None = None
    point: str | None = None
    kind: Kind = Kind.STAFF
    item: str | None = None
    change: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion as it is kept. ``why`` is what an editor says to it who decided, ``draft_id`` the draft that took it up."""

    id: str
    suggested: Suggested
    made_by: str
    made_at: datetime
    state: State
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str | None = None
    draft_id: str | None = None


async def put(tx: Transaction, suggested: Suggested, staff: str, now: datetime, *, conversation_id: str | None = None) -> str:
    """Keep a suggestion of ``staff`` (a name, empty for who is none of them) and return its id.

    One with words of a conversation goes when that is forgotten, whoever made it.
    """
    identifier = new_id()
    values: dict[str, Any] = {
        "question": storable_text(suggested.question),
        "answer": storable_text(suggested.answer),
        "kind": suggested.kind,
        "change": None if suggested.change is None else storable(dict(suggested.change)),
    }
    for name in ("topic", "country", "language", "point", "item"):
        value = getattr(suggested, name)
        values[name] = None if value is None else storable_text(value)
    values |= {
        "conversation_id": conversation_id,
        "id": identifier,
        "made_by": storable_text(staff),
        "made_at": now,
        "state": State.OPEN,
    }
    await tx.execute(insert(_suggestion).values(**values))
    return identifier


async def in_state(
    tx: Transaction, state: State, limit: int = 200, *, kind: Kind | None = None, language: str | None = None
) -> list[Suggestion]:
    """Return the suggestions in ``state``: the open ones oldest first, those decided on newest first.

    ``kind`` and ``language`` are those wanted, None for all.
    """
    order = _suggestion.c.made_at if state is State.OPEN else _suggestion.c.decided_at.desc()
    wanted = select(_suggestion).where(_suggestion.c.state == state).order_by(order, _suggestion.c.id).limit(limit)
    wanted = wanted if kind is None else wanted.where(_suggestion.c.kind == kind)
    wanted = wanted if language is None else wanted.where(_suggestion.c.language == language)
    return [_read(row) for row in await tx.execute(wanted)]


async def get(tx: Transaction, identifier: str) -> Suggestion | None:
    """Return a suggestion, if there is one."""
    row = (await tx.execute(select(_suggestion).where(_suggestion.c.id == identifier))).one_or_none()
    return None if row is None else _read(row)


async def decide(
    tx: Transaction, identifier: str, state: State, staff: str, why: str, now: datetime, *, draft_id: str | None = None
) -> Suggestion | None:
    """Decide on an open suggestion and return it; None when somebody has decided already. ``draft_id`` is what took it up."""
    values = {"state": state, "decided_by": storable_text(staff), "decided_at": now, "why": storable_text(why) or None}
    values["draft_id"] = draft_id
    is_open = (_suggestion.c.id == identifier) & (_suggestion.c.state == State.OPEN)
    row = (await tx.execute(update(_suggestion).where(is_open).values(**values).returning(_suggestion))).one_or_none()
    return None if row is None else _read(row)


async def forget(tx: Transaction, conversation_id: str) -> None:
    """Delete what a resident suggested in a conversation, and what staff did who quoted it."""
    await tx.execute(delete(_suggestion).where(_suggestion.c.conversation_id == conversation_id))


def _read(row: Row[Any]) -> Suggestion:
    about = (row.topic, row.country, row.language, row.point)
    suggested = Suggested(row.question, row.answer, *about, Kind(row.kind), row.item, row.change)
    decided = (row.decided_by, row.decided_at, row.why, row.draft_id)
    return Suggestion(row.id, suggested, row.made_by, row.made_at, State(row.state), *decided)
