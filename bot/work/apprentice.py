"""Learning from the examples of an edition, in a process of its own so that answering goes on meanwhile.

``python -m bot.work.apprentice FOLDER`` reads the examples and the vectors that are known from FOLDER, leaves the weights and
the fresh vectors there (see `bot.work.lesson`), and prints a line of JSON for each step forward:
``{"stage": "vectors", "share": 0.25}``. The encoder stands in its environment. When its standard input ends, whoever started it
is gone: it deletes FOLDER and ends.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from bot.matching import training
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.material import readings
from bot.matching.weights import Weights
from bot.model.library import Example
from bot.work.child import NICENESS, end_with_parent, report
from bot.work.encoders import Encoder, load, of_this_process
from bot.work.endpoint import BATCH, RemoteEmbedder
from bot.work.lesson import EXAMPLES, FRESH, KNOWN, NUMBER, WEIGHTS, Kept, read_vectors, text_hash, write_vectors

Progress = Callable[[str, float], None]

#: More processes than this embed no faster on the machines this runs on, and take memory.
_MOST_PROCESSES = 4
#: Texts between two steps of progress: many for processes of our own, one question's for an encoder that is not ours.
_BATCH, _BATCH_OF_ANOTHER = 256, BATCH


def learn(examples: Sequence[Example], encoder: Encoder, known: Kept, progress: Progress) -> tuple[Weights, Kept]:
    """Embed what is not ``known`` and train; return the weights and the vectors that were computed for it.

    ``progress`` is told the stage and the share of it that is done. Raises `bot.matching.embedder.EmbedderError`.
    """
    fresh: dict[str, bytes] = {}
    return _learn(examples, encoder, known, progress, fresh), fresh


def _learn(examples: Sequence[Example], encoder: Encoder, known: Kept, progress: Progress, fresh: dict[str, bytes]) -> Weights:
    """As `learn`; what is computed stands in ``fresh`` even when it raises."""
    embedder = load(encoder)
    if embedder is None:
        return training.train(examples, None, progress)
    texts = readings(examples)
    size = embedder.size * NUMBER().itemsize
    whole = {key: vector for key, vector in known.items() if len(vector) == size}
    hashes = [text_hash(text) for text in texts]
    missing = sorted({text for text, key in zip(texts, hashes, strict=True) if key not in whole}, key=len)
    if isinstance(embedder, RemoteEmbedder):
        with closing(embedder):
            _embed(missing, _BATCH_OF_ANOTHER, lambda batches: map(embedder.passages, batches), progress, fresh)
    else:
        _embed_here(missing, encoder, progress, fresh)
    vectors = {**whole, **fresh}
    stacked = np.frombuffer(b"".join(vectors[key] for key in hashes), NUMBER).reshape(len(texts), -1).astype(np.float32)
    return training.train(examples, stacked, progress, encoder=embedder.name)


def _embed_here(texts: Sequence[str], encoder: Encoder, progress: Progress, fresh: dict[str, bytes]) -> None:
    """Put the vectors of ``texts`` into ``fresh``, computed by as many processes as there are processors."""
    if not texts:
        return
    pool = ProcessPoolExecutor(min(os.cpu_count() or 1, _MOST_PROCESSES, -(-len(texts) // _BATCH)))
    try:
        _embed(texts, _BATCH, lambda batches: pool.map(_embed_batch, batches, repeat(encoder)), progress, fresh)
    finally:
        pool.shutdown(cancel_futures=True)  # whoever breaks this off waits for what is being embedded, not for all the rest


def _embed(
    texts: Sequence[str],
    size: int,
    compute: Callable[[Sequence[Sequence[str]]], Iterable[NDArray[np.float32]]],
    progress: Progress,
    fresh: dict[str, bytes],
) -> None:
    """Put the vectors of ``texts`` into ``fresh``, computed in batches of ``size``."""
    batches = [texts[start : start + size] for start in range(0, len(texts), size)]
    for batch, embedded in zip(batches, compute(batches), strict=True):
        fresh.update({text_hash(text): row.astype(NUMBER).tobytes() for text, row in zip(batch, embedded, strict=True)})
        progress("vectors", len(fresh) / len(texts))


def _embed_batch(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    loaded = _load(encoder)
    if loaded is None:
        raise RuntimeError("the encoder was there a moment ago")
    return loaded.passages(texts)


@lru_cache(maxsize=1)
def _load(encoder: Encoder) -> Embedder | None:
    """Load the encoder once in each embedding process."""
    os.nice(NICENESS)
    return load(encoder)


def main(folder: Path, encoder: Encoder) -> None:
    """Learn from what lies in ``folder`` and leave the weights there; after a failure of the encoder what it computed."""
    os.nice(NICENESS)
    Thread(target=end_with_parent, args=(folder,), daemon=True).start()
    rows = json.loads((folder / EXAMPLES).read_text(encoding="utf-8"))
    examples = [Example(*row) for row in rows]
    fresh: dict[str, bytes] = {}
    try:
        weights = _learn(examples, encoder, read_vectors(folder / KNOWN), report, fresh)
    except EmbedderError as error:
        sys.exit(str(error))
    finally:
        write_vectors(folder / FRESH, fresh)
    # Written aside and renamed, so that a file of this name is always whole.
    unfinished = folder / "weights.part"
    unfinished.write_bytes(weights.to_bytes())
    unfinished.rename(folder / WEIGHTS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), of_this_process())
