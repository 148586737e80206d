"""The crisis layer: first, on its own, and independent of what the message asks about.

Two things stand beside each other. Patterns are what must never be missed: regular expressions of the library over folded
text. Evidence is learned: a linear model on n-grams up to three words, trained with look-alikes ("I am dying of boredom")
weighted six and crises four, and one on the meaning vector.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.language.text import fold
from bot.matching.gate import Gate
from bot.matching.grams import Grams
from bot.matching.linear import Floats, Linear, log_softmax
from bot.model.library import CrisisKind

#: How sharply the kinds' margins become probabilities; as in `bot.matching.signals`.
_SHARPNESS = 8.0


@dataclass(frozen=True)
class CrisisModel:
    """What was learned of crises. Column 0 of ``words`` and ``meaning`` is crisis or not, the others are ``kinds``.

    ``gates`` weigh the evidence, by strength ("full", "words"); ``thresholds`` are the probabilities from which it is a
    crisis, by strength, and ``doubts`` those below which even a pattern is taken for a look-alike.
    """

    kinds: tuple[str, ...]
    grams: Grams
    words: Linear
    meaning: Linear | None
    gates: Mapping[str, Gate]
    thresholds: Mapping[str, float]
    doubts: Mapping[str, float]

    def judge(self, text: str, vector: Floats | None) -> tuple[float, str, str]:
        """Return the probability that ``text`` is a crisis, the likeliest kind, and the strength of the evidence.

        ``vector`` is the centred meaning vector, None when there is none.
        """
        by_words = self.words.sparse(*self.grams.vector(text))
        by_meaning = None if vector is None or self.meaning is None else self.meaning.dense(vector)
        strength = "words" if by_meaning is None else "full"
        features = crisis_features(by_words[None, :], None if by_meaning is None else by_meaning[None, :])[0]
        kinds = log_softmax(_SHARPNESS * by_words[1:])
        if by_meaning is not None:
            kinds = kinds + log_softmax(by_meaning[1:])
        return self.gates[strength].probability(features), self.kinds[int(kinds.argmax())], strength


def crisis_features(by_words: Floats, by_meaning: Floats | None) -> Floats:
    """Return the features (n, features) that the crisis gate weighs, from scores of shape (n, 1 + kinds)."""
    features = [by_words[:, 0], by_words[:, 1:].max(axis=1)]
    if by_meaning is not None:
        features += [by_meaning[:, 0], by_words[:, 0] * by_meaning[:, 0]]
    return np.stack(features, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Patterns:
    """The compiled patterns of the library: (kind, pattern), over folded text."""

    compiled: tuple[tuple[str, re.Pattern[str]], ...]

    @staticmethod
    def of(kinds: Sequence[CrisisKind]) -> Patterns:
        """Return the patterns of all ``kinds`` and languages: in a crisis nobody minds in which language it is said."""
        return Patterns(
            tuple((kind.id, re.compile(pattern)) for kind in kinds for patterns in kind.patterns.values() for pattern in patterns)
        )

    def match(self, text: str) -> str | None:
        """Return the kind of the first pattern that is found in ``text``, else None."""
        folded = fold(text)
        return next((kind for kind, pattern in self.compiled if pattern.search(folded)), None)
