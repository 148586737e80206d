"""The examples made ready for training: one order, read as they are meant, their n-grams counted once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.language import bulgarian
from bot.matching import grams
from bot.matching.linear import Floats
from bot.matching.paraphrases import groups
from bot.matching.repair import Vocabulary
from bot.model.library import LANGUAGES, Example

if TYPE_CHECKING:
    from bot.matching.counting import Counted

OUTSIDE, LOOK_ALIKE = "outside", "not-crisis"
ACT, CRISIS, SITUATION = "act:", "crisis:", "situation:"
#: Into so many parts the examples are cut; each in turn is kept aside and judged by what the others taught.
FOLDS = 5


def arranged(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Return the distinct ``examples`` in the order that weights rely on: by label, language and text."""
    keyed = {(example.label, example.language, example.text): example for example in examples}
    return tuple(keyed[key] for key in sorted(keyed))


def key(example: Example) -> int:
    """Return a number below 2^64 that stands for the text of ``example`` in its language."""
    told = hashlib.blake2b(f"{example.language}\0{example.text}".encode(), digest_size=8)
    return int.from_bytes(told.digest(), "big")


def vocabularies(examples: Iterable[Example]) -> dict[str, Vocabulary]:
    """Return the words of each language's examples; those of Bulgarian in Latin letters are left out."""
    texts: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for example in examples:
        if example.language in texts and (example.language != "bg" or bulgarian.has_cyrillic(example.text)):
            texts[example.language].append(example.text)
    return {language: Vocabulary.of(found) for language, found in texts.items() if found}


def readings(examples: Sequence[Example]) -> list[str]:
    """Return the texts to embed, one for each of ``examples``: Bulgarian in Latin letters is read back, the rest stays."""
    known = vocabularies([example for example in examples if example.language == "bg"])
    counts = known["bg"].counts if "bg" in known else {}
    return [
        bulgarian.to_cyrillic(example.text, counts)
        if example.language == "bg" and not bulgarian.has_cyrillic(example.text)
        else example.text
        for example in examples
    ]


def is_topic(label: str) -> bool:
    """Tell whether ``label`` is a topic id."""
    return ":" not in label and label not in {OUTSIDE, LOOK_ALIKE}


@dataclass(frozen=True)
class Material:
    """Examples in the order of `arranged`, as read, with their vectors (n, size) or None."""

    examples: tuple[Example, ...]
    texts: tuple[str, ...]
    vectors: Floats | None

    @staticmethod
    def of(examples: Sequence[Example], vectors: Floats | None) -> Material:
        """Return the material; ``vectors`` are of `readings` (examples), row by row."""
        ordered = arranged(examples)
        row_of = {(example.label, example.language, example.text): row for row, example in enumerate(examples)}
        rows = [row_of[example.label, example.language, example.text] for example in ordered]
        return Material(ordered, tuple(readings(ordered)), None if vectors is None else vectors[rows])

    @cached_property
    def labels(self) -> NDArray[np.str_]:
        """The label of each row."""
        return np.array([example.label for example in self.examples])

    @cached_property
    def languages(self) -> NDArray[np.str_]:
        """The language of each row."""
        return np.array([example.language for example in self.examples])

    @cached_property
    def counted(self) -> Counted:
        """The n-grams of each row, counted."""
        from bot.matching.counting import Counted  # noqa: PLC0415 - serving, which reads keys here, needs no scipy

        return Counted.of(self.texts)

    @cached_property
    def folds(self) -> NDArray[np.intp]:
        """The part of each row. Those that say nearly the same of the same are one group and never parted."""
        read = [" ".join(grams.tokens(text)) for text in self.texts]
        meant: dict[tuple[str, str], list[int]] = {}
        for row, example in enumerate(self.examples):
            meant.setdefault((example.label, example.language), []).append(row)
        found = np.empty(len(read), np.intp)
        for rows in meant.values():
            for row, first in zip(rows, groups([read[row] for row in rows]), strict=True):
                found[row] = zlib.crc32(read[rows[first]].encode()) % FOLDS
        return found
