"""N-grams of many texts counted once, then weighed for any rows of them at a time, as `bot.matching.grams` weighs one text.

What a fold needs is a choice of rows and of columns of one table; going through the words of twenty thousand texts anew for
every layer and fold took a third of the training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.matching.grams import WORD_BLOCK, WORD_MARK, Grams, counts, rarities
from bot.matching.keys import Keys, keys, places
from bot.matching.linear import Floats

#: The longest n-gram of words that any layer knows.
LONGEST_WORDS = 3


@dataclass(frozen=True)
class Counted:
    """How often each n-gram stands in each text: ``table`` (texts, n-grams), its columns in the order of their ``keys``.

    ``sizes`` are how many words an n-gram has, 0 for one of characters. Both are of shape (n-grams,).
    """

    keys: Keys
    sizes: NDArray[np.int8]
    table: sparse.csr_matrix

    @staticmethod
    def of(texts: Sequence[str]) -> Counted:
        """Return the n-grams of ``texts``."""
        found: dict[str, int] = {}
        columns: list[int] = []
        values: list[int] = []
        starts = [0]
        for text in texts:
            for counted in counts(text, LONGEST_WORDS):
                columns.extend(found.setdefault(gram, len(found)) for gram in counted)
                values.extend(counted.values())
            starts.append(len(columns))
        known = keys(found)
        order = np.argsort(known)
        place = np.empty(len(found), np.int32)
        place[order] = np.arange(len(found))
        sizes = np.array([gram.count(" ") + 1 if gram.startswith(WORD_MARK) else 0 for gram in found], np.int8)
        table = sparse.csr_matrix((np.array(values, np.int32), place[columns], starts), shape=(len(texts), len(found)))
        return Counted(known[order], sizes[order], table)

    def grams(self, rows: NDArray[np.intp], longest: int, *, rare: int) -> Grams:
        """Return the n-grams that at least ``rare`` of ``rows`` hold, of at most ``longest`` words."""
        held = np.bincount(self.table[rows].indices, minlength=len(self.keys))
        kept = (held >= rare) & (self.sizes <= longest)
        return Grams(self.keys[kept], rarities(len(rows), held[kept].tolist()), longest)

    def matrix(self, rows: NDArray[np.intp], grams: Grams) -> sparse.csr_matrix:
        """Return ``rows`` as `Grams.vector` weighs their texts, shape (len(rows), len(grams.keys))."""
        part, columns, by_row = self._known(rows, grams)
        weights = (1 + np.log(part.data.astype(np.float32))) * grams.rarity[columns]
        of_words = self.sizes[part.indices] > 0
        blocks = 2 * by_row + of_words
        lengths = np.sqrt(np.bincount(blocks, weights.astype(np.float64) ** 2, minlength=2 * len(rows)))
        weights *= np.where(of_words, WORD_BLOCK, 1.0) / lengths[blocks]
        return sparse.csr_matrix((weights.astype(np.float32), columns, part.indptr), shape=(len(rows), len(grams.keys)))

    def known_shares(self, rows: NDArray[np.intp], grams: Grams) -> Floats:
        """Return which share of the n-grams of characters of each of ``rows`` is known, 0 to 1, shape (len(rows),)."""
        everything = self.table[rows]
        everything.data *= self.sizes[everything.indices] == 0
        known, _, by_row = self._known(rows, grams)
        told = np.where(self.sizes[known.indices] == 0, known.data, 0)
        total = np.asarray(everything.sum(axis=1)).ravel()
        found: Floats = (np.bincount(by_row, told, minlength=len(rows)) / np.maximum(total, 1)).astype(np.float32)
        return found

    def _known(self, rows: NDArray[np.intp], grams: Grams) -> tuple[sparse.csr_matrix, NDArray[np.int32], NDArray[np.intp]]:
        """Return the table of ``rows`` without what ``grams`` do not know, and of each entry its number there and its row."""
        kept = places(grams.keys, self.keys).astype(np.int32)
        part = self.table[rows]
        columns = kept[part.indices]
        is_known = columns >= 0
        by_row = np.repeat(np.arange(len(rows)), np.diff(part.indptr))[is_known]
        starts = np.concatenate([[0], np.cumsum(np.bincount(by_row, minlength=len(rows)))])
        known = sparse.csr_matrix((part.data[is_known], part.indices[is_known], starts), shape=part.shape)
        return known, columns[is_known], by_row
