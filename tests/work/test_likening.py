"""Questions get the vectors by which like ones are found, in the background."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.embedder import Embedder, EmbedderError
from bot.store import questions
from bot.work.likening import Likening, packed, unpacked
from tests.support.town import Town


class Encoder:
    """An encoder that tells texts apart by their length, or fails."""

    def __init__(self, name: str = "one") -> None:
        self.name, self.size, self.fails_after = name, 2, 100

    def passages(self, texts: Any) -> NDArray[np.float32]:
        """Return the vectors of texts."""
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text."""
        self.fails_after -= 1
        if self.fails_after < 0:
            raise EmbedderError
        return np.array([len(text), 1], np.float32)


async def test_vectors_are_computed_in_the_background_where_there_is_an_encoder(town: Town) -> None:
    for number in range(9):
        await town.sends(f"person kje {number}")
    await town.gathered()
    encoder = Encoder()
    embedder: Embedder = encoder
    likening = Likening(town.db, lambda: embedder)
    assert await Likening(town.db, lambda: None).go_on() == 0
    encoder.fails_after = 2
    assert [await likening.go_on() for _ in range(2)] == [2, 0]
    encoder.fails_after = 100
    assert [await likening.go_on() for _ in range(2)] == [7, 0]
    async with town.db.read() as tx:
        kept = await questions.unsettled(tx, "sl", 20)
    first = [unpacked(vector, "one") for _, vector in kept]
    assert all(each is not None and each.tolist() == [12, 1] for each in first)


async def test_vectors_of_another_encoder_are_computed_anew(town: Town) -> None:
    await town.sends("person kje")
    await town.gathered()
    assert await Likening(town.db, Encoder).go_on() == 1
    other = Likening(town.db, lambda: Encoder("other"))
    assert [await other.go_on() for _ in range(2)] == [1, 0]


def test_a_vector_is_that_of_its_encoder_alone() -> None:
    kept = packed("one", np.array([0.5, 0.25], np.float32))
    found = unpacked(kept, "one")
    assert found is not None
    assert found.tolist() == [0.5, 0.25]
    assert unpacked(kept, "two") is None
    assert unpacked(None, "one") is None
