"""Learning from the examples of an edition, in a process of its own so that answering goes on meanwhile.

``python -m bot.work.apprentice FOLDER`` reads ``examples.json`` and, where there is one, ``vectors.npz`` from FOLDER, writes
``weights.npz`` there, and prints a line of JSON for each step forward: ``{"stage": "vectors", "share": 0.25}``. When its
standard input ends, whoever started it is gone: it deletes FOLDER and ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from bot.matching import e5, training
from bot.matching.embedder import Embedder
from bot.matching.material import readings
from bot.matching.weights import Weights
from bot.model.library import Example

Vectors = Mapping[str, NDArray[np.float32]]
Progress = Callable[[str, float], None]

#: More processes than this embed no faster on the machines this runs on, and take memory.
_MOST_PROCESSES = 4
_BATCH = 256
#: Politeness towards the process that answers residents.
_NICENESS = 10


def text_hash(text: str) -> str:
    """Return the key under which the vector of ``text`` is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def learn(examples: Sequence[Example], encoder: str, known: Vectors, progress: Progress) -> tuple[Weights, Vectors]:
    """Embed what is not ``known`` (vectors by `text_hash`) and train; return the weights and all the vectors.

    ``encoder`` is the setting's name ("e5" or "none"). ``progress`` is told the stage and the share of it that is done.
    """
    embedder = e5.load(encoder)
    if embedder is None:
        return training.train(examples, None, progress), {}
    texts = readings(examples)
    missing = sorted({text for text in texts if text_hash(text) not in known}, key=len)
    vectors = {**known, **_embed(missing, encoder, progress)}
    stacked = np.stack([vectors[text_hash(text)] for text in texts])
    return training.train(examples, stacked, progress, encoder=embedder.name), vectors


def _embed(texts: Sequence[str], encoder: str, progress: Progress) -> Vectors:
    """Return the vectors of ``texts``, computed by as many processes as there are processors."""
    if not texts:
        return {}
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    vectors: dict[str, NDArray[np.float32]] = {}
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES, len(batches))
    pool = ProcessPoolExecutor(processes)
    try:
        for batch, embedded in zip(batches, pool.map(_embed_batch, batches, repeat(encoder)), strict=True):
            vectors.update({text_hash(text): vector for text, vector in zip(batch, embedded, strict=True)})
            progress("vectors", len(vectors) / len(texts))
    finally:
        pool.shutdown(cancel_futures=True)  # whoever breaks this off waits for what is being embedded, not for all the rest
    return vectors


def _embed_batch(texts: Sequence[str], encoder: str) -> NDArray[np.float32]:
    loaded = _load(encoder)
    if loaded is None:
        raise RuntimeError("the encoder was there a moment ago")
    return loaded.passages(texts)


@lru_cache(maxsize=1)
def _load(encoder: str) -> Embedder | None:
    """Load the encoder once in each embedding process."""
    os.nice(_NICENESS)
    return e5.load(encoder)


def main(folder: Path, encoder: str) -> None:
    """Learn from what lies in ``folder`` and leave the weights there."""
    os.nice(_NICENESS)
    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    rows = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    examples = [Example(*row) for row in rows]
    weights, _ = learn(examples, encoder, {}, _report)
    # Written aside and renamed, so that a file of this name is always whole.
    unfinished = folder / "weights.part"
    unfinished.write_bytes(weights.to_bytes())
    unfinished.rename(folder / "weights.npz")


def _end_with_parent(folder: Path) -> None:
    """Wait for the end of the standard input, which our parent holds open; then leave nothing behind of files and processes."""
    with suppress(OSError):
        while os.read(0, 1):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # we lead no group when somebody started us by hand
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _report(stage: str, share: float) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "share": round(share, 3)}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
