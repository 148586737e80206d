"""The library: all that is known, immutable, as one value.

An editor writes it as files (see ``knowledge/README.md``), ``bot.editing`` reads those into a `Library`, and a published
`Library` with a number is an *edition*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: Language codes are ISO 639-1, country codes ISO 3166-1 alpha-2, both in lower case.
LANGUAGES: tuple[str, ...] = ("sl", "it", "hr", "bg")
COUNTRIES: tuple[str, ...] = ("si", "it", "hr", "bg")

#: The borders across which residents live and work: where they live, and where they work or need the service.
PAIRS: tuple[str, ...] = ("si-it", "it-si", "si-hr", "hr-si")

#: The country that a language speaks of unless the resident says otherwise.
HOME: Mapping[str, str] = {"sl": "si", "it": "it", "hr": "hr", "bg": "bg"}


class FactKind(StrEnum):
    """What a fact is, and thereby how it is written out in each language."""

    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    AGE = "age"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"
    YEAR = "year"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was seen: the record of the gathered facts, its page, and the page's own date as printed there."""

    record: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, date, phone, address or link: language-free, written once.

    ``value`` is kept as text exactly as the editor wrote it (``"507.43"``, ``"2026-03-01"``); ``kind`` says how to read it.
    ``valid_for`` is the year it applies to, where it changes by year. ``checked_on`` is the day it was last looked up, where
    that is another than its answer's. ``shared`` says whose answers share it: those of a country, or ``common`` to all; None
    when it belongs to one answer.
    """

    kind: FactKind
    value: str
    source: str
    valid_for: int | None = None
    checked_on: date | None = None
    shared: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """An answer in one language: prose with ``{fact}`` names, never a digit. ``read_on`` is the day it was last read whole.

    ``behind`` is the day on which another wording of the same answer was changed in what it says, and this one was not yet.
    """

    title: str
    button: str
    what: str
    who: str = ""
    do: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    cost: str = ""
    time: str = ""
    note: str = ""
    read_on: date | None = None
    behind: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say about a topic in one country, or to those who live in one country and work or need the service in another.

    ``country`` is where the service is, ``lives`` the other country where the resident lives, None where that does not matter.
    ``whom`` names kinds of office or office ids, most fitting first. ``confidence`` is ``good`` or ``thin``.
    """

    topic: str
    country: str
    confidence: str
    checked_on: date
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    whom: tuple[str, ...]
    wordings: Mapping[str, Wording]
    lives: str | None = None

    @property
    def where(self) -> str:
        """The country, or the pair of countries as in `PAIRS`."""
        return self.country if self.lives is None else f"{self.lives}-{self.country}"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked. A topic may be known (it has examples) before any answer to it is approved.

    ``names`` are the short labels (at most 30 characters) that a button shows, by language. ``sensitive`` marks what a
    passer-by should not read over a shoulder. ``countries`` are those that must have an answer of their own. ``border`` marks
    what is about a border by its nature, so that both countries are asked for first. ``fresh_days`` is for how many days after
    the last check an answer is told without a reserve.
    """

    id: str
    group: str
    countries: tuple[str, ...]
    names: Mapping[str, str]
    related: tuple[str, ...] = ()
    sensitive: bool = False
    border: bool = False
    fresh_days: int = 365


@dataclass(frozen=True, slots=True)
class Situation:
    """A life event that bundles topics: ``topics`` in the order in which they are best looked at.

    ``names`` are short labels (at most 30 characters), ``overviews`` what a resident reads first, by language.
    """

    id: str
    topics: tuple[str, ...]
    names: Mapping[str, str]
    overviews: Mapping[str, str]
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement, municipality, region or country that residents name.

    ``names`` gives its official name in its own language(s) and its exonyms, by language; ``forms`` the inflected and
    colloquial ways to say it, by language (``v Šempetru``). ``kind`` is ``country``, ``region`` or ``settlement``.
    ``latitude`` and ``longitude`` are degrees of a point in its middle, used only to find the nearest.
    """

    id: str
    country: str
    kind: str
    name: str
    names: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    latitude: float | None = None
    longitude: float | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """Who is where. A missing phone, address or hour is a gap that is told, never guessed.

    ``area`` are place ids it serves (a country id for a national one). ``hours`` is an OSM ``opening_hours`` string.
    """

    id: str
    country: str
    kinds: tuple[str, ...]
    names: Mapping[str, str]
    area: tuple[str, ...]
    source: Source
    checked_on: date
    address: str | None = None
    place: str | None = None
    phones: tuple[str, ...] = ()
    email: str | None = None
    url: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """An info point: a desk with an area, countries, languages and hours; ``None`` is what its operator must fill in."""

    id: str
    names: Mapping[str, str]
    countries: tuple[str, ...]
    area: tuple[str, ...]
    languages: tuple[str, ...]
    source: Source
    country: str
    hours: str | None = None
    address: str | None = None
    phone: str | None = None

    def name(self, language: str) -> str:
        """Return what it is called in ``language``, else as it calls itself."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number to call in a crisis. ``confirmed_on`` stays empty until an operator has phoned it.

    ``names`` say in each language who answers, ``hours`` when (a wording without digits or an OSM string).
    """

    id: str
    country: str
    number: str
    crises: tuple[str, ...]
    names: Mapping[str, str]
    source: Source
    hours: str | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class CrisisKind:
    """A kind of crisis: one line of care and one line of advice per language, and the words that must never be missed.

    ``patterns`` are regular expressions over folded text (see `bot.language.text.fold`), by language.
    """

    id: str
    care: Mapping[str, str]
    advice: Mapping[str, str]
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """How a resident says something: its text, language and what it means.

    ``label`` is a topic id, ``situation:<id>``, ``act:<id>``, ``crisis:<id>``, ``not-crisis`` (a look-alike) or ``outside``.
    """

    language: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Golden:
    """A question that must go on being understood: it is asked before an edition is published, and never learned from.

    ``label`` is as in `Example`.
    """

    language: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """All of the knowledge as one immutable value. Mappings are by id unless a comment says otherwise."""

    topics: Mapping[str, Topic]
    answers: Mapping[str, Answer]  # by "<topic>/<country>" or "<topic>/<pair>"
    places: Mapping[str, Place]
    offices: Mapping[str, Office]
    points: Mapping[str, Point]
    help_lines: tuple[HelpLine, ...]
    crises: Mapping[str, CrisisKind]
    examples: tuple[Example, ...]
    situations: Mapping[str, Situation] = field(default_factory=dict)
    golden: tuple[Golden, ...] = ()

    def answer(self, topic: str, where: str) -> Answer | None:
        """Return the approved answer to ``topic`` in a country or for a pair, or None where there is none yet."""
        return self.answers.get(f"{topic}/{where}")

    def countries_of(self, topic: str, language: str) -> tuple[str, ...]:
        """Return the countries with an approved answer to ``topic`` worded in ``language``."""
        return self._worded(topic, language, COUNTRIES)

    def pairs_of(self, topic: str, language: str) -> tuple[str, ...]:
        """Return the pairs of countries with an approved answer to ``topic`` worded in ``language``."""
        return self._worded(topic, language, PAIRS)

    def _worded(self, topic: str, language: str, among: tuple[str, ...]) -> tuple[str, ...]:
        found = ((where, self.answer(topic, where)) for where in among)
        return tuple(where for where, answer in found if answer is not None and language in answer.wordings)
