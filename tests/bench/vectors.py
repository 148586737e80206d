"""Vectors kept from run to run, so that a comparison made again is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.matching import e5
from bot.matching.embedder import Embedder
from bot.work.lesson import NUMBER, read_vectors, text_hash, write_vectors

#: Texts embedded between two lines of progress.
_BATCH = 512


class Remembered:
    """The encoder, with a file of the vectors that it has computed before. Times taken with it say nothing."""

    name = e5.NAME
    size = e5.SIZE

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder, self._path = embedder, path
        self.known = read_vectors(path)
        self._before = len(self.known)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, shape (n, size)."""
        missing = sorted({text for text in texts if text_hash(text) not in self.known}, key=len)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            rows = self._embedder.passages(batch).astype(NUMBER)
            self.known.update({text_hash(text): row.tobytes() for text, row in zip(batch, rows, strict=True)})
            if len(missing) > _BATCH:
                sys.stderr.write(f"  {start + len(batch)} of {len(missing)} texts embedded\n")
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of ``text``, shape (size,)."""
        key = text_hash(text)
        if key not in self.known:
            self.known[key] = self._embedder.query(text).astype(NUMBER).tobytes()
        return np.frombuffer(self.known[key], NUMBER).astype(np.float32)

    def keep(self) -> None:
        """Write what is new to the file."""
        if len(self.known) > self._before:
            write_vectors(self._path, self.known)
            self._before = len(self.known)


def encoder(path: Path) -> Remembered:
    """Return the encoder with the vectors in ``path``. Raises `RuntimeError` where the processor cannot run it."""
    return Remembered(loaded(), path)


def loaded() -> Embedder:
    """Return the encoder as residents' messages meet it. Raises `RuntimeError` where the processor cannot run it."""
    embedder = e5.load("e5")
    if embedder is None:
        raise RuntimeError("this processor cannot run the encoder")
    return embedder
