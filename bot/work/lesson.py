"""What the program and its apprentice hand each other: files in a folder of their own, vectors by the hash of their text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Vectors as they are kept, by `text_hash`: numbers of two bytes, which is finer than the encoder's own four bits.
Kept = Mapping[str, bytes]
NUMBER = np.float16

#: What is known beforehand, and what the apprentice leaves.
EXAMPLES, KNOWN, FRESH, WEIGHTS = "examples.json", "known.npz", "fresh.npz", "weights.npz"


def text_hash(text: str) -> str:
    """Return the key under which the vector of ``text`` is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_vectors(path: Path, vectors: Kept) -> None:
    """Write ``vectors``, all of one encoder, to ``path``; nothing when there are none."""
    if vectors:
        numbers = np.frombuffer(b"".join(vectors.values()), NUMBER).reshape(len(vectors), -1)
        np.savez(path, hashes=np.array(list(vectors), "S64"), vectors=numbers)


def read_vectors(path: Path) -> dict[str, bytes]:
    """Return what `write_vectors` wrote to ``path``, nothing when there is no such file."""
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as opened:
        numbers: NDArray[np.float16] = opened["vectors"]
        return {key.decode(): row.tobytes() for key, row in zip(opened["hashes"].tolist(), numbers, strict=True)}
