"""Places in a sentence: which settlement, region or country a resident names, and which is nearest.

The forms come from the knowledge (``places.yaml``): every way in which a place is written, inflected, shortened or in Latin
letters. Inside a sentence only forms are recognised, never the plain name, so that an editor can leave out a name that is also
an everyday word: Grado is only met as "a Grado", because "in grado di" is far more common; Varna in Latin letters as
"v varna", because "varna hiša" is a safe house. A message that is nothing but a name is that place.

What one form may mean twice is settled here, once:

- The longest match wins: "Nova Gorica" is never Gorica, "Slovenske gorice" and "Velika Gorica" are no Gorica either.
- Where two places share a form ("Zagorje"), the place that lists it for the language of the text is taken, else the one that
  stands first in the file.
- "Gorica" alone is Gorizia, as Slovenes say it; "Tržič" is Monfalcone and "Videm" Udine, unless more stands beside them.
- A long word that is one letter away from a form of a settlement is taken for it ("v Ljutomeri"); short ones are not, since
  "triste" is not Trieste.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, radians

from rapidfuzz.distance import OSA

from bot.language.text import words
from bot.model.library import Place
from bot.model.verdict import Mentions

#: Letters from which on a word with one slip is still taken for a place. Below, everyday words are that near: "triste" and
#: Trieste, "predlog" and Prelog.
LONG_WORD = 8

#: Kilometres beyond which the nearest known place says nothing about where somebody is.
FARTHEST = 50.0

_KILOMETRES_PER_DEGREE = 111.2

#: Words before a place that somebody comes from.
_FROM = frozenset({"iz", "od", "z", "s", "da", "dal", "dalla", "от", "из", "с"})

_Words = tuple[str, ...]


class Gazetteer:
    """Finds ``places`` (by id) in texts and on the map. Immutable once built."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self._plain: dict[_Words, str] = {}  # plain names, for a message that is nothing else
        self._meanings: dict[_Words, dict[str, str]] = {}  # form -> language -> place id
        self._lengths: dict[str, tuple[int, ...]] = {}  # first word -> lengths of the forms it begins, longest first
        self._long_words: dict[str, list[str]] = {}  # first letter -> long one-word forms of settlements
        for place in places.values():
            for name in (place.name, *place.names.values()):
                self._plain.setdefault(tuple(words(name)), place.id)
            for language, forms in place.forms.items():
                for form in forms:
                    self._learn(tuple(words(form)), language, place)

    def mentions(self, text: str, language: str | None = None) -> Mentions:
        """Return the places and countries named in ``text``, in its order, each once.

        ``language`` is that of the text, where it is known; it settles forms that two places share.
        """
        said = words(text)
        matched = list(self._matches(said, language))
        if not matched and tuple(said) in self._plain:
            matched = [(0, self._plain[tuple(said)])]
        found = [self._places[place_id] for _, place_id in matched]
        places = dict.fromkeys(place.id for place in found if place.kind != "country")
        countries = dict.fromkeys(place.country for place in found)
        left = dict.fromkeys(place_id for position, place_id in matched if position and said[position - 1] in _FROM)
        return Mentions(places=tuple(places), countries=tuple(countries), left=tuple(left))

    def nearest(self, latitude: float, longitude: float) -> Place | None:
        """Return the settlement nearest to a point in degrees, None when none is within `FARTHEST` kilometres.

        Distances are taken on a flat map stretched at that latitude; over 50 km that is wrong by metres.
        """
        best, least = None, FARTHEST
        for place in self._places.values():
            if place.kind != "settlement" or place.latitude is None or place.longitude is None:
                continue
            north = place.latitude - latitude
            east = (place.longitude - longitude) * cos(radians(latitude))
            distance = hypot(north, east) * _KILOMETRES_PER_DEGREE
            if distance < least:
                best, least = place, distance
        return best

    def _learn(self, form: _Words, language: str, place: Place) -> None:
        if not form:
            return
        self._meanings.setdefault(form, {}).setdefault(language, place.id)
        lengths = set(self._lengths.get(form[0], ())) | {len(form)}
        self._lengths[form[0]] = tuple(sorted(lengths, reverse=True))
        if len(form) == 1 and len(form[0]) >= LONG_WORD and place.kind == "settlement":
            self._long_words.setdefault(form[0][0], []).append(form[0])

    def _matches(self, text: Sequence[str], language: str | None) -> Iterator[tuple[int, str]]:
        """Yield where a place is met and its id, reading from the left and taking the longest form at each word."""
        position = 0
        while position < len(text):
            form = self._form_at(text, position)
            if form is None:
                position += 1
                continue
            meanings = self._meanings[form]
            yield position, meanings.get(language or "") or next(iter(meanings.values()))
            position += len(form)

    def _form_at(self, text: Sequence[str], position: int) -> _Words | None:
        first = text[position]
        for length in self._lengths.get(first, ()):
            form = tuple(text[position : position + length])
            if form in self._meanings:
                return form
        if len(first) >= LONG_WORD:
            for known in self._long_words.get(first[0], ()):
                if OSA.distance(first, known, score_cutoff=1) <= 1:
                    return (known,)
        return None
