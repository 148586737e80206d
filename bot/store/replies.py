"""Replies that staff write once, in all languages, and send often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.clock import new_id
from bot.store import desk_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_reply = desk_tables.saved_reply


@dataclass(frozen=True, slots=True)
class Draft:
    """A saved reply as somebody types it: ``point`` is the info point that it is for, None for all; ``texts`` by language."""

    name: str
    point: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedReply:
    """A saved reply as it is kept. ``version`` rises by one with each change."""

    id: str
    draft: Draft
    version: int
    changed_by: str
    changed_at: datetime


async def everything(tx: Transaction) -> Sequence[SavedReply]:
    """Return all saved replies, by name."""
    found = [_of(row) for row in await tx.execute(select(_reply))]
    return sorted(found, key=lambda reply: (reply.draft.name.casefold(), reply.id))  # databases sort letters in their own ways


async def get(tx: Transaction, reply_id: str) -> SavedReply | None:
    """Return a saved reply, None when there is none (any more)."""
    row = (await tx.execute(select(_reply).where(_reply.c.id == reply_id))).first()
    return None if row is None else _of(row)


async def make(tx: Transaction, draft: Draft, staff: str, now: datetime) -> str:
    """Keep a new reply and return its id."""
    reply_id = new_id()
    await tx.execute(insert(_reply).values(id=reply_id, version=1, **_values(draft, staff, now)))
    return reply_id


async def change(tx: Transaction, reply_id: str, version: int, draft: Draft, staff: str, now: datetime) -> bool:
    """Change a reply; tell whether it was done, which it is not when somebody changed or deleted ``version`` meanwhile."""
    its = update(_reply).where(_reply.c.id == reply_id, _reply.c.version == version)
    return (await tx.execute(its.values(version=version + 1, **_values(draft, staff, now)))).rowcount == 1


async def remove(tx: Transaction, reply_id: str, version: int) -> bool:
    """Delete a reply; tell whether it was done, as with `change`."""
    its = delete(_reply).where(_reply.c.id == reply_id, _reply.c.version == version)
    return (await tx.execute(its)).rowcount == 1


def _values(draft: Draft, staff: str, now: datetime) -> dict[str, object]:
    texts = {language: storable_text(text) for language, text in draft.texts.items()}
    return {
        "name": storable_text(draft.name),
        "point": draft.point,
        "texts": texts,
        "changed_by": storable_text(staff),
        "changed_at": now,
    }


def _of(row: Row[Any]) -> SavedReply:
    return SavedReply(row.id, Draft(row.name, row.point, row.texts), row.version, row.changed_by, row.changed_at)
