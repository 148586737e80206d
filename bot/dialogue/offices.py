"""Whom to see: the office that serves the resident's place, with what is known of it and nothing else."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.language import formats
from bot.language.hours import local, opening
from bot.model.library import Answer, Library, Office, Point

#: The kind of office that an info point is.
_POINT = "info-point"

#: More than two offices under one answer are a list nobody reads.
MOST_OFFICES = 2


#: For so long after the last check hours are told, unless the topic says otherwise.
FRESH = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Written:
    """A text, and the strings in it that are numbers to dial."""

    text: str
    calls: tuple[str, ...] = ()


def offices_for(answer: Answer, place: str | None, library: Library) -> list[Office]:
    """Return the offices that serve ``place``, most fitting first; without one in that country those that serve all of it."""
    sides = (answer.country,) if answer.lives is None else (answer.country, answer.lives)
    areas = {side: _area(_within(place, side, library), library) or {side} for side in sides}
    found: list[Office] = []
    for whom in answer.whom:
        named = _named(whom, answer.country, library)
        serving = [office for office in named if areas.get(office.country, areas[answer.country]).intersection(office.area)]
        nearest = max(serving, key=lambda office: _closeness(office, place, library), default=None)
        if nearest is not None and nearest not in found:
            found.append(nearest)
    return found[:MOST_OFFICES]


def named(answer: Answer, library: Library) -> list[str]:
    """Return the ids of all offices that an answer may show, wherever the resident is."""
    return [office.id for whom in answer.whom for office in _named(whom, answer.country, library)]


def place_would_help(answer: Answer, place: str | None, library: Library) -> bool:
    """Tell whether naming a place would show an office that is not shown without one."""
    if _within(place, answer.country, library) is not None:
        return False
    named = (office for whom in answer.whom for office in _named(whom, answer.country, library))
    return any(answer.country not in office.area for office in named)


def place_matters(answer: Answer, place: str, library: Library) -> bool:
    """Tell whether the resident was to be sent to an office, and ``place`` lies where the answer holds."""
    return bool(answer.whom) and _within(place, answer.country, library) is not None


def write(office: Office, language: str, say: gettext.NullTranslations, now: datetime, fresh: timedelta = FRESH) -> Written:
    """Write what is known of an office: name, address, phones, e-mail, page, hours. What is missing is said so.

    Hours that were checked longer than ``fresh`` ago are withheld: a closed door is worse than a call before.
    """
    lines = [office.names.get(language) or next(iter(office.names.values()))]
    if office.address:
        lines.append(office.address)
    calls = tuple(formats.phone(phone, office.country) for phone in office.phones)
    if calls:
        lines.append(say.gettext("Phone: %(numbers)s") % {"numbers": ", ".join(calls)})
    lines.extend(text for text in (office.email, office.url) if text)
    if office.hours and now.date() - office.checked_on > fresh:
        phone = say.gettext("Phone before you go: we have not checked the opening hours lately.")
        lines.append(phone if calls else say.gettext("Ask about the opening hours."))
    elif office.hours:
        lines.append(open_state(office.hours, office.country, language, say, now))
    if not calls:
        lines.append(say.gettext("We have no checked phone number of this office."))
    return Written("\n".join(lines), calls)


def answering_state(hours: str, country: str, language: str, say: gettext.NullTranslations, now: datetime) -> str:
    """Say whether somebody picks up a telephone now and when that changes, in the country's own time."""
    if hours == "24/7":
        return say.gettext("Answers day and night.")
    state = opening(hours, country, now)
    if state.changes_at is None:
        return say.gettext("Hours are not known.")
    if not state.is_open:
        return say.gettext("Answers again: %(moment)s.") % {"moment": formats.moment(state.changes_at, language, country)}
    return say.gettext("Answers now, until: %(moment)s.") % {"moment": formats.moment(state.changes_at, language, country)}


def open_state(hours: str, country: str, language: str, say: gettext.NullTranslations, now: datetime) -> str:
    """Say whether it is open now and when that changes, in the country's own time."""
    if hours == "24/7":
        return say.gettext("Open day and night.")
    state = opening(hours, country, now)
    if state.changes_at is None:
        return say.gettext("Ask about the opening hours.")
    if not state.is_open:
        return say.gettext("Opens: %(moment)s.") % {"moment": formats.moment(state.changes_at, language, country)}
    if local(now, country).date() == state.changes_at.date():
        return say.gettext("Open now, until %(time)s.") % {"time": formats.clock_time(state.changes_at, language)}
    return say.gettext("Open now.")


def _named(whom: str, country: str, library: Library) -> Iterator[Office]:
    """Yield the office with the id ``whom``, or those of the kind ``whom`` in ``country``; info points are a kind, too.

    ``<country>:<kind>`` names a kind in another country than the answer's, for answers across a border.
    """
    there, _, whom = whom.rpartition(":")
    country = there or country
    if (office := library.offices.get(whom)) is not None:
        yield office
        return
    if whom == _POINT:
        yield from (as_office(point) for point in library.points.values() if country in point.countries)
    yield from (office for office in library.offices.values() if office.country == country and whom in office.kinds)


def as_office(point: Point) -> Office:
    """Return an info point as what a resident is sent to."""
    phones = (point.phone,) if point.phone else ()
    return Office(
        point.id,
        point.country,
        (_POINT,),
        point.names,
        point.area,
        point.source,
        date.max,  # its operator keeps it
        address=point.address,
        phones=phones,
        hours=point.hours,
        languages=point.languages,
    )


def _within(place: str | None, country: str, library: Library) -> str | None:
    """Return ``place`` if it lies in ``country``. A place that residents told may be known no longer."""
    known = None if place is None else library.places.get(place)
    return place if known is not None and known.country == country else None


def _area(place: str | None, library: Library) -> set[str]:
    """Return a place with everything it lies in, up to its country."""
    area: set[str] = set()
    while place is not None and place not in area:
        area.update((place, library.places[place].country))
        place = library.places[place].within
    return area


def _closeness(office: Office, place: str | None, library: Library) -> tuple[int, int]:
    """Rank an office: one for this very place before a region's before the country's, a reachable one before a bare name."""
    nearness = 0
    if place is not None and place in library.places:
        nearness = 2 if place in office.area else int(library.places[place].within in office.area)
    return nearness, int(bool(office.phones)) + int(bool(office.address))
