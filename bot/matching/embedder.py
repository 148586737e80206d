"""What turns a text into a vector of its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: What is read of a longer text: its beginning and its end, where the question often stands. Time grows with length.
HEAD, TAIL = 200, 100


class EmbedderError(Exception):
    """The encoder could not answer; words decide alone meanwhile."""


class Embedder(Protocol):
    """A text encoder. ``name`` tells encoders apart whose vectors must not be mixed, ``size`` is their length."""

    name: str
    size: int

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of stored ``texts``, of length one, shape (n, size). Raises `EmbedderError`."""
        ...

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a resident's ``text``, of length one, shape (size,). Raises `EmbedderError`."""
        ...


def excerpt(text: str) -> str:
    """Return what an encoder reads of ``text``: all of a short one, beginning and end of a long one."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"
