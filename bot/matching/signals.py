"""What the evidence says about each class, and the features from which the gate judges it.

Rows are texts, columns are classes (topics, acts and outside) unless said otherwise. The same functions serve one message
and thousands of held-out examples, so that what is trained is what is served.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.grams import Grams
from bot.matching.linear import Floats, log_softmax

#: Likeness to single examples is looked at for so many of the likeliest classes: bounds the work as the library grows.
LOOKED_AT = 5
#: What stands for the likeness of a class that is not looked at.
UNSEEN = 0.6
#: Log-odds and log-probabilities are cut here, so that one wild number does not rule the gate.
_FLOOR = -12.0


@dataclass(frozen=True)
class Mix:
    """How sharply margins of the word evidence become probabilities, and what that evidence weighs beside the meaning, 0 to 1.

    What is best differs with the examples (thousands of life stories: 8 and 0.5; some commands: 4 and 0.4), so it is
    chosen by what was kept aside, see `bot.matching.setting.best_mix`.
    """

    sharpness: float = 8.0
    words: float = 0.6


@dataclass(frozen=True)
class Signals:
    """``margins`` of the word evidence and log-probabilities by ``meaning`` (None without an encoder), shape (n, classes).

    ``likeness`` is the cosine to the nearest example of each class that was looked at, else `UNSEEN`, same shape.
    ``length`` counts words and ``known`` is the share of their n-grams that are in the vocabulary, shape (n,).
    """

    margins: Floats
    meaning: Floats | None
    likeness: Floats | None
    length: Floats
    known: Floats
    mix: Mix = Mix()

    def fused(self) -> Floats:
        """Return log-probabilities of the classes by all evidence, shape (n, classes)."""
        return fuse(self.margins, self.meaning, self.mix)


def fuse(margins: Floats, meaning: Floats | None, mix: Mix) -> Floats:
    """Return log-probabilities of the classes, shape (n, classes)."""
    by_words = log_softmax(mix.sharpness * margins)
    if meaning is None:
        return by_words
    return log_softmax(mix.words * by_words + (1 - mix.words) * meaning)


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Return ``vectors`` (n, size) less ``centre`` (size,), of length one again."""
    moved = vectors - centre
    found: Floats = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return found


def known_share(counted: Counter[str], grams: Grams) -> float:
    """Return which share of the ``counted`` n-grams of characters is known, 0 to 1."""
    told = np.fromiter(counted.values(), np.float32, len(counted))
    return float(told[grams.numbers(counted) >= 0].sum() / told.sum()) if counted else 0.0


def gate_features(signals: Signals, topics: NDArray[np.bool_]) -> Floats:
    """Return the features (n, features) that tell whether the likeliest topic is right.

    ``topics`` marks the classes that are topics, shape (classes,).
    """
    fused = signals.fused()
    rows = np.arange(len(fused))
    best = np.where(topics, fused, -np.inf).argmax(axis=1)
    features = [
        *_standing(fused, best, rows),
        *_standing(log_softmax(signals.mix.sharpness * signals.margins), best, rows),
        signals.margins[rows, best],
        signals.margins[rows, best] - _without(signals.margins, best, rows).max(axis=1),
        np.maximum(np.logaddexp.reduce(fused[:, ~topics], axis=1, initial=-np.inf), _FLOOR),
        -np.sum(np.exp(fused) * np.maximum(fused, _FLOOR), axis=1),
        np.log1p(signals.length),
        signals.known,
    ]
    if signals.meaning is not None and signals.likeness is not None:
        likeness = signals.likeness
        others = _without(likeness, best, rows).max(axis=1)
        features += [
            *_standing(signals.meaning, best, rows),
            likeness[rows, best],
            likeness[rows, best] - others,
            (signals.meaning.argmax(axis=1) == signals.margins.argmax(axis=1)).astype(np.float32),
        ]
    return np.stack(features, axis=1).astype(np.float32)


def _standing(logs: Floats, best: NDArray[np.intp], rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the log-odds of the best class, and its lead over the next, both cut."""
    chosen = logs[rows, best]
    odds = chosen - np.log(np.maximum(-np.expm1(np.minimum(chosen, -1e-6)), 1e-9))
    lead = chosen - _without(logs, best, rows).max(axis=1)
    return np.clip(odds, _FLOOR, -_FLOOR), np.clip(lead, _FLOOR, -_FLOOR)


def _without(scores: Floats, best: NDArray[np.intp], rows: NDArray[np.intp]) -> Floats:
    others = scores.copy()
    others[rows, best] = -np.inf
    return others
