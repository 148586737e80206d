"""The files that we keep ourselves: what residents attach on our own pages, and all that staff attach."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select

from bot.clock import new_id
from bot.model.attached import Enclosure, Tidied
from bot.store import tables  # noqa: F401 - the tables that those of the desk point to
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.desk_tables import attachment


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is kept. ``staff`` is the name of who attached it, None for the resident."""

    enclosure: Enclosure
    conversation_id: str
    staff: str | None
    content: bytes = field(repr=False)


def described(file: Tidied) -> Enclosure:
    """Return what a message says of ``file``, which is to be kept under a new id."""
    return Enclosure(new_id(), storable_text(file.name), file.media_type)


async def put(
    tx: Transaction, conversation_id: str, enclosure: Enclosure, content: bytes, now: datetime, *, staff: str | None = None
) -> None:
    """Keep a file. It is deleted with its conversation."""
    values = {
        "id": enclosure.id,
        "conversation_id": conversation_id,
        "name": enclosure.name,
        "media_type": enclosure.media_type,
        "content": content,
        "staff": staff,
        "kept_at": now,
    }
    await tx.execute(insert(attachment).values(**values))


async def get(tx: Transaction, identifier: str) -> KeptFile | None:
    """Return a file, or None when there is none (any more)."""
    row = (await tx.execute(select(attachment).where(attachment.c.id == identifier))).one_or_none()
    if row is None:
        return None
    enclosure = Enclosure(row.id, row.name, row.media_type)
    return KeptFile(enclosure, row.conversation_id, row.staff, row.content)


async def count_since(tx: Transaction, conversation_id: str, moment: datetime) -> int:
    """Return how many files the resident of a conversation has attached since ``moment``."""
    theirs = (attachment.c.conversation_id == conversation_id) & attachment.c.staff.is_(None) & (attachment.c.kept_at > moment)
    return int((await tx.execute(select(func.count()).select_from(attachment).where(theirs))).scalar_one())
