"""One kind of evidence alone: likeness of letters to the nearest example, n-grams, or meaning."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.language.text import fold
from bot.matching.embedder import Embedder
from bot.matching.grams import Grams
from bot.matching.linear import Floats, Linear, log_softmax
from bot.matching.material import Material, readings
from bot.matching.signals import Mix, centred
from bot.model.library import Example
from tests.bench.decisions import Ranked
from tests.bench.memory import resident
from tests.bench.vectors import Remembered, encoder, loaded

_SHOWN, _LOOKED_AT = 10, 60
_LEARNED, _RARE, _WORDS = "learned.npz", 2, 2


class Letters:
    """The nearest example of the message's language by rapidfuzz's ``token_set_ratio``."""

    def __init__(self) -> None:
        self._labels: dict[str, list[str]] = {}
        self._texts: dict[str, list[str]] = {}

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Keep the examples."""
        rows = [(one.language, one.label, fold(one.text)) for one in examples]
        (folder / "examples.json").write_text(json.dumps(rows), encoding="utf-8")

    def open(self, folder: Path) -> None:
        """Read the examples."""
        labels, texts = defaultdict(list), defaultdict(list)
        for language, label, text in json.loads((folder / "examples.json").read_text(encoding="utf-8")):
            labels[language].append(label)
            texts[language].append(text)
        self._labels, self._texts = dict(labels), dict(texts)

    def rank(self, text: str, language: str) -> Ranked:
        """Return the labels of the nearest examples."""
        labels = self._labels.get(language, [])
        texts = self._texts.get(language, [])
        found = process.extract(fold(text), texts, scorer=fuzz.token_set_ratio, limit=_LOOKED_AT)
        best: dict[str, float] = {}
        for _, score, place in found:
            best.setdefault(labels[place], score / 100)
        return list(best.items())[:_SHOWN]

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        return resident()


class Words:
    """The matcher's n-grams with a linear support vector machine over all labels, and nothing beside them."""

    def __init__(self) -> None:
        self._labels: tuple[str, ...] = ()
        self._grams = Grams.of((), np.empty(0, np.float32), _WORDS)
        self._linear = Linear(np.empty((0, 0), np.int8), np.empty(0, np.float32), np.empty(0, np.float32))

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Fit all four languages together."""
        from bot.matching import fitting

        material = Material.of(examples, None)
        labels, targets = np.unique(material.labels, return_inverse=True)
        rows = np.arange(len(material.examples))
        grams = material.counted.grams(rows, _WORDS, rare=_RARE)
        fitted = fitting.margins(material.counted.matrix(rows, grams), targets, len(labels))
        linear = Linear.of(fitted.coefficients, fitted.bias)
        _write(folder, linear, labels=labels, keys=grams.keys, rarity=grams.rarity)

    def open(self, folder: Path) -> None:
        """Read what was fitted."""
        with np.load(folder / _LEARNED, allow_pickle=False) as kept:
            self._labels = tuple(kept["labels"].tolist())
            self._grams = Grams(kept["keys"], kept["rarity"], _WORDS)
            self._linear = Linear(kept["codes"], kept["scale"], kept["bias"])

    def rank(self, text: str, language: str) -> Ranked:
        """Return the labels by their margins, made probabilities as the matcher does."""
        del language  # one model for all
        return _best(self._labels, log_softmax(Mix().sharpness * self._linear.sparse(*self._grams.vector(text))))

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        return resident()


class Meaning:
    """The matcher's vectors with a logistic regression over all labels, and nothing beside them."""

    def __init__(self, vectors: Path, *, timed: bool) -> None:
        """Take the file of known ``vectors``; when ``timed``, every message is embedded as if it had never been seen."""
        self._path, self._timed = vectors, timed
        self._embedder: Embedder | None = None
        self._labels: tuple[str, ...] = ()
        self._centre: Floats = np.empty(0, np.float32)
        self._linear = Linear(np.empty((0, 0), np.int8), np.empty(0, np.float32), np.empty(0, np.float32))

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Fit all four languages together."""
        from bot.matching import fitting

        remembered = encoder(self._path)
        self._embedder = remembered  # examples that are kept aside were embedded before
        vectors = remembered.passages(readings(examples))
        remembered.keep()
        labels, targets = np.unique([one.label for one in examples], return_inverse=True)
        centre = vectors.mean(axis=0)
        fitted = fitting.logistic(centred(vectors, centre), targets, len(labels))
        _write(folder, Linear.of(fitted.coefficients, fitted.bias), labels=labels, centre=centre)

    def open(self, folder: Path) -> None:
        """Read what was fitted."""
        if self._embedder is None:
            self._embedder = loaded() if self._timed else encoder(self._path)
        with np.load(folder / _LEARNED, allow_pickle=False) as kept:
            self._labels, self._centre = tuple(kept["labels"].tolist()), kept["centre"]
            self._linear = Linear(kept["codes"], kept["scale"], kept["bias"])

    def rank(self, text: str, language: str) -> Ranked:
        """Return the labels by their probabilities."""
        del language  # one model for all
        if self._embedder is None:
            return []
        vector = centred(self._embedder.query(text), self._centre)
        return _best(self._labels, log_softmax(self._linear.dense(vector)))

    def keep(self) -> None:
        """Write vectors that were computed to their file, where they are kept."""
        if isinstance(self._embedder, Remembered):
            self._embedder.keep()

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        return resident()


def _write(folder: Path, linear: Linear, **others: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> None:
    np.savez(folder / _LEARNED, allow_pickle=False, codes=linear.codes, scale=linear.scale, bias=linear.bias, **others)


def _best(labels: Sequence[str], logs: Floats) -> Ranked:
    places = np.argsort(-logs, kind="stable")[:_SHOWN].tolist()
    return [(labels[place], float(np.exp(logs[place]))) for place in places]
