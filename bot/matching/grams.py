"""N-grams of characters and words: the word evidence, the same when trained and when served.

A text becomes two blocks of counted n-grams, over folded text: characters (2 to 5 within a word, the word's edges
counting as a space) and whole words (1 to 2, or 3 for crises). Each block is weighted by 1 + log(count) and inverse
document frequency and brought to length one; the word block then counts 0.7. The sizes and the 0.7 were the best of those
measured on public sets in the four languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.language.text import words
from bot.matching.keys import Keys, keys, places

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SHORTEST, LONGEST = 2, 5
WORD_BLOCK = 0.7
#: Marks an n-gram of words, so that both blocks share one table.
WORD_MARK = "\t"
#: Longer words are addresses or noise; cutting them bounds the work.
_LONGEST_WORD = 40
_COMMON_SCRIPT: Mapping[str, str] = {
    **dict(zip("абвгдежзийклмнопрстуфхцчшъьѝ", "abvgdezzijklmnoprstufhccsaji", strict=True)),
    "щ": "st",
    "ю": "ju",
    "я": "ja",
}
_TO_COMMON_SCRIPT = str.maketrans(dict(_COMMON_SCRIPT))
_DIGIT = re.compile(r"\d")


def tokens(text: str) -> list[str]:
    """Return the words of ``text`` as they are compared: folded, in one script, every digit 0.

    Bulgarian is written in Latin letters the way Slovene and Croatian would, so that "социална" and "socialna" are one word
    and the languages teach each other (1 point on the development questions, 2 for Bulgarian); the Croatian ije and je become
    e for the same reason. Which amount stands there does not tell what is asked.
    """
    return [_DIGIT.sub("0", _common(word))[:_LONGEST_WORD] for word in words(text)]


def _common(word: str) -> str:
    return word.translate(_TO_COMMON_SCRIPT).replace("ije", "e").replace("je", "e")


def word_grams(tokenised: Sequence[str], longest: int) -> list[str]:
    """Return the n-grams of 1 to ``longest`` words, each marked with `WORD_MARK`."""
    return [
        WORD_MARK + " ".join(tokenised[start : start + size])
        for size in range(1, longest + 1)
        for start in range(len(tokenised) - size + 1)
    ]


def character_grams(word: str) -> list[str]:
    """Return the n-grams of `SHORTEST` to `LONGEST` characters of one word between two spaces; a short word counts whole."""
    padded = f" {word} "
    grams = []
    for size in range(SHORTEST, LONGEST + 1):
        if size >= len(padded):
            grams.append(padded)
            break
        grams.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return grams


def counts(text: str, longest: int) -> tuple[Counter[str], Counter[str]]:
    """Return the counted n-grams of ``text``: of characters, and of 1 to ``longest`` words."""
    tokenised = tokens(text)
    return Counter(gram for word in tokenised for gram in character_grams(word)), Counter(word_grams(tokenised, longest))


@dataclass(frozen=True)
class Grams:
    """The n-grams that count: their `bot.matching.keys.keys`, sorted, and inverse document frequencies, both of shape (n,)."""

    keys: Keys
    rarity: Floats
    longest: int

    @staticmethod
    def of(grams: Iterable[str], rarity: Floats, longest: int) -> Grams:
        """Return what weighs ``grams``, whose inverse document frequencies are ``rarity`` (n,)."""
        found = keys(grams)
        order = np.argsort(found)
        return Grams(found[order], rarity[order], longest)

    def numbers(self, grams: Iterable[str]) -> NDArray[np.intp]:
        """Return the number of each of ``grams``, -1 where it does not count, shape (n,)."""
        return places(self.keys, keys(grams))

    def vector(self, text: str) -> tuple[Ints, Floats]:
        """Return the numbers of the known n-grams of ``text`` and their weights, both of shape (k,)."""
        return self.weigh(*counts(text, self.longest))

    def weigh(self, characters: Mapping[str, int], whole: Mapping[str, int]) -> tuple[Ints, Floats]:
        """Return what `vector` returns for a text whose n-grams of characters and words are counted already."""
        first = self._block(characters, 1.0)
        second = self._block(whole, WORD_BLOCK)
        return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])

    def _block(self, counted: Mapping[str, int], length: float) -> tuple[Ints, Floats]:
        numbers = self.numbers(counted)
        known = numbers >= 0
        if not known.any():
            return np.empty(0, np.int32), np.empty(0, np.float32)
        counting: Ints = numbers[known].astype(np.int32)
        told = np.fromiter(counted.values(), np.float32, len(counted))[known]
        weights = (1 + np.log(told)) * self.rarity[counting]
        return counting, (length * weights / np.linalg.norm(weights)).astype(np.float32)


def rarities(documents: int, frequencies: Iterable[int]) -> Floats:
    """Return smoothed inverse document frequencies, ln((1 + documents) / (1 + frequency)) + 1, shape (n,)."""
    found = np.fromiter(frequencies, np.float64)
    return (np.log((1 + documents) / (1 + found)) + 1).astype(np.float32)
