"""The knowledge folder: its files, and what was learned from them beside them."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from bot.editing.files import CloseLook, Reading, read_folder, source_hash
from bot.editing.shipping import unite
from bot.model.library import Library
from bot.progress import Bar
from bot.store.packing import NoLibraryError
from bot.work.encoders import Encoder
from bot.work.kept_weights import read_weights
from bot.work.learning import Progress
from bot.work.updates import United

#: The file beside the knowledge that holds what was learned from it.
TRAINED = "trained.npz"


class KnowledgeFolder:
    """The knowledge files, and what was learned from them beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def hash(self) -> str:
        """What tells the contents apart."""
        return source_hash(self.folder)

    def library(self) -> Library:
        """Read and check the folder. Raises `NoLibraryError`, which lists what is wrong."""
        reading = read_folder(self.folder)
        if reading.library is None:
            raise NoLibraryError("\n".join(["The knowledge folder cannot be loaded:", *map(str, reading.errors)]))
        return reading.library

    def unite(self, base: Library | None, ours: Library, theirs: Library, now: datetime) -> United:
        """Put an update together with the work of editors."""
        return unite(base, ours, theirs, now)

    def weights(self) -> bytes | None:
        """Return what was learned, if it was shipped."""
        path = self.folder / TRAINED
        return path.read_bytes() if path.is_file() else None


def check_folder(folder: Path) -> Reading:
    """Return every problem of ``folder``, with a bar on the terminal: each example is left out in turn."""
    weights = read_weights(KnowledgeFolder(folder).weights())
    bar = Bar(sys.stderr, "Checking")
    bar.show(Progress("files", 0.0))
    vectors = {} if weights is None else weights.known_vectors()
    reading = read_folder(folder, close_look=CloseLook(vectors, lambda part, share: bar.show(Progress(part, share))))
    bar.show(None)
    return reading


def train_folder(folder: Path, encoder: Encoder) -> str:
    """Learn from the examples in ``folder``, write what was learned beside them, and return a line that says so.

    Raises `NoLibraryError` when the folder has errors, and `bot.matching.embedder.EmbedderError`.
    """
    from bot.work.apprentice import learn  # noqa: PLC0415 - a second of imports, for those who train

    examples = KnowledgeFolder(folder).library().examples
    bar = Bar(sys.stderr)
    weights, _ = learn(examples, encoder, {}, lambda stage, share: bar.show(Progress(stage, share)))
    bar.show(None)
    content = weights.to_bytes()
    (folder / TRAINED).write_bytes(content)
    return f"{folder / TRAINED}: {len(content) / 1e6:.1f} MB, learned from {len(examples)} examples"
