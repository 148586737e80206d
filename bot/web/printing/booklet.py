"""What stands in a booklet: the numbers for a crisis, then the answers of an info point or of a situation, in two languages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.crisis import help_lines
from bot.dialogue.texts import hours_of
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.library import Library, Point, Situation
from bot.model.schedule import Schedule
from bot.web.library.naming import group_names
from bot.web.printing.card import Card, Cell, Wish, make
from bot.web.public import groups


@dataclass(frozen=True, slots=True)
class Chapter:
    """Answers that belong together, under a heading in each language of the booklet."""

    headings: tuple[Cell, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """A booklet in one or two ``languages``. ``contents`` and ``crisis`` hold one cell for each of them."""

    languages: tuple[str, ...]
    titles: tuple[Cell, ...]
    crisis: tuple[Cell, ...]
    contents: tuple[Cell, ...]
    chapters: tuple[Chapter, ...]
    points: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What a booklet is to be about: the services of an info point or those of a situation, in one country.

    ``topics`` are the ids of those that are wanted, None for all. ``schedule`` is that of the info point.
    """

    about: Point | Situation
    country: str
    languages: tuple[str, ...]
    edition: int
    topics: Collection[str] | None = None
    schedule: Schedule | None = None


def choices(about: Point | Situation, country: str, library: Library, language: str) -> list[tuple[str, list[str]]]:
    """Return the topics with an answer in ``country`` by group, most pressing first; a situation has an order of its own."""
    there = [topic for topic in library.topics if (answer := library.answer(topic, country)) is not None and answer.wordings]
    if isinstance(about, Situation):
        return [("", [topic for topic in about.topics if topic in there])]
    return groups.grouped(there, library, language)


def bind(order: Order, library: Library, phrases: Phrases, now: datetime) -> Booklet:
    """Return the booklet."""
    point = order.about if isinstance(order.about, Point) else None
    chapters = []
    for group, topics in choices(order.about, order.country, library, order.languages[0]):
        wanted = [topic for topic in topics if order.topics is None or topic in order.topics]
        answers = [answer for topic in wanted if (answer := library.answer(topic, order.country)) is not None]
        cards = tuple(make(Wish(answer, order.languages), library, phrases, now) for answer in answers)
        if cards:
            chapters.append(Chapter(_headings(group, order, phrases), cards))
    return Booklet(
        order.languages,
        tuple(_title(order, language, library) for language in order.languages),
        tuple(_crisis(order, language, library, phrases) for language in order.languages),
        tuple(_imprint(order, language, phrases, now) for language in order.languages),
        tuple(chapters),
        () if point is None else tuple(_point(point, order, language, phrases, now) for language in order.languages),
    )


def _headings(group: str, order: Order, phrases: Phrases) -> tuple[Cell, ...]:
    if not group:
        return ()
    return tuple(_cell(each, "", group_names(phrases.into(each)).get(group, group)) for each in order.languages)


def _title(order: Order, language: str, library: Library) -> Cell:
    country = library.places[order.country].names[language]
    if isinstance(order.about, Situation):
        return _cell(language, country, order.about.names[language], order.about.overviews[language])
    return _cell(language, country, order.about.name(language))


def _crisis(order: Order, language: str, library: Library, phrases: Phrases) -> Cell:
    """Return the numbers to call at once, each once."""
    lines = {line.id: line for kind in library.crises for line in help_lines(library, kind, order.country)}
    told = dict.fromkeys(f"{line.number}: {line.names[language]}" for line in lines.values())
    return Cell(language, phrases.into(language).gettext("In danger, call at once"), language, tuple(told), listed=True)


def _imprint(order: Order, language: str, phrases: Phrases, now: datetime) -> Cell:
    say = phrases.into(language)
    printed = say.gettext(
        "Printed on %(date)s from edition %(edition)s. Amounts, phones and hours change: ask at the info point."
    )
    values = {"date": formats.day(now.date(), language), "edition": order.edition}
    return _cell(language, say.gettext("Contents"), printed % values)


def _point(point: Point, order: Order, language: str, phrases: Phrases, now: datetime) -> Cell:
    say = phrases.into(language)
    schedule = order.schedule
    hours = hours_of(schedule.hours if schedule else point.hours, point.country, language, say, now.date())
    phone = say.gettext("Phone: %(numbers)s") % {"numbers": formats.phone(point.phone, point.country)} if point.phone else ""
    return _cell(
        language, say.gettext("Questions? Ask the info point:"), point.name(language), point.address or "", phone, *hours
    )


def _cell(language: str, label: str, *lines: str) -> Cell:
    return Cell(language, label, language, tuple(line for line in lines if line))
