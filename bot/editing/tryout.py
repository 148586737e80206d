"""Deciding the same questions with two libraries, in a process of its own: the memory of the program does not grow by it.

``python -m bot.editing.tryout FOLDER`` reads what `write` put into FOLDER, leaves there what `read` returns, and prints a line of
JSON for each step forward. It ends with whoever started it, as `bot.work.child` says.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from bot import clock
from bot.editing.comparing import Asked, Decide, compare
from bot.editing.outcomes import Found
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.library import Library
from bot.store.editions import Edition
from bot.store.packing import pack, unpack
from bot.work.child import NICENESS, end_with_parent, report
from bot.work.encoders import Encoder, load, of_this_process
from bot.work.lesson import FRESH, KNOWN, NUMBER, Kept, read_vectors, text_hash, write_vectors

_LIVE, _DRAFT, _ASKED, _FOUND = "live", "draft", "asked.json", "found.json"
#: Steps of progress that are told.
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Side:
    """A library, and what was learned from its examples as `bot.matching.weights.Weights.to_bytes` writes it."""

    library: Library
    weights: bytes


def write(folder: Path, live: Side, draft: Side, asked: Sequence[Asked], known: Kept, max_wrong: float) -> None:
    """Put into ``folder`` what is to be tried. ``known`` are the vectors of golden questions that were computed before."""
    for name, side in ((_LIVE, live), (_DRAFT, draft)):
        (folder / f"{name}.library").write_bytes(pack(side.library))
        (folder / f"{name}.weights").write_bytes(side.weights)
    rows = [[each.turn, each.language, each.text] for each in asked]
    (folder / _ASKED).write_text(json.dumps({"max_wrong": max_wrong, "asked": rows}), encoding="utf-8")
    write_vectors(folder / KNOWN, known)


def read(folder: Path) -> tuple[Found, Kept]:
    """Return what was found, and the vectors of golden questions that were computed for it. Raises OSError and ValueError."""
    return Found.from_json(json.loads((folder / _FOUND).read_text(encoding="utf-8"))), read_vectors(folder / FRESH)


class Remembering:
    """An encoder that computes each text once, for both sides alike: what fails for one fails for the other."""

    def __init__(self, encoder: Embedder, known: Kept) -> None:
        self.name, self.size = encoder.name, encoder.size
        self._encoder = encoder
        self._known = {key: vector for key, vector in known.items() if len(vector) == encoder.size * NUMBER().itemsize}
        self._failed: set[str] = set()
        self.fresh: dict[str, bytes] = {}

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of ``texts``; they are not remembered."""
        return self._encoder.passages(texts)

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of ``text``, rounded as it is kept, so that it is the same each time. Raises `EmbedderError`."""
        key = text_hash(text)
        if key in self._failed:
            raise EmbedderError("the encoder failed for this a moment ago")
        vector = self._known.get(key) or self.fresh.get(key)
        if vector is None:
            try:
                vector = self.fresh[key] = self._encoder.query(text).astype(NUMBER).tobytes()
            except EmbedderError:
                self._failed.add(key)
                raise
        return np.frombuffer(vector, NUMBER).astype(np.float32)


def tried(live: Side, draft: Side, asked: Sequence[Asked], known: Kept, max_wrong: float, encoder: Encoder) -> tuple[Found, Kept]:
    """Return what would change, and the vectors of golden questions that were computed for it."""
    loaded = load(encoder)
    embedder = None if loaded is None else Remembering(loaded, known)
    before, now = (Index(side.library, Weights.from_bytes(side.weights), embedder, max_wrong) for side in (live, draft))
    told = 0

    def tell(share: float) -> None:
        nonlocal told
        if int(share * _STEPS) > told:
            told = int(share * _STEPS)
            report("deciding", share)

    found = compare(live.library, draft.library, asked, _decides(before), _decides(now), now.strength, tell)
    # What residents asked leaves nothing behind, not even its vector.
    ours = {text_hash(each.text) for each in (*live.library.golden, *draft.library.golden)}
    fresh = {} if embedder is None else {key: vector for key, vector in embedder.fresh.items() if key in ours}
    return found, fresh


def _decides(index: Index) -> Decide:
    return lambda text, language: index.decide(text, language=language)


def main(folder: Path, encoder: Encoder) -> None:
    """Try what lies in ``folder`` and leave there what was found."""
    os.nice(NICENESS)
    Thread(target=end_with_parent, args=(folder,), daemon=True).start()
    report("reading", 0)
    told = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
    asked = [Asked(*row) for row in told["asked"]]
    live, draft = (_side(folder, name) for name in (_LIVE, _DRAFT))
    try:
        found, fresh = tried(live, draft, asked, read_vectors(folder / KNOWN), told["max_wrong"], encoder)
    except EmbedderError as error:
        sys.exit(str(error))
    write_vectors(folder / FRESH, fresh)
    (folder / _FOUND).write_text(json.dumps(found.as_json()), encoding="utf-8")


def _side(folder: Path, name: str) -> Side:
    content = (folder / f"{name}.library").read_bytes()
    return Side(unpack(Edition(0, "", clock.now(), "", content)), (folder / f"{name}.weights").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), of_this_process())
