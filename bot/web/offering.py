"""Approved answers as staff see them before they use one: in the resident's language, and in their own beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.channels.webchat.markup import formatted
from bot.dialogue import answers, offices
from bot.dialogue.buttons import LANGUAGE_NAMES
from bot.language.phrases import Phrases
from bot.model.case import Case
from bot.model.conversation import Conversation
from bot.model.library import COUNTRIES, HOME, LANGUAGES, PAIRS, Answer, Library, Office
from bot.model.verdict import Verdict, VerdictKind

#: More answers than these at once are a list that nobody reads.
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language: as it is put into a reply, and as it is shown."""

    plain: str
    shown: Markup
    language: str


@dataclass(frozen=True, slots=True)
class OfferedOffice:
    """An office whose lines can be added to a reply."""

    id: str
    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer to ``topic`` for ``where`` (a country or a pair).

    ``text`` is what the resident would read, ``beside`` the same in the language of the staff member, None where it is no
    other. Where nothing is approved for ``where``, ``text`` is None. ``insert`` is what goes into the reply, with a word before
    it where the text is not in the resident's language. ``elsewhere`` are the countries and pairs that have an answer.
    """

    topic: str
    where: str
    name: str
    text: Text | None
    beside: Text | None
    is_worded: bool
    insert: str
    offices: tuple[OfferedOffice, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom answers are written: the language of the resident, the one that staff read beside it, the resident's place."""

    language: str
    beside: str
    place: str | None = None


class Offers:
    """Writes answers by the same code that answers residents."""

    def __init__(self, library: Callable[[], Library], phrases: Phrases, now: Callable[[], datetime]) -> None:
        self._library = library
        self._phrases = phrases
        self._now = now

    def offer(self, topic: str, where: str, reader: Reader) -> Offered:
        """Return the answer to ``topic`` for ``where``."""
        library = self._library()
        name = library.topics[topic].names.get(reader.beside, topic)
        elsewhere = tuple(each for each in (*COUNTRIES, *PAIRS) if each != where and _given(library, topic, each))
        given = _given(library, topic, where)
        if given is None:
            return Offered(topic, where, name, None, None, is_worded=False, insert="", offices=(), elsewhere=elsewhere)
        beside = self.text(given, reader.beside, reader.place)
        text = self.text(given, reader.language, reader.place)
        return Offered(
            topic,
            where,
            name,
            text,
            None if beside.language == text.language else beside,
            is_worded=reader.language in given.wordings,
            insert=self._inserted(text, reader.language),
            offices=tuple(self.office(office, reader.language) for office in offices.offices_for(given, reader.place, library)),
            elsewhere=elsewhere,
        )

    def text(self, given: Answer, language: str, place: str | None) -> Text:
        """Return an answer as a resident reads it; without a wording in ``language`` in that of its country."""
        tongue = answers.worded_in(given, language)
        written = answers.write(given, tongue, self._phrases.into(tongue), self._library(), place, self._now())
        return Text(written.text, formatted(written.text, written.calls), tongue)

    def to_insert(self, topic: str, where: str, language: str, place: str | None) -> str | None:
        """Return what goes into a reply: the answer, and before it a word that it is in another language, if it is."""
        given = _given(self._library(), topic, where) if topic in self._library().topics else None
        if given is None:
            return None
        return self._inserted(self.text(given, language, place), language)

    def _inserted(self, text: Text, language: str) -> str:
        if text.language == language:
            return text.plain
        said = self._phrases.into(language).gettext(
            "This answer is not in English yet. Here is the checked text in another language (%(language)s):"
        )
        return f"{said % {'language': LANGUAGE_NAMES[text.language]}}\n\n{text.plain}"

    def office(self, office: Office, language: str) -> OfferedOffice:
        """Return the lines of an office as a resident reads them."""
        written = offices.write(office, language, self._phrases.into(language), self._now(), timedelta(days=365))
        name = office.names.get(language) or next(iter(office.names.values()))
        return OfferedOffice(office.id, name, Text(written.text, formatted(written.text, written.calls), language))

    def find_office(self, office_id: str) -> Office | None:
        """Return an office, or an info point as one; None for what is neither."""
        library = self._library()
        point = library.points.get(office_id)
        return library.offices.get(office_id) or (None if point is None else offices.as_office(point))

    def offices_at(self, place: str | None, language: str) -> list[OfferedOffice]:
        """Return the offices of a settlement or region itself, those that can be reached first."""
        library = self._library()
        if place is None or place not in library.places or library.places[place].kind == "country":
            return []
        near = {each for each in (place, library.places[place].within) if each is not None}
        its = [office for office in library.offices.values() if near.intersection(office.area)]
        ranked = sorted(its, key=lambda office: (place not in office.area, not office.phones, not office.address, office.id))
        return [self.office(office, language) for office in ranked]


def likeliest(case: Case, verdicts: Sequence[Verdict], library: Library) -> list[str]:
    """Return the topics that a resident most likely asks about: those of the last question, and the case's own."""
    questions = (question for verdict in reversed(verdicts) if (question := _question(verdict)) is not None)
    last = next(questions, None)
    asked = [] if last is None else [candidate.topic for candidate in last.evidence.candidates]
    if last is not None and last.topic is not None:
        asked.insert(0, last.topic)
    known = [topic for topic in dict.fromkeys(asked) if topic in library.topics]
    own = case.topic
    if own is not None and own in library.topics and own not in known[:MOST_OFFERED]:
        known = [*known[: MOST_OFFERED - 1], own]
    return known[:MOST_OFFERED]


def country_of(conversation: Conversation, library: Library) -> str:
    """Return the country that answers are for: the one spoken of, else that of the place, else the home of the language."""
    if conversation.country is not None:
        return conversation.country
    if conversation.place is not None and conversation.place in library.places:
        return library.places[conversation.place].country
    return HOME[conversation.language or LANGUAGES[0]]


def _question(verdict: Verdict) -> Verdict | None:
    """Return what was understood of a question; None for thanks, a greeting and the like."""
    if verdict.kind is VerdictKind.CRISIS:
        return None if verdict.below is None else _question(verdict.below)
    return None if verdict.kind is VerdictKind.ACT or not verdict.evidence.candidates else verdict


def _given(library: Library, topic: str, where: str) -> Answer | None:
    given = library.answer(topic, where)
    return given if given is not None and given.wordings else None
