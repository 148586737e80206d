"""Reading what was mistyped: unknown words become the nearest word that the examples know.

Puts diacritics back ("otroski" becomes "otroški") and mends typos, so that the encoder reads what was meant; without it the
encoder lost 23 points on public sets with a typo in each long word. Bulgarian in Latin letters is read back first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language import bulgarian
from bot.language.text import fold

_WORD = re.compile(r"[^\W\d_]+")
#: Letters of a word from which one mistake, and two, are forgiven.
ONE_MISTAKE, TWO_MISTAKES = 5, 9
#: How many unknown words of one text are looked up: bounds the time that a hostile text can take.
_LOOKUPS = 12
#: A word seen only once may itself be a typo: it counts as known, but nothing is mended towards it.
_SURE = 2


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language's examples as written, lower case, with their counts."""

    counts: Mapping[str, int]
    _written: Mapping[str, str] = field(init=False, repr=False)
    _by_length: Mapping[int, Sequence[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        written: dict[str, str] = {}
        total = Counter[str]()
        for word, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            folded = fold(word)
            written.setdefault(folded, word)
            total[folded] += count
        by_length = defaultdict(list)
        for folded in written:
            if len(folded) >= ONE_MISTAKE - 1 and total[folded] >= _SURE:
                by_length[len(folded)].append(folded)
        object.__setattr__(self, "_written", written)
        object.__setattr__(self, "_by_length", dict(by_length))

    @staticmethod
    def of(texts: Iterable[str]) -> Vocabulary:
        """Return the vocabulary of ``texts``."""
        return Vocabulary(Counter(word for text in texts for word in _WORD.findall(text.lower())))

    def mend(self, text: str) -> str:
        """Return ``text`` with every unknown word replaced by the nearest known one, where there is one."""
        left = _LOOKUPS

        def mended(found: re.Match[str]) -> str:
            nonlocal left
            word = found.group()
            if word.lower() in self.counts:
                return word
            folded = fold(word)
            if folded in self._written:
                return self._written[folded]
            if len(folded) < ONE_MISTAKE or left == 0:
                return word
            left -= 1
            nearest = self._nearest(folded)
            return word if nearest is None else self._written[nearest]

        return _WORD.sub(mended, text)

    def _nearest(self, folded: str) -> str | None:
        mistakes = 1 if len(folded) < TWO_MISTAKES else 2
        for allowed in range(1, mistakes + 1):
            for length in sorted(range(len(folded) - allowed, len(folded) + allowed + 1), key=lambda n: abs(n - len(folded))):
                found = process.extractOne(folded, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=allowed)
                if found is not None:
                    return str(found[0])
        return None


def read(text: str, language: str, vocabularies: Mapping[str, Vocabulary], *, latin_bulgarian: bool) -> str:
    """Return ``text`` as it was meant in ``language``: back in Cyrillic if it was typed in Latin letters, and mended."""
    if latin_bulgarian and "bg" in vocabularies:
        return vocabularies["bg"].mend(bulgarian.to_cyrillic(text, vocabularies["bg"].counts))
    vocabulary = vocabularies.get(language)
    return text if vocabulary is None else vocabulary.mend(text)
