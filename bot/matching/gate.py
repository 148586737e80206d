"""The gate: how probable it is that the first candidate is right, and from where on that is sure enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.matching.linear import Floats, sigmoid

#: The shares of wrong answers for which thresholds are kept, in the order of the tables.
SHARES: tuple[float, ...] = (0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1)


@dataclass(frozen=True)
class Gate:
    """Logistic regression on standardised features: ``mean``, ``spread`` and ``weight`` of shape (features,)."""

    mean: Floats
    spread: Floats
    weight: Floats
    bias: float

    def probability(self, features: Floats) -> float:
        """Return the probability, 0 to 1, for one row of features."""
        return sigmoid(float((features - self.mean) / self.spread @ self.weight) + self.bias)


@dataclass(frozen=True)
class Thresholds:
    """From which probability on to answer, for each of `SHARES`, and from where to let choose; by language.

    ``answer`` holds arrays of shape (len(SHARES),).
    """

    answer: Mapping[str, Floats]
    choose: Mapping[str, float]

    def answer_at(self, language: str, max_wrong: float) -> float:
        """Return the probability from which to answer so that about ``max_wrong`` of the answers are wrong.

        Between the shares that are kept it is drawn straight; outside them the nearest holds. A language without
        thresholds gets the strictest of the others.
        """
        table = self.answer.get(language)
        if table is None:
            table = np.max(list(self.answer.values()), axis=0)
        return float(np.interp(max_wrong, SHARES, table))

    def choose_at(self, language: str) -> float:
        """Return the probability from which to let the resident choose."""
        return self.choose.get(language, max(self.choose.values()))
