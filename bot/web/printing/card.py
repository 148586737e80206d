"""What stands on a card: an approved answer by its sections, each in two languages, and where to go."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue.buttons import LANGUAGE_NAMES
from bot.dialogue.offices import offices_for
from bot.dialogue.texts import Parts, hours_of, parts
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.library import HOME, LANGUAGES, Answer, Library, Office, Point
from bot.model.schedule import Schedule
from bot.web.printing import maps


@dataclass(frozen=True, slots=True)
class Cell:
    """A section in one language, its text in ``tongue``; without lines when only the other side has something to say."""

    language: str
    label: str
    tongue: str
    lines: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A section in each language of the card, with a place on the map where it has one. ``kind`` is for its looks."""

    kind: str
    cells: tuple[Cell, ...]
    map_link: str = ""
    map_code: str = ""
    map_label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card in one or two ``languages``. Nothing on it is of a resident's own words."""

    languages: tuple[str, ...]
    titles: tuple[Cell, ...]
    rows: tuple[Row, ...]
    pages: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a card is to be about. ``place`` is the resident's, ``point`` the info point that hands it out, with its hours."""

    given: Answer
    languages: tuple[str, ...]
    place: str | None = None
    point: Point | None = None
    schedule: Schedule | None = None
    code: str = ""


def default_languages(given: Answer, resident: str | None) -> tuple[str, ...]:
    """Return the resident's language and the office's; one alone where they are the same.

    Where nothing is known of a resident, another language that the answer is worded in stands beside the office's.
    """
    office = next((language for language in LANGUAGES if HOME[language] == given.country), LANGUAGES[0])
    first = resident or next((language for language in given.wordings if language != office), office)
    return tuple(dict.fromkeys((first, office)))


def make(wish: Wish, library: Library, phrases: Phrases, now: datetime) -> Card:
    """Return the card."""
    sides = [_Side(wish, language, library, phrases, now) for language in wish.languages]
    tongues = {side.language for side in sides if side.is_worded}
    texts = [side.sections(told_elsewhere=side.parts.language in tongues - {side.language}) for side in sides]
    kinds = [kind for kind in _ORDER if any(text[kind].lines for text in texts)]
    rows = [Row(kind, tuple(text[kind] for text in texts)) for kind in kinds]
    before = [row for row in rows if row.kind != _LAST]
    last = [row for row in rows if row.kind == _LAST]
    return Card(
        wish.languages,
        tuple(side.title() for side in sides),
        (*before, *_where_to_go(sides, wish, library), *last),
        sides[0].parts.pages,
        wish.code,
    )


_LAST = "checked"
_ORDER = ("missing", "about", "bring", "do", "cost", "note", "reserves", _LAST)


class _Side:
    """A card in one language."""

    def __init__(self, wish: Wish, language: str, library: Library, phrases: Phrases, now: datetime) -> None:
        self.language = language
        self.say: gettext.NullTranslations = phrases.into(language)
        self.parts: Parts = parts(wish.given, language, phrases, library, now)
        self.now = now
        self._fresh = timedelta(days=library.topics[wish.given.topic].fresh_days)
        self._given = wish.given
        self._library = library

    @property
    def is_worded(self) -> bool:
        """Tell whether the answer is there in the language of this side."""
        return self.parts.language == self.language

    def title(self) -> Cell:
        """Return the title, and the countries that the answer is for."""
        countries = [each for each in (self._given.lives, self._given.country) if each]
        names = [self._library.places[each].names.get(self.language, each) for each in countries]
        topic = self._library.topics[self._given.topic]
        title = self.parts.title if self.is_worded else topic.names.get(self.language, self.parts.title)
        return self._cell(" – ".join(names), (title,))

    def sections(self, *, told_elsewhere: bool) -> dict[str, Cell]:
        """Return the sections by their kind.

        ``told_elsewhere``: the text in its own language stands on the other side, so that here its headings are enough.
        """
        say, its = self.say, self.parts

        def text(label: str, *lines: str, listed: bool = False) -> Cell:
            return Cell(self.language, label, its.language, () if told_elsewhere else _filled(*lines), listed)

        return {
            "missing": self._cell("", self._missing(told_elsewhere=told_elsewhere)),
            "about": text("", its.about),
            "bring": text(say.gettext("Bring with you:"), *its.bring, listed=True),
            "do": text(say.gettext("What to do:"), *its.do, listed=True),
            "cost": text(say.gettext("Cost and time:"), its.cost, its.time),
            "note": text(say.gettext("Good to know:"), its.note),
            "reserves": self._cell("", its.reserves),
            _LAST: self._cell("", (its.checked,)),
        }

    def office(self, office: Office, label: str) -> Cell:
        """Return what is known of an office, with its hours by the week: what is open now says nothing on paper."""
        phones = ", ".join(formats.phone(phone, office.country) for phone in office.phones)
        fresh = self.now.date() - office.checked_on <= self._fresh
        hours = hours_of(office.hours if fresh else None, office.country, self.language, self.say, self.now.date())
        name = office.names.get(self.language) or next(iter(office.names.values()))
        phone = self.say.gettext("Phone: %(numbers)s") % {"numbers": phones} if phones else ""
        lines = _filled(name, office.address or "", phone, office.email or "", office.url or "")
        return self._cell(label, (*lines, *(hours or (self.say.gettext("Ask about the opening hours."),))))

    def point(self, point: Point, schedule: Schedule | None) -> Cell:
        """Return where to ask again: the info point."""
        phone = formats.phone(point.phone, point.country) if point.phone else ""
        name = point.name(self.language)
        hours = hours_of(schedule.hours if schedule else None, point.country, self.language, self.say, self.now.date())
        told = self.say.gettext("Phone: %(numbers)s") % {"numbers": phone} if phone else ""
        return self._cell(self.say.gettext("Questions? Ask the info point:"), (*_filled(name, point.address or "", told), *hours))

    def code(self, code: str) -> Cell:
        """Return how to tell which case it is."""
        return self._cell(self.say.gettext("Your case at the info point:"), (code,))

    def _missing(self, *, told_elsewhere: bool) -> tuple[str, ...]:
        if self.is_worded:
            return ()
        language = LANGUAGE_NAMES[self.parts.language]
        if told_elsewhere:
            return (
                self.say.gettext("This answer is not in English yet. Its text stands beside (%(language)s).")
                % {"language": language},
            )
        notice = self.say.gettext(
            "This answer is not in English yet. Here is the checked text in another language (%(language)s):"
        )
        return (notice % {"language": language},)

    def _cell(self, label: str, lines: tuple[str, ...]) -> Cell:
        return Cell(self.language, label, self.language, lines)


def _where_to_go(sides: list[_Side], wish: Wish, library: Library) -> Iterator[Row]:
    for number, office in enumerate(offices_for(wish.given, wish.place, library)):
        link = maps.link(office, library)
        yield Row(
            "office",
            tuple(side.office(office, side.say.gettext("Whom to see:") if number == 0 else "") for side in sides),
            link,
            maps.code(link) if link else "",
            sides[0].say.gettext("Map: %(address)s") % {"address": office.address} if link else "",
        )
    if wish.point is not None:
        yield Row("point", tuple(side.point(wish.point, wish.schedule) for side in sides))
    if wish.code:
        yield Row("code", tuple(side.code(wish.code) for side in sides))


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
