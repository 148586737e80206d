"""What was computed once and is kept: meaning vectors by the hash of their text, trained weights by their fingerprint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, select, tuple_

from bot.store import tables
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_vector = tables.vector
_weights = tables.weights

#: Rows in one statement; SQLite takes 32766 parameters in one, PostgreSQL's driver 32767.
BATCH = 1000


async def get(tx: Transaction, encoder: str, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return the vectors that ``encoder`` made and that are kept, by text hash; the bytes are the caller's own form."""
    found: dict[str, bytes] = {}
    rest = iter(hashes)
    while batch := list(islice(rest, BATCH)):
        kept = select(_vector.c.text_hash, _vector.c.content)
        kept = kept.where(_vector.c.encoder == encoder, _vector.c.text_hash.in_(batch))
        found.update((row.text_hash, row.content) for row in await tx.execute(kept))
    return found


async def put(tx: Transaction, encoder: str, vectors: Mapping[str, bytes]) -> None:
    """Keep vectors by text hash; those that are kept already stay as they are."""
    rest = iter(vectors.items())
    while batch := list(islice(rest, BATCH)):
        rows = [{"encoder": encoder, "text_hash": text_hash, "content": content} for text_hash, content in batch]
        await tx.execute(insert_if_new(tx, _vector, rows))


async def kept(tx: Transaction) -> list[tuple[str, str]]:
    """Return the encoder and the text hash of all vectors that are kept."""
    return [(row.encoder, row.text_hash) for row in await tx.execute(select(_vector.c.encoder, _vector.c.text_hash))]


async def drop(tx: Transaction, keys: Collection[tuple[str, str]]) -> None:
    """Delete at most `BATCH` vectors, by encoder and text hash."""
    await tx.execute(delete(_vector).where(tuple_(_vector.c.encoder, _vector.c.text_hash).in_(keys)))


async def get_weights(tx: Transaction, fingerprint: str) -> bytes | None:
    """Return the trained weights with that fingerprint."""
    content: bytes | None = (
        await tx.execute(select(_weights.c.content).where(_weights.c.fingerprint == fingerprint))
    ).scalar_one_or_none()
    return content


async def all_weights(tx: Transaction) -> list[bytes]:
    """Return all trained weights that are kept, the newest first."""
    return list((await tx.execute(select(_weights.c.content).order_by(_weights.c.kept_at.desc()))).scalars())


async def put_weights(tx: Transaction, fingerprint: str, content: bytes, now: datetime) -> None:
    """Keep trained weights; if they are kept already nothing changes."""
    values = {"fingerprint": fingerprint, "content": content, "kept_at": now}
    await tx.execute(insert_if_new(tx, _weights, values))


async def keep_newest_weights(tx: Transaction, number: int, besides: Collection[str] = ()) -> int:
    """Delete all weights but the ``number`` kept last and those ``besides``; return how many went: they can be trained again."""
    newest = select(_weights.c.fingerprint).order_by(_weights.c.kept_at.desc()).limit(number)
    old = _weights.c.fingerprint.not_in(newest) & _weights.c.fingerprint.not_in(list(besides))
    return (await tx.execute(delete(_weights).where(old))).rowcount
