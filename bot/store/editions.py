"""Editions: published libraries, numbered from 1. History only grows, and each names the one that it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from bot.store import tables
from bot.store.columns import storable_text
from bot.store.database import StoreError, Transaction
from bot.store.upsert import insert_if_new

_edition = tables.edition


class OutdatedParent(StoreError):  # noqa: N818 - a word of the house
    """Somebody published meanwhile; look at theirs first."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A published library. ``content`` is the library as compressed JSON; ``source_hash`` tells from which files it came."""

    number: int
    source_hash: str
    published_at: datetime
    note: str
    content: bytes = field(repr=False)

    @property
    def parent(self) -> int:
        """The edition that this one follows; 0 for the first."""
        return self.number - 1


async def publish(tx: Transaction, parent: int, content: bytes, source_hash: str, now: datetime, note: str = "") -> Edition:
    """Add the edition that follows ``parent`` (0 for the first). Raises `OutdatedParent`."""
    edition = Edition(parent + 1, source_hash, now, storable_text(note), content)
    if parent != await newest_number(tx):
        raise OutdatedParent
    values = {
        "number": edition.number,
        "parent": parent,
        "source_hash": source_hash,
        "content": content,
        "published_at": now,
        "note": edition.note,
    }
    if (await tx.execute(insert_if_new(tx, _edition, values))).rowcount != 1:
        raise OutdatedParent
    return edition


async def newest_number(tx: Transaction) -> int:
    """Return the number of the newest edition, 0 before the first: what a process compares to know whether to load."""
    return int((await tx.execute(select(func.coalesce(func.max(_edition.c.number), 0)))).scalar_one())


async def newest(tx: Transaction) -> Edition | None:
    """Return the newest edition."""
    return await _one(tx, _edition.c.number == select(func.max(_edition.c.number)).scalar_subquery())


async def get(tx: Transaction, number: int) -> Edition | None:
    """Return an edition by its number."""
    return await _one(tx, _edition.c.number == number)


async def _one(tx: Transaction, which: ColumnElement[bool]) -> Edition | None:
    row: Row[Any] | None = (await tx.execute(select(_edition).where(which))).one_or_none()
    return None if row is None else Edition(row.number, row.source_hash, row.published_at, row.note, row.content)
