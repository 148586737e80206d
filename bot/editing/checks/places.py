"""Checks of the places."""

from __future__ import annotations

from collections.abc import Iterator

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.findings import Finding, error
from bot.editing.problems import sentence
from bot.language.text import words
from bot.model.library import COUNTRIES, LANGUAGES, Library, Place

#: One letter is no name: "v" or "k" would be found in every sentence.
_SHORTEST_FORM = 2

_FILE = layout.PLACES


def check(library: Library) -> Iterator[Finding]:
    """Check each place, that every country is one, and that no form of a language means two places."""
    for country in COUNTRIES:
        place = library.places.get(country)
        if place is None or place.kind != "country":
            yield error(_FILE, (), "the country '%(country)s' is missing", _FILE, country=country)
    taken: dict[tuple[str, tuple[str, ...]], str] = {}
    for place in library.places.values():
        yield from _place(place, library)
        for language, forms in place.forms.items():
            for position, form in enumerate(forms):
                path = (place.id, "forms", language, position)
                folded = tuple(words(form))
                if sum(map(len, folded)) < _SHORTEST_FORM:
                    yield error(_FILE, path, "'%(form)s' is too short to be recognised", form=form)
                other = taken.setdefault((language, folded), place.id)
                if other != place.id:
                    template = sentence("'%(form)s' already means '%(place)s' in this language")
                    yield error(_FILE, path, template, form=form, place=other)


def _place(place: Place, library: Library) -> Iterator[Finding]:
    yield from writing.names(_FILE, (place.id, "names"), place.names, LANGUAGES)
    if not any(place.forms.values()):
        yield error(_FILE, (place.id, "forms"), "without forms the place is never recognised")
    if place.within is not None and place.within not in library.places:
        yield error(_FILE, (place.id, "within"), "'%(place)s' is no place", place=place.within)
    elif _lies_in_itself(place, library):
        yield error(_FILE, (place.id, "within"), "the place lies in itself")
    if (place.latitude is None) != (place.longitude is None):
        yield error(_FILE, (place.id,), "latitude and longitude come together")
    for name, value, most in (("latitude", place.latitude, 90), ("longitude", place.longitude, 180)):
        if value is not None and not -most <= value <= most:
            yield error(_FILE, (place.id, name), "%(value)s is no %(name)s", value=value, name=name)


def _lies_in_itself(place: Place, library: Library) -> bool:
    seen = {place.id}
    above = place.within
    while above is not None and above in library.places:
        if above in seen:
            return True
        seen.add(above)
        above = library.places[above].within
    return False
