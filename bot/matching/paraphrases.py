"""Texts that say nearly the same: were one learned and another kept aside, what was kept aside would be no test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

#: From this likeness on, in hundredths, two texts are turns of one sentence.
_ALIKE = 80


def groups(texts: Sequence[str]) -> list[int]:
    """Return for each of ``texts`` the place of the first text of its group.

    Two texts are of one group when their words, in any order, are alike, or when others link them. The work grows with the
    square of the number of texts.
    """
    first = list(range(len(texts)))

    def of(place: int) -> int:
        while first[place] != place:
            place = first[place]
        return place

    likeness = process.cdist(texts, texts, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, dtype=np.uint8)
    for one, other in np.argwhere(np.triu(likeness, 1)).tolist():
        low, high = sorted((of(one), of(other)))
        first[high] = low
    return [of(place) for place in range(len(texts))]
