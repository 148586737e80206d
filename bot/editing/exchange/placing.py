"""What a file of services would change of our own answers: exactly the wordings whose text differs, and nothing is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.editing import layout
from bot.editing.checks.writing import digits
from bot.editing.exchange.gathering import gather, not_worded
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.refilling import refilled
from bot.editing.exchange.services import Directory, Provider, Remark, Service, canonical, shortened, urn
from bot.editing.items import Spot
from bot.editing.problems import Severity, sentence
from bot.editing.wordings import NAME
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Answer, Library, Wording

#: The parts of a wording by what they are called in a service.
_TEXTS: Mapping[str, str] = {
    "title": "names",
    "what": "descriptions",
    "who": "who",
    "cost": "cost",
    "time": "time",
    "note": "note",
}
_LISTS = ("do", "bring")
#: What of a service stands in the facts, the sources or the offices: it is told where it differs, and not changed.
_ELSEWHERE = ("amount", "duration", "countries", "links", "laws", "events", "providers", "languages")


@dataclass(frozen=True)
class _Ours:
    """Our answer, as it would be exported now."""

    answer: Answer
    service: Service
    phrases: Phrases

    def back(self, text: str, before: str, language: str) -> str:
        return refilled(text, before, self.answer, language, self.phrases)


def foreign(told: Directory, library: Library) -> list[Service]:
    """Return the services of a file that are none of ours, for which an editor chooses a topic."""
    ours = {urn("service", f"{answer.topic}/{answer.where}") for answer in library.answers.values()}
    return [service for service in told.services.values() if service.id not in ours]


def changes(told: Directory, library: Library, phrases: Phrases, now: datetime) -> Proposal:
    """Return what the services in a file that are ours would change. What belongs elsewhere than in a wording is told."""
    current = canonical(gather(library, phrases, now).directory)
    there = canonical(told)
    values: dict[Spot, Any] = {}
    remarks: list[Remark] = []
    for service in there.services.values():
        before = current.services.get(service.id)
        if before is None:
            continue
        ours = _Ours(library.answers[before.identifier], before, phrases)
        for language in LANGUAGES:
            if language in ours.answer.wordings:
                remarks.extend(_wording(values, ours, service, language))
            elif language in service.descriptions:
                remarks.extend(_new_wording(values, ours, service, language))
        remarks.extend(_elsewhere(service, before, current))
    for provider in there.providers.values():
        if (office := current.providers.get(provider.id)) is not None:
            remarks.extend(_office(provider, office))
    return Proposal(values, tuple(remarks))


def _wording(values: dict[Spot, Any], ours: _Ours, service: Service, language: str) -> Iterator[Remark]:
    """Put into ``values`` which parts of a wording differ."""
    if language not in service.names and language not in service.descriptions:
        return  # a file in one language says nothing about the others
    wording = ours.answer.wordings[language]
    file, where = layout.words(ours.answer.topic, language), ours.answer.where
    for part, name in _TEXTS.items():
        text, before = getattr(service, name).get(language, ""), getattr(ours.service, name).get(language, "")
        if not text and before:
            yield _kept(service, language, part)
        elif _spaced(text) != _spaced(before):
            new = ours.back(text, getattr(wording, part), language)
            if new != getattr(wording, part):  # an amount of a past year is told with it, in the file or with us
                values[file, ("wordings", where, part)] = new
                yield from _digits(service, language, part, new)
    for part in _LISTS:
        items, before_items = getattr(service, part).get(language, ()), getattr(ours.service, part).get(language, ())
        if not items and before_items:
            yield _kept(service, language, part)
        elif [_spaced(item) for item in items] != [_spaced(item) for item in before_items]:
            new_items = _items(ours, items, before_items, getattr(wording, part), language)
            if new_items != list(getattr(wording, part)):
                values[file, ("wordings", where, part)] = new_items
                yield from _digits(service, language, part, " ".join(new_items))
    yield from _button(values, ours, service, wording, language)


def _items(ours: _Ours, items: tuple[str, ...], before: tuple[str, ...], written: tuple[str, ...], language: str) -> list[str]:
    """Return the items of a list as they are written with us: those that stood there before are kept to the letter."""
    known = {_spaced(text): raw for text, raw in zip(before, written, strict=True)}
    everything = " ".join(written)
    return [known.get(_spaced(item)) or ours.back(item, everything, language) for item in items]


def _button(values: dict[Spot, Any], ours: _Ours, service: Service, wording: Wording, language: str) -> Iterator[Remark]:
    words = [word for word in service.keywords.get(language, ()) if _spaced(word) != _spaced(wording.button)]
    if len(words) == 1 and wording.button not in service.keywords[language]:
        values[layout.words(ours.answer.topic, language), ("wordings", ours.answer.where, "button")] = words[0]
    else:
        yield from (_nowhere(service, language, "keywords", word) for word in words)


def _new_wording(values: dict[Spot, Any], ours: _Ours, service: Service, language: str) -> Iterator[Remark]:
    """Put into ``values`` a wording in a language that the answer was not in before."""
    if _spaced(service.descriptions[language]) == _spaced(not_worded(ours.phrases, language)):
        return
    found: dict[str, Any] = {}
    for part, name in _TEXTS.items():
        if text := getattr(service, name).get(language, ""):
            found[part] = ours.back(text, "", language)
    for part in _LISTS:
        if items := getattr(service, part).get(language, ()):
            found[part] = [ours.back(item, "", language) for item in items]
    buttons = service.keywords.get(language, ())
    found["button"] = buttons[0] if buttons else found.get("title", "")
    yield from (_nowhere(service, language, "keywords", word) for word in buttons[1:])
    values[layout.words(ours.answer.topic, language), ("wordings", ours.answer.where)] = found
    template = sentence("This language is new to the answer.")
    yield Remark(Severity.NOTE, service.identifier, language, template)


def _elsewhere(service: Service, before: Service, current: Directory) -> Iterator[Remark]:
    """Yield what differs and is not changed, since it does not stand in a wording."""
    for name in _ELSEWHERE:
        new, old = getattr(service, name), getattr(before, name)
        if name == "providers":  # the info point itself is told only where its address is known
            new = tuple(id_ for id_ in new if id_ in current.providers)
        if new and new != old and not (isinstance(new, tuple) and set(new) <= set(old)):
            template = sentence("It differs from ours (%(ours)s) and was not changed, since it stands elsewhere: %(value)s")
            shown = {"ours": shortened(_told(old)), "value": shortened(_told(new))}
            yield Remark(Severity.WARNING, service.identifier, name, template, shown)


def _office(provider: Provider, office: Provider) -> Iterator[Remark]:
    for name in ("names", "phones", "emails", "pages", "address", "opening"):
        new, old = getattr(provider, name), getattr(office, name)
        if name == "address":  # a file in one language tells it in that
            new, old = tuple(new.values()), tuple(old.values())
        elif isinstance(new, Mapping):
            new, old = {language: text for language, text in new.items() if old.get(language) != text}, {}
        if new and new != old:
            template = sentence("The entry of the office differs in the file and was not changed: %(value)s")
            yield Remark(Severity.WARNING, office.identifier, name, template, {"value": shortened(_told(new))})


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(map(str, value.values()))
    return "" if value is None else str(value)


def _kept(service: Service, language: str, part: str) -> Remark:
    template = sentence("The file does not have this part (%(part)s). It stays as it is with us.")
    return Remark(Severity.NOTE, service.identifier, language, template, {"part": part})


def _nowhere(service: Service, language: str, key: str, text: str) -> Remark:
    template = sentence("There is no place for this with us; it was left out: %(value)s")
    return Remark(Severity.WARNING, service.identifier, f"{key}, {language}", template, {"value": shortened(text)})


def _digits(service: Service, language: str, part: str, text: str) -> Iterator[Remark]:
    """Yield that a number stands in a text that is no fact of the answer: it must become one."""
    if digits(NAME.sub("", text)):
        template = sentence("A number stands in the text that is no fact of this answer (%(part)s): %(text)s")
        values = {"part": part, "text": shortened(text)}
        yield Remark(Severity.WARNING, service.identifier, language, template, values)


def _spaced(text: str) -> str:
    return " ".join(text.split())
