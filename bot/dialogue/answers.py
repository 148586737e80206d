"""An approved wording with its facts filled in, never composed."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bot.dialogue import buttons
from bot.dialogue.offices import Written, offices_for, place_matters, place_would_help
from bot.dialogue.offices import write as write_office
from bot.dialogue.scene import Scene, language_of
from bot.language import formats
from bot.model.conversation import Conversation
from bot.model.library import HOME, Answer, Fact, FactKind, Library, Source, Wording
from bot.model.message import Outgoing

_NAMES = re.compile(r"\{([a-z0-9_]+)\}")
#: A date of Croatian or Bulgarian ends in a full stop; at the end of a sentence it is not doubled.
_DOUBLED_STOP = re.compile(r"(\d|г)\.\.(?!\.)")

#: Where a sentence ends; what stands between two is kept. After the full stop of an ordinal ("{age}. leta") or of a
#: Bulgarian year ("{year} г.") it goes on.
_SENTENCES = re.compile(r"(?<=[.!?…]\s)(?<! г\.\s)(?![a-zčšžćđа-я])|(?<=\n)")
_AMOUNTS = frozenset({FactKind.MONEY, FactKind.PERCENT})
_DATES = frozenset({FactKind.YEAR, FactKind.DATE, FactKind.NAME})

#: Two pages are enough for a reader who wants to look it up.
MOST_SOURCES = 2


def answer(scene: Scene, conversation: Conversation, given: Answer) -> Outgoing:
    """Return an approved answer as the resident of ``conversation`` reads it."""
    language = language_of(conversation)
    say = scene.say(conversation)
    written = write(given, language, say, scene.library, conversation.place, scene.now)
    return Outgoing(
        written.text,
        language,
        buttons=buttons.under_answer(say, given.topic, given.where, _others(scene, conversation, given)),
        calls=written.calls,
        asks_location=place_would_help(given, conversation.place, scene.library),
    )


def answer_in_another_language(scene: Scene, conversation: Conversation, given: Answer) -> tuple[Outgoing, ...]:
    """Return an approved answer that nobody has put into the resident's language yet: in that of its country, and said so.

    The numbers and offices in it serve somebody who reads it half; the buttons and what is ours to say stand in the resident's
    own language. ``given`` has at least one wording.
    """
    say = scene.say(conversation)
    language = worded_in(given, language_of(conversation))
    written = write(given, language, scene.phrases.into(language), scene.library, conversation.place, scene.now)
    notice = say.gettext("This answer is not in English yet. Here is the checked text in another language (%(language)s):")
    offer = say.gettext("A person at the info point can explain it to you.")
    elsewhere = scene.library.countries_of(given.topic, language_of(conversation))
    rows = buttons.countries(elsewhere, scene.library, language_of(conversation), f"topic:{given.topic}/")
    return (
        Outgoing(notice % {"language": buttons.LANGUAGE_NAMES[language]}, language_of(conversation)),
        Outgoing(written.text, language, calls=written.calls),
        Outgoing(offer, language_of(conversation), buttons=buttons.under_answer(say, given.topic, given.where, rows)),
    )


def worded_in(given: Answer, language: str) -> str:
    """Return ``language`` if an answer is worded in it, else the language of its country, else any that it is worded in."""
    at_home = (each for each in given.wordings if HOME[each] == given.country)
    return language if language in given.wordings else next(at_home, next(iter(given.wordings)))


def _others(scene: Scene, conversation: Conversation, given: Answer) -> buttons.Rows:
    """Return what an answer leads to: the other countries, those who live across a border, the situation it belongs to."""
    language = language_of(conversation)
    say = scene.say(conversation)
    topic = given.topic
    rows: buttons.Rows = ()
    if given.lives is not None:
        rows += buttons.border(say.gettext("Choose other countries"), topic)
    else:
        elsewhere = [country for country in scene.library.countries_of(topic, language) if country != given.country]
        rows += buttons.countries(elsewhere, scene.library, language, f"topic:{topic}/")
        if any(given.country in pair.split("-") for pair in scene.library.pairs_of(topic, language)):
            rows += buttons.border(say.gettext("I live and work in two countries"), topic)
    situation = scene.library.situations.get(conversation.situation or "")
    if situation is not None and topic in situation.topics:
        rows += buttons.overview(say, situation, language)
    return rows


def write(
    given: Answer, language: str, say: gettext.NullTranslations, library: Library, place: str | None, now: datetime
) -> Written:
    """Write an answer: what, who, what to do, what to bring, cost, time, whom to see, source and date of the check."""
    wording = given.wordings[language]
    fresh = timedelta(days=library.topics[given.topic].fresh_days)
    facts = facts_of(given, language)
    prose = [_dated(part, given, facts, say, now) for part in _prose(wording, say)]
    parts = [_heading(given, language, say, library), *prose, *reserves(given, language, say, library, now)]
    offices = [write_office(office, language, say, now, fresh) for office in offices_for(given, place, library)]
    if offices:
        parts.append("\n".join([say.gettext("Whom to see:"), "\n\n".join(office.text for office in offices)]))
    if not offices and place is not None and place_matters(given, place, library):
        name = library.places[place].names.get(language, library.places[place].name)
        parts.append(
            say.gettext("I know no office for this place: %(place)s. Ask the info point or your municipality.") % {"place": name}
        )
    if place_would_help(given, place, library):
        parts.append(say.gettext("Write me your town and I will show you the office there."))
    parts.append(_sources(given, language, say))
    text = _fill("\n\n".join(parts), facts)
    phones = (facts[name] for name, fact in given.facts.items() if fact.kind is FactKind.PHONE)
    calls = dict.fromkeys([*(phone for phone in phones if phone in text), *(call for office in offices for call in office.calls)])
    return Written(text, tuple(calls))


def facts_of(given: Answer, language: str) -> dict[str, str]:
    """Return the facts of an answer as they are written out in ``language``, by name."""
    return {name: formats.fact(fact, language, given.country) for name, fact in given.facts.items()}


def filled(text: str, given: Answer, language: str, say: gettext.NullTranslations, now: datetime) -> str:
    """Return a part of a wording with its facts put in, those of a year that is over with their year."""
    facts = facts_of(given, language)
    return _fill(_dated(text, given, facts, say, now), facts)


def reserves(given: Answer, language: str, say: gettext.NullTranslations, library: Library, now: datetime) -> list[str]:
    """Return with what reserve an answer is told: that amounts are of a past year, or that it was checked long ago."""
    said = []
    if any(_is_past(fact, now) for fact in given.facts.values()):
        said.append(say.gettext("Some amounts are of a year that is over. Ask which apply now."))
    if now.date() - given.checked_on > timedelta(days=library.topics[given.topic].fresh_days):
        day = formats.day(given.checked_on, language)
        said.append(_fill(say.gettext("We last checked this on %(date)s. Ask whether it still holds.") % {"date": day}, {}))
    return said


def checked(given: Answer, language: str, say: gettext.NullTranslations) -> str:
    """Say when an answer was checked last."""
    return _fill(say.gettext("Checked on %(date)s.") % {"date": formats.day(given.checked_on, language)}, {})


def _heading(given: Answer, language: str, say: gettext.NullTranslations, library: Library) -> str:
    """Return the title of an answer and for whom it holds: a country, or where one lives and where one works."""
    title = given.wordings[language].title
    country = library.places[given.country].names[language]
    if given.lives is None:
        return f"{title} ({country})"
    lives = library.places[given.lives].names[language]
    between = say.gettext("You live here: %(lives)s. You work or need the service here: %(country)s.")
    return "\n".join([title, between % {"lives": lives, "country": country}])


def _is_past(fact: Fact, now: datetime) -> bool:
    return fact.valid_for is not None and fact.valid_for < now.year


def _prose(wording: Wording, say: gettext.NullTranslations) -> Iterator[str]:
    """Yield the paragraphs of a wording in their order."""
    yield " ".join(part for part in (wording.what, wording.who) if part)
    if wording.do:
        yield _list(say.gettext("What to do:"), wording.do)
    if wording.bring:
        yield _list(say.gettext("Bring with you:"), wording.bring)
    yield from (part for part in (" ".join(part for part in (wording.cost, wording.time) if part), wording.note) if part)


def _list(heading: str, items: tuple[str, ...]) -> str:
    return "\n".join([heading, *(f"– {item}" for item in items)])


def _sources(given: Answer, language: str, say: gettext.NullTranslations) -> str:
    pages = pages_of(given)
    heading = say.ngettext("Source:", "Sources:", len(pages)) if pages else ""
    return "\n".join(part for part in (heading, *pages, checked(given, language, say)) if part)


def pages_of(given: Answer) -> list[str]:
    """Return the addresses of the pages that an answer rests on, the weightiest first."""
    return list(dict.fromkeys(source.url for source in _by_weight(given) if source.url))[:MOST_SOURCES]


def _by_weight(given: Answer) -> list[Source]:
    """Return the sources of an answer: of its amounts, of its other facts, of its prose, and last of the facts it shares."""
    own = [fact for fact in given.facts.values() if fact.shared is None]
    amounts = {fact.source for fact in given.facts.values() if fact.kind in _AMOUNTS}
    facts = {fact.source for fact in own}
    shared = {fact.source for fact in given.facts.values()} - facts
    ranked = sorted(given.sources, key=lambda name: (name not in amounts, name in shared, name not in facts))
    return [given.sources[name] for name in ranked]


def _fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the facts in the place of their names."""
    return _DOUBLED_STOP.sub(r"\1.", _NAMES.sub(lambda match: facts[match[1]], text))


def _dated(text: str, given: Answer, facts: Mapping[str, str], say: gettext.NullTranslations, now: datetime) -> str:
    """Say of which year the facts are that are past it, once in each sentence that does not say so itself."""
    return "".join(_dated_sentence(part, given, facts, say, now) for part in _SENTENCES.split(text))


def _dated_sentence(sentence: str, given: Answer, facts: Mapping[str, str], say: gettext.NullTranslations, now: datetime) -> str:
    past = [match for match in _NAMES.finditer(sentence) if _is_past(given.facts[match[1]], now)]
    if not past:
        return sentence
    last = past[-1]
    year = str(given.facts[last[1]].valid_for)
    if any(year in facts[match[1]] for match in _NAMES.finditer(sentence) if given.facts[match[1]].kind in _DATES):
        return sentence
    dated = say.gettext("%(amount)s (in the year %(year)s)") % {"amount": last[0], "year": year}
    return sentence[: last.start()] + dated + sentence[last.end() :]
