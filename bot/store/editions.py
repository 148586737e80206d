"""Editions: published libraries, numbered from 1. History only grows, and each names the one that it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select

from bot.store import tables
from bot.store.columns import storable_text
from bot.store.database import StoreError, Transaction
from bot.store.upsert import insert_if_new

_edition = tables.edition


class OutdatedParent(StoreError):  # noqa: N818 - a word of the house
    """Somebody published meanwhile; look at theirs first."""


class Kind(StrEnum):
    """How an edition came about."""

    SHIPPED = "shipped"  # the files of the program, or an update of them merged with the work of editors
    EDITED = "edited"
    RESTORED = "restored"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published library. ``content`` is the library as compressed JSON; ``source_hash`` tells from which files it came.

    ``kind`` says how it came about, ``published_by`` by whom (None: by the program), ``draft_id`` from which draft, and
    ``agreed`` who else wrote what to let it pass: pairs of a name and a sentence.
    """

    number: int
    source_hash: str
    published_at: datetime
    note: str
    content: bytes = field(repr=False)
    kind: Kind = Kind.SHIPPED
    published_by: str | None = None
    draft_id: str | None = None
    agreed: tuple[tuple[str, str], ...] = ()

    @property
    def parent(self) -> int:
        """The edition that this one follows; 0 for the first."""
        return self.number - 1


async def publish(
    tx: Transaction,
    parent: int,
    content: bytes,
    source_hash: str,
    now: datetime,
    note: str = "",
    *,
    kind: Kind = Kind.SHIPPED,
    published_by: str | None = None,
    draft_id: str | None = None,
    agreed: Sequence[tuple[str, str]] = (),
) -> Edition:
    """Add the edition that follows ``parent`` (0 for the first). Raises `OutdatedParent`."""
    signed = tuple((name, storable_text(why)) for name, why in agreed)
    edition = Edition(parent + 1, source_hash, now, storable_text(note), content, kind, published_by, draft_id, signed)
    if parent != await newest_number(tx):
        raise OutdatedParent
    values = {
        "number": edition.number,
        "parent": parent,
        "source_hash": source_hash,
        "content": content,
        "published_at": now,
        "note": edition.note,
        "kind": kind,
        "published_by": published_by,
        "draft_id": draft_id,
        "agreed": [list(each) for each in signed],
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


async def history(tx: Transaction, *, before: int | None = None, limit: int = 50) -> list[Edition]:
    """Return the editions below number ``before`` (all of them when None), newest first, without their content."""
    columns: list[ColumnElement[Any]] = [column for column in _edition.c if column.name != "content"]
    wanted = select(*columns, literal(b"").label("content"))
    if before is not None:
        wanted = wanted.where(_edition.c.number < before)
    rows: Sequence[Any] = (await tx.execute(wanted.order_by(_edition.c.number.desc()).limit(limit))).all()
    return [_read(row) for row in rows]


async def _one(tx: Transaction, which: ColumnElement[bool]) -> Edition | None:
    row: Row[Any] | None = (await tx.execute(select(_edition).where(which))).one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Edition:
    agreed = tuple((name, why) for name, why in row.agreed or ())
    told = (Kind(row.kind), row.published_by, row.draft_id, agreed)
    return Edition(row.number, row.source_hash, row.published_at, row.note, row.content, *told)
