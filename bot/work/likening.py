"""The vectors of questions, by which they are grouped by likeness: computed in the background, a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.matching.embedder import Embedder, EmbedderError
from bot.store import questions
from bot.store.database import Database
from bot.store.questions import Question
from bot.threads import in_thread

#: So many at a time: residents who wait for an answer use the same encoder.
_AT_A_TIME = 8


class Likening:
    """Computes the vectors that are missing, where there is an encoder."""

    def __init__(self, db: Database, embedder: Callable[[], Embedder | None]) -> None:
        self._db = db
        self._embedder = embedder
        self._looked_for = ""

    async def go_on(self) -> int:
        """Compute some of the vectors that are missing and return how many. An encoder that fails is tried again later."""
        embedder = self._embedder()
        if embedder is None:
            return 0
        if self._looked_for != embedder.name:
            await self._drop_others(embedder.name)
            self._looked_for = embedder.name
        async with self._db.read() as tx:
            missing = await questions.without_vector(tx, _AT_A_TIME)
        made = await in_thread(lambda: _vectors(embedder, missing))
        if made:
            async with self._db.write() as tx:
                for question, vector in made:
                    await questions.put_vector(tx, question, vector)
        return len(made)

    async def _drop_others(self, name: str) -> None:
        """Have the vectors of another encoder computed anew."""
        async with self._db.read() as tx:
            kept = await questions.vectors(tx)
        others = [turn for turn, content in kept.items() if unpacked(content, name) is None]
        if others:
            async with self._db.write() as tx:
                await questions.drop_vectors(tx, others)


def packed(name: str, vector: NDArray[np.float32]) -> bytes:
    """Return a vector that the encoder ``name`` made, as it is kept."""
    return name.encode() + b"\0" + vector.astype("<f2").tobytes()


def unpacked(content: bytes | None, name: str) -> NDArray[np.float32] | None:
    """Return a kept vector; None when there is none, or another encoder than ``name`` made it."""
    if content is None:
        return None
    maker, _, numbers = content.partition(b"\0")
    return np.frombuffer(numbers, "<f2").astype(np.float32) if maker == name.encode() else None


def maker_of(content: bytes) -> str:
    """Return the name of the encoder that made a kept vector."""
    return content.partition(b"\0")[0].decode("utf-8", "replace")


def _vectors(embedder: Embedder, missing: list[Question]) -> list[tuple[Question, bytes]]:
    """Return what could be made. One at a time and as residents' messages are read: that never keeps anybody waiting long."""
    made: list[tuple[Question, bytes]] = []
    for each in missing:
        try:
            vector = embedder.query(each.text or "")
        except EmbedderError:
            break
        made.append((each, packed(embedder.name, vector)))
    return made
