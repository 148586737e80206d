"""The crisis layer: first, on its own, and independent of what the message asks about.

Two things stand beside each other. Patterns are what must never be missed: regular expressions of the library over folded
text. Evidence is learned, with look-alikes ("I am dying of boredom") weighted six and crises four: n-grams up to three
words, a small network on the meaning vector, and the likeness to the nearest crisis against that to all else. A linear model
on the vector was much weaker than the network (39 against 59 % of held-out crises caught at 1 % false alarms).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.language.text import MAX_CHARACTERS, fold
from bot.matching.gate import Gate
from bot.matching.grams import Grams
from bot.matching.linear import Floats, Linear, likest, log_softmax
from bot.model.library import CrisisKind

#: How sharply the kinds' margins become probabilities; as in `bot.matching.signals`.
_SHARPNESS = 8.0
#: A long run of what is no letter and no digit is read as a short one: thousands of dots or pictures, which several parts of one
#: pattern may each take any number of, would hold up everybody for seconds.
_RUN = re.compile(r"(\W{4})\W+(\W{4})")


@dataclass(frozen=True)
class Network:
    """One hidden layer: ``inner`` (size, hidden), ``inner_bias`` (hidden,), ``outer`` (hidden,), and ``outer_bias``."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: float

    def log_odds(self, vectors: Floats) -> Floats:
        """Return the log-odds (n,) of ``vectors`` (n, size)."""
        odds: Floats = np.maximum(vectors @ self.inner + self.inner_bias, 0) @ self.outer + np.float32(self.outer_bias)
        return odds


@dataclass(frozen=True)
class CrisisMeaning:
    """What was learned of meaning: whether (``network``), which kind (``kinds``, on centred vectors), and what to be like.

    ``crises`` and ``look_alikes`` are the vectors of examples, shape (n, size).
    """

    network: Network
    kinds: Linear
    crises: Floats
    look_alikes: Floats


@dataclass(frozen=True)
class CrisisModel:
    """What was learned of crises. Column 0 of ``words`` is crisis or not, the others are ``kinds``.

    ``gates`` weigh the evidence, by strength ("full", "words"); ``thresholds`` are the probabilities from which it is a
    crisis, by strength, and ``doubts`` those below which even a pattern is taken for a look-alike.
    """

    kinds: tuple[str, ...]
    grams: Grams
    words: Linear
    meaning: CrisisMeaning | None
    gates: Mapping[str, Gate]
    thresholds: Mapping[str, float]
    doubts: Mapping[str, float]

    def judge(self, text: str, vector: Floats | None, centred: Floats | None, likeness: float) -> tuple[float, str, str]:
        """Return the probability that ``text`` is a crisis, the likeliest kind, and the strength of the evidence.

        ``vector`` and ``centred`` are the meaning vector as it is and centred, None when there is none; ``likeness`` is the
        cosine to the nearest topical example that was looked at.
        """
        by_words = self.words.sparse(*self.grams.vector(text))
        kinds = log_softmax(_SHARPNESS * by_words[1:])
        if vector is None or centred is None or self.meaning is None:
            return self._probability(crisis_features(by_words[:1], None, None), "words"), self._kind(kinds), "words"
        learned = self.meaning
        nearer = likest(learned.crises, vector) - max(likest(learned.look_alikes, vector), likeness)
        features = crisis_features(by_words[:1], learned.network.log_odds(centred[None, :]), np.array([nearer], np.float32))
        return self._probability(features, "full"), self._kind(kinds + log_softmax(learned.kinds.dense(centred))), "full"

    def _probability(self, features: Floats, strength: str) -> float:
        return self.gates[strength].probability(features[0])

    def _kind(self, scores: Floats) -> str:
        return self.kinds[int(scores.argmax())]


def nearness(vectors: Floats, crises: Floats, look_alikes: Floats, likeness: Floats) -> Floats:
    """Return by how much each of ``vectors`` (n, size) is nearer to a crisis than to anything else, as cosines, shape (n,).

    ``likeness`` (n,) is the cosine to the nearest topical example. For many texts at once; `likest` serves one.
    """
    alike = (vectors @ look_alikes.T).max(axis=1, initial=-1.0)
    nearer: Floats = (vectors @ crises.T).max(axis=1) - np.maximum(alike, likeness)
    return nearer


def crisis_features(by_words: Floats, by_network: Floats | None, nearer: Floats | None) -> Floats:
    """Return the features (n, features) that the crisis gate weighs, each given as (n,); the last two None without vectors."""
    features = [by_words] if by_network is None or nearer is None else [by_words, by_network, nearer]
    return np.stack(features, axis=1).astype(np.float32)


@lru_cache(maxsize=4096)  # more than `re` remembers: each edition and each check of it has the same hundreds
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the library ready for use. Raises what `re.compile` raises."""
    return re.compile(pattern)


@dataclass(frozen=True)
class Patterns:
    """The compiled patterns of the library: (kind, pattern), over folded text."""

    compiled: tuple[tuple[str, re.Pattern[str]], ...]

    @staticmethod
    def of(kinds: Sequence[CrisisKind]) -> Patterns:
        """Return the patterns of all ``kinds`` and languages: in a crisis nobody minds in which language it is said."""
        return Patterns(
            tuple((kind.id, compiled(pattern)) for kind in kinds for patterns in kind.patterns.values() for pattern in patterns)
        )

    def match(self, text: str) -> str | None:
        """Return the kind of the first pattern that is found in ``text``, else None."""
        folded = _RUN.sub(r"\1\2", fold(text))[:MAX_CHARACTERS]
        return next((kind for kind, pattern in self.compiled if pattern.search(folded)), None)
