"""Finding in the library what a few words of staff mean: topics and offices. What they typed is looked at and forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from rapidfuzz import fuzz, process

from bot.language.text import clean, fold
from bot.matching.index import Index
from bot.model.library import Library, Office

#: Longer than anybody types to find something.
LONGEST = 200
_MOST_TOPICS, _MOST_OFFICES = 6, 4
#: From this likeness (0 to 100) on a name counts, and counts fully at 100.
_ALIKE = 72.0
#: An office has a long name of common words, so more of it must be there.
_OFFICE_ALIKE = 82.0
#: What is found with less than this is noise.
_LEAST = 0.12


@dataclass(frozen=True, slots=True)
class Found:
    """Topics by how well they fit, and offices."""

    topics: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()


class Finder:
    """Finds by what the live index understands, with the likeness of names as help: staff type "hrana", no sentences."""

    def __init__(self, index: Callable[[], Index]) -> None:
        self._index = index
        self._lock = Lock()
        self._names = _Names.of(index().library)

    def find(self, query: str) -> Found:
        """Return what ``query`` finds. It takes some milliseconds of a processor: call it in a thread."""
        index = self._index()
        text = clean(query)[:LONGEST]
        if not fold(text).strip():
            return Found()
        with self._lock:
            if self._names.library is not index.library:
                self._names = _Names.of(index.library)
            names = self._names
        scores: defaultdict[str, float] = defaultdict(float)
        verdict = index.decide(text, language=index.guess_language(text).language)
        is_learned = verdict.evidence.strength != "nearest"
        for candidate in verdict.evidence.candidates:
            if candidate.topic in index.library.topics:
                scores[candidate.topic] += candidate.probability if is_learned else _by_letters(candidate.probability)
        for topic, likeness in names.topics_like(fold(text)).items():
            scores[topic] += likeness
        ranked = sorted((topic for topic, score in scores.items() if score >= _LEAST), key=lambda topic: -scores[topic])
        return Found(tuple(ranked[:_MOST_TOPICS]), names.offices_like(fold(text)))


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of topics and offices of one library, folded."""

    library: Library
    topics: tuple[tuple[str, str], ...]  # (folded name, topic id)
    offices: tuple[tuple[str, Office], ...]

    @classmethod
    def of(cls, library: Library) -> _Names:
        names = {(fold(name), topic.id) for topic in library.topics.values() for name in topic.names.values()}
        for answer in library.answers.values():
            names |= {
                (fold(name), answer.topic) for wording in answer.wordings.values() for name in (wording.title, wording.button)
            }
        offices = {(fold(name), office.id) for office in library.offices.values() for name in office.names.values()}
        return cls(library, tuple(sorted(names)), tuple((name, library.offices[its]) for name, its in sorted(offices)))

    def topics_like(self, text: str) -> dict[str, float]:
        return _best(text, self.topics, _ALIKE)

    def offices_like(self, text: str) -> tuple[Office, ...]:
        named = [(name, office.id) for name, office in self.offices]
        best = sorted(_best(text, named, _OFFICE_ALIKE).items(), key=lambda pair: -pair[1])
        return tuple(self.library.offices[its] for its, _ in best[:_MOST_OFFICES])


def _by_letters(likeness: float) -> float:
    """Return what likeness to an example says (0 to 1) before anything was learned: half alike is anything."""
    return max(0.0, 2 * likeness - 1)


def _best(text: str, named: Iterable[tuple[str, str]], least: float) -> dict[str, float]:
    """Return by id how like the best of its names is, 0 at ``least`` to 1."""
    pairs = tuple(named)
    found = process.extract(text, [name for name, _ in pairs], scorer=_likeness, processor=None, score_cutoff=least, limit=None)
    best: dict[str, float] = {}
    for _, score, position in found:
        its = pairs[position][1]
        best[its] = max(best.get(its, 0.0), (score - least) / (100 - least))
    return best


def _likeness(text: str, name: str, *, score_cutoff: float | None = None) -> float:
    """Compare word by word, and a beginning with the words that it begins: "hran" finds "Pomoč s hrano"."""
    del score_cutoff
    beginnings = fuzz.partial_ratio(text, name) if len(text) <= len(name) else 0.0
    starts_a_word = any(word.startswith(text[: max(3, len(text) - 1)]) for word in name.split())
    return max(fuzz.token_set_ratio(text, name), beginnings if starts_a_word else 0.0)
