"""Which life event a message tells of, beside the question it may ask.

A layer of its own: were the situations classes of the topic layer, "I lost my job, what now" would fall between the event and
the topic that answers it, and both would lose (right at once 76 instead of 85 % on the development questions).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.matching.linear import Floats, Ints, Linear, log_softmax
from bot.matching.signals import Mix, fuse


@dataclass(frozen=True)
class SituationModel:
    """``labels`` are the situations; column 0 of ``words`` and ``meaning`` is none of them, then they follow."""

    labels: tuple[str, ...]
    words: Linear
    meaning: Linear | None

    def judge(self, grams: tuple[Ints, Floats], vector: Floats | None) -> tuple[str | None, float]:
        """Return the likeliest situation and its probability, 0 to 1; None where no situation is known.

        ``grams`` are the numbers and weights of a text's n-grams, ``vector`` is its vector seen from the centre, if there is one.
        """
        if not self.labels:
            return None, 0.0
        margins = self.words.sparse(*grams)
        meaning = None if vector is None or self.meaning is None else self.meaning.dense(vector)
        fused = fuse(margins[None, :], None if meaning is None else log_softmax(meaning)[None, :], Mix())[0]
        place = int(fused[1:].argmax())
        return self.labels[place], float(np.exp(fused[place + 1]))
