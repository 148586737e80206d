"""Telling the language of a text: naive Bayes over characters, trained on the library's own examples.

Letters of the words, 1 to 4 at a time with the word's edges, each text also as people type it: without diacritics, and
Bulgarian in Latin letters. No ready-made tool that was measured sees Bulgarian in Latin letters, and the examples made a
character model better on short messages than any of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.language import bulgarian
from bot.language.text import fold
from bot.model.library import LANGUAGES
from bot.model.verdict import LanguageGuess

#: The classes told apart: the languages, and Bulgarian in Latin letters as one of its own.
LATIN_BULGARIAN = "bg-latin"
CLASSES: tuple[str, ...] = (*LANGUAGES, LATIN_BULGARIAN)
#: Slovene and Croatian are the two that a short message may leave open.
CLOSE = frozenset({"sl", "hr"})

_LONGEST = 4
#: Only the beginning is read: more does not change the guess.
_ENOUGH = 400
_LETTERS = re.compile(r"[^\W\d_]+")
_TYPED = re.compile(r"[^\W_]+")
#: Naive Bayes counts overlapping n-grams as if independent; evidence is divided by this to become a probability.
_OVERCOUNT = 4.0
#: What the conversation's language and the hint of the app are worth, in natural logarithms.
_CURRENT, _HINT = 1.5, 0.5
#: Below this share of the likelier one, Slovene and Croatian count as not told apart.
_CLEAR = 0.75
#: Bulgarian in Latin letters is rarer than the others; its copies in training are not.
_LATIN_PRIOR = -1.5
#: N-grams seen less often are noise.
_RARE = 2


def _grams(text: str) -> Iterable[str]:
    for word in _TYPED.findall(text[:_ENOUGH].lower()):
        padded = f" {word} "
        for size in range(1, _LONGEST + 1):
            for start in range(len(padded) - size + 1):
                gram = padded[start : start + size]
                if gram != " ":
                    yield gram


@dataclass(frozen=True)
class LanguageModel:
    """Log-probabilities of n-grams, ``table`` of shape (n-grams, `CLASSES`), in the order of ``grams``."""

    grams: tuple[str, ...]
    table: NDArray[np.float32]
    rows: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {gram: row for row, gram in enumerate(self.grams)})

    def evidence(self, text: str) -> NDArray[np.float32]:
        """Return the log-probability of ``text`` in each of `CLASSES`, up to a constant, shape (5,)."""
        rows = [row for gram in _grams(text) if (row := self.rows.get(gram)) is not None]
        summed: NDArray[np.float32] = self.table[rows].sum(axis=0) / _OVERCOUNT
        summed[CLASSES.index(LATIN_BULGARIAN)] += _LATIN_PRIOR
        return summed

    def is_latin_bulgarian(self, text: str) -> bool:
        """Tell whether ``text`` is most likely Bulgarian typed in Latin letters."""
        return not bulgarian.has_cyrillic(text) and CLASSES[int(np.argmax(self.evidence(text)))] == LATIN_BULGARIAN

    def guess(self, text: str, *, current: str | None = None, hint: str | None = None) -> LanguageGuess:
        """Return the languages of ``text``, likeliest first.

        ``current`` is the language that the conversation uses and ``hint`` that of the resident's app or browser; both only
        tip the balance. Without any word, they decide alone.
        """
        scores = _by_language(self.evidence(text)) if not _is_cyrillic(text) else {**dict.fromkeys(LANGUAGES, -9.0), "bg": 0.0}
        for language, worth in ((current, _CURRENT), (hint, _HINT)):
            if language in scores:
                scores[language] += worth
        ranked = _ranked(scores)
        pair = (ranked[0][0], ranked[1][0])
        told_apart = ranked[0][1] >= _CLEAR * (ranked[0][1] + ranked[1][1])
        unclear = pair if set(pair) == CLOSE and not told_apart and current not in CLOSE else None
        return LanguageGuess(ranked, unclear)


def train(pairs: Sequence[tuple[str, str]]) -> LanguageModel:
    """Return the model of (language, text) ``pairs``; texts of other languages than `LANGUAGES` are passed over."""
    counted = {name: Counter[str]() for name in CLASSES}
    for language, text in pairs:
        for name, copy in _copies(language, text):
            counted[name].update(_grams(copy))
    seen = Counter[str]()
    for counter in counted.values():
        seen.update(counter)
    grams = tuple(sorted(gram for gram, count in seen.items() if count >= _RARE))
    table = np.array([[counted[name][gram] for name in CLASSES] for gram in grams], np.float64).reshape(-1, len(CLASSES)) + 0.5
    table = np.log(table / table.sum(axis=0, keepdims=True))
    return LanguageModel(grams, (table - table.mean(axis=1, keepdims=True)).astype(np.float32))


def _copies(language: str, text: str) -> Iterable[tuple[str, str]]:
    """Yield (class, text) for ``text`` as written and as people also type it."""
    if language not in LANGUAGES:
        return
    if language != "bg":
        yield language, text
        yield language, fold(text)
    elif bulgarian.has_cyrillic(text):
        yield language, text
        for habit in bulgarian.HABITS:
            yield LATIN_BULGARIAN, bulgarian.to_latin(text, habit)
    else:
        yield LATIN_BULGARIAN, text


def _is_cyrillic(text: str) -> bool:
    letters = "".join(_LETTERS.findall(text[:_ENOUGH]))
    return bool(letters) and 2 * sum(map(bulgarian.has_cyrillic, letters)) >= len(letters)


def _by_language(evidence: NDArray[np.float32]) -> dict[str, float]:
    scores = {name: float(score) for name, score in zip(CLASSES, evidence, strict=True)}
    scores["bg"] = max(scores["bg"], scores.pop(LATIN_BULGARIAN))
    return scores


def _ranked(scores: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    highest = max(scores.values())
    raised = {language: float(np.exp(score - highest)) for language, score in scores.items()}
    total = sum(raised.values())
    return tuple(sorted(((language, value / total) for language, value in raised.items()), key=lambda pair: -pair[1]))
