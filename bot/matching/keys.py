"""N-grams known by keys of 64 bits: eight bytes each, where a string in a dictionary takes two hundred."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


def keys(grams: Iterable[str]) -> Keys:
    """Return the key of each of ``grams``, shape (n,). That two of a million share one happens once in thirty million times."""
    told = b"".join(hashlib.blake2b(gram.encode(), digest_size=8).digest() for gram in grams)
    return np.frombuffer(told, "<u8").astype(np.uint64)


def places(known: Keys, asked: Keys) -> NDArray[np.intp]:
    """Return where in ``known``, sorted, each of ``asked`` stands, -1 where it does not, shape of ``asked``."""
    if not len(known):
        return np.full(len(asked), -1, np.intp)
    found = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[found] == asked, found, -1)
