"""The matcher of this program, as the program builds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.material import readings
from bot.matching.weights import Weights
from bot.model.library import Example, Library
from bot.model.verdict import VerdictKind
from tests.bench.decisions import Decision
from tests.bench.memory import resident
from tests.bench.vectors import Remembered, encoder, loaded

_WEIGHTS = "weights.npz"
_LIBRARIES = TypeAdapter(Library)
#: The matcher refuses to learn without a crisis; public sets hold none. Two lines, for when one of them is kept aside.
_CRISES = tuple(Example("en", "crisis:fire", text) for text in ("my house is on fire", "there is smoke and nobody can get out"))


class Ours:
    """The index of a library, with weights that were trained on exactly the given examples."""

    def __init__(self, library: Path, vectors: Path, *, max_wrong: float, words_only: bool, timed: bool) -> None:
        """Take the file of the ``library`` and that of the known ``vectors``.

        When ``timed``, every message is embedded as if it had never been seen. With ``words_only`` it is what answers where the
        encoder cannot run.
        """
        self._library, self._vectors = library, vectors
        self._max_wrong, self._words_only, self._timed = max_wrong, words_only, timed
        self._index: Index | None = None
        self._embedder: Embedder | None = None

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Train, with the vectors that are known; lines of danger are added where there is none."""
        from bot.matching.training import train

        learned = _with_crisis(examples)
        remembered = encoder(self._vectors)
        vectors = remembered.passages(readings(learned))
        remembered.keep()
        weights = train(learned, vectors, lambda _stage, _share: None, remembered.name)
        (folder / _WEIGHTS).write_bytes(weights.to_bytes())
        library = _LIBRARIES.validate_json(self._library.read_bytes())
        library = replace(library, examples=tuple(learned))
        (folder / "library.json").write_bytes(write_library(library))

    def open(self, folder: Path) -> None:
        """Make the library searchable."""
        library = _LIBRARIES.validate_json((folder / "library.json").read_bytes())
        weights = Weights.from_bytes((folder / _WEIGHTS).read_bytes())
        if not self._words_only:
            self._embedder = loaded() if self._timed else encoder(self._vectors)
        self._index = Index(library, weights, self._embedder, self._max_wrong)

    def decide(self, text: str, language: str) -> Decision:
        """Decide as reception does for a message without a conversation."""
        index = self._opened()
        verdict = index.decide(text, language=language)
        first = verdict.evidence.candidates[0].topic if verdict.evidence.candidates else ""
        label = {VerdictKind.ACT: verdict.act, VerdictKind.CRISIS: verdict.crisis}.get(verdict.kind, verdict.topic)
        return Decision(verdict.kind, label or "", verdict.choices, first, verdict.evidence.gate)

    def language(self, text: str) -> str:
        """Return which language ``text`` is in."""
        return self._opened().guess_language(text).language

    def keep(self) -> None:
        """Write vectors that were computed to their file, where they are kept."""
        if isinstance(self._embedder, Remembered):
            self._embedder.keep()

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        return resident()

    def _opened(self) -> Index:
        if self._index is None:
            raise RuntimeError("open it first")
        return self._index


def _with_crisis(examples: Sequence[Example]) -> Sequence[Example]:
    return examples if any(one.label.startswith("crisis:") for one in examples) else [*examples, *_CRISES]


def write_library(library: Library) -> bytes:
    """Return ``library`` as a worker reads it."""
    return _LIBRARIES.dump_json(library)


def empty_library() -> Library:
    """Return a library without knowledge, for sets that have nothing but examples."""
    return Library({}, {}, {}, {}, {}, (), {}, ())
