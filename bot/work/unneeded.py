"""Vectors that no text of the knowledge needs any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.model.library import Library
from bot.store import drafts, vectors
from bot.store.database import Database
from bot.threads import in_thread
from bot.work.lesson import text_hash


async def drop_vectors(db: Database, library: Library) -> int:
    """Delete the vectors that neither the live ``library`` nor an open draft needs; return how many.

    One that is needed after all, because an old edition is taken back, is computed again.
    """
    async with db.read() as tx:
        kept = await vectors.kept(tx)
        contents = await drafts.open_contents(tx)
    needed = await in_thread(lambda: _needed(library, contents))
    unneeded = [key for key in kept if key[1] not in needed]
    for begin in range(0, len(unneeded), vectors.BATCH):
        async with db.write() as tx:
            await vectors.drop(tx, unneeded[begin : begin + vectors.BATCH])
    return len(unneeded)


def _needed(library: Library, contents: Iterable[Any]) -> frozenset[str]:
    live = (each.text for texts in (library.examples, library.golden) for each in texts)
    return frozenset(text_hash(text) for texts in (live, _strings(contents)) for text in texts)


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - plain values of a file
    """Yield every text in plain values: examples and golden questions are among them, wherever they stand."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
