"""The knowledge folders that were taken into editions, and where they say otherwise than editors do.

A folder is known by the hash of its files. Each is merged once, by whichever process comes first; a process of an older release
finds that its own was merged and leaves things as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store import edit_tables
from bot.store.columns import storable
from bot.store.database import StoreError, Transaction
from bot.store.upsert import insert_if_new

_shipped, _contradiction = edit_tables.shipped, edit_tables.contradiction


class AlreadyTaken(StoreError):  # noqa: N818 - a word of the house
    """Another process merged the same folder a moment ago."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A place that an editor and an update of the files both changed. What the editor wrote was kept.

    ``base`` is what stood there before both, ``ours`` what the editor wrote, ``theirs`` what the files say now: plain values,
    None where nothing stands.
    """

    file: str
    path: tuple[str | int, ...]
    base: Any
    ours: Any
    theirs: Any
    at: datetime


async def is_known(tx: Transaction, source_hash: str) -> bool:
    """Tell whether there is nothing to take from the folder of that hash: it was merged, or written from an edition."""
    return (await tx.execute(select(_shipped.c.source_hash).where(_shipped.c.source_hash == source_hash))).first() is not None


async def base(tx: Transaction) -> bytes | None:
    """Return the library, packed, of the folder that was merged last; None where none was."""
    wanted = select(_shipped.c.content).where(_shipped.c.content.is_not(None)).order_by(_shipped.c.taken_at.desc()).limit(1)
    found: bytes | None = (await tx.execute(wanted)).scalar_one_or_none()
    return found


async def take(tx: Transaction, source_hash: str, content: bytes, now: datetime, told: Iterable[Contradiction] = ()) -> None:
    """Remember that a folder was merged, with its library packed, and where it said otherwise. Raises `AlreadyTaken`."""
    row = {"source_hash": source_hash, "content": content, "taken_at": now}
    if (await tx.execute(insert_if_new(tx, _shipped, row))).rowcount != 1:
        raise AlreadyTaken
    former = _shipped.c.content.is_not(None) & (_shipped.c.source_hash != source_hash)
    await tx.execute(update(_shipped).where(former).values(content=None))
    for each in told:
        await settle(tx, each.file, each.path)
        place = {"file": each.file, "path": _written(each.path), "at": each.at}
        values = {"base": storable(each.base), "ours": storable(each.ours), "theirs": storable(each.theirs)}
        await tx.execute(insert(_contradiction).values(**place, **values))


async def know(tx: Transaction, source_hash: str, now: datetime) -> None:
    """Remember that a folder was written from an edition: there is nothing in it to take."""
    await tx.execute(insert_if_new(tx, _shipped, {"source_hash": source_hash, "content": None, "taken_at": now}))


async def contradictions(tx: Transaction, limit: int = 500) -> list[Contradiction]:
    """Return the places that nobody has settled, the latest update first, then in the order of the files."""
    order = (_contradiction.c.at.desc(), _contradiction.c.file, _contradiction.c.path)
    rows = (await tx.execute(select(_contradiction).order_by(*order).limit(limit))).all()
    return [Contradiction(row.file, tuple(json.loads(row.path)), row.base, row.ours, row.theirs, row.at) for row in rows]


async def settle(tx: Transaction, file: str, path: tuple[str | int, ...]) -> bool:
    """Forget a contradiction that an editor has decided. Tell whether it was still there."""
    here = (_contradiction.c.file == file) & (_contradiction.c.path == _written(path))
    return (await tx.execute(delete(_contradiction).where(here))).rowcount == 1


def _written(path: tuple[str | int, ...]) -> str:
    return json.dumps(list(path), ensure_ascii=False)
