"""The nouns of a library taken apart into the files they are read from: the counterpart of `bot.editing.assembling`.

The form is canonical: what has its ordinary value is left out, and everything stands in the order in which it is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from bot.editing import layout
from bot.model.library import (
    COUNTRIES,
    LANGUAGES,
    PAIRS,
    Answer,
    CrisisKind,
    Example,
    Fact,
    Golden,
    HelpLine,
    Library,
    Office,
    Place,
    Point,
    Situation,
    Source,
    Topic,
    Wording,
)

Plain = dict[str, Any]

_OWNERS = (*COUNTRIES, layout.COMMON)
_WHERES = (*COUNTRIES, *PAIRS)


def files(library: Library) -> Iterator[tuple[str, Any]]:
    """Yield the name and the plain value of each file."""
    yield layout.PLACES, {name: _plain(place) for name, place in library.places.items()}
    yield layout.POINTS, {name: _plain(point) for name, point in library.points.items()}
    yield layout.LINES, {line.id: _plain(line) for line in library.help_lines}
    for country in COUNTRIES:
        yield layout.offices(country), _offices(library, country)
    for kind, crisis in library.crises.items():
        yield layout.crisis(kind), _plain(crisis)
    for name, topic in library.topics.items():
        yield layout.topic(name), _plain(topic)
    for name, situation in library.situations.items():
        yield layout.situation(name), _plain(situation, leave=("names", "overviews"))
    for answer in library.answers.values():
        yield layout.facts(answer.topic, answer.where), _facts(answer)
    yield from _shared(library)
    for language in LANGUAGES:
        yield from _spoken(library, language)


def _plain(
    noun: Topic | Place | Office | Point | HelpLine | CrisisKind | Situation | Wording | Fact | Source, leave: Iterable[str] = ()
) -> Plain:
    """Return the fields of a noun as text, without its id and what has its ordinary value."""
    found: Plain = {}
    for each in fields(noun):
        value = getattr(noun, each.name)
        ordinary = value == each.default or value is None or (value == {} and each.name == "patterns")
        if each.name not in {"id", *leave} and not ordinary:
            found[each.name] = _text(value)
    return found


def _text(value: Any) -> Any:  # noqa: ANN401 - the fields of nouns are of many types
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case Source():
            return _plain(value)
        case Mapping():
            return {str(key): _text(item) for key, item in value.items()}
        case tuple():
            return [_text(item) for item in value]
        case _:
            return str(value)


def _offices(library: Library, country: str) -> Plain:
    return {name: _plain(office, leave=("country",)) for name, office in library.offices.items() if office.country == country}


def _facts(answer: Answer) -> Plain:
    """Return the file of what belongs to an answer alone."""
    shared = {fact.source for fact in answer.facts.values() if fact.shared is not None}
    found: Plain = {
        "confidence": answer.confidence,
        "checked_on": answer.checked_on.isoformat(),
        "whom": list(answer.whom),
    }
    facts = {name: _plain(fact) for name, fact in answer.facts.items() if fact.shared is None}
    sources = {name: _plain(source) for name, source in answer.sources.items() if name not in shared}
    return found | ({"facts": facts} if facts else {}) | ({"sources": sources} if sources else {})


def _shared(library: Library) -> Iterator[tuple[str, Plain]]:
    """Yield the files of the facts that answers share, each as the first answer has it."""
    for owner in _OWNERS:
        facts: Plain = {}
        sources: Plain = {}
        for answer in library.answers.values():
            for name, fact in answer.facts.items():
                if fact.shared == owner and name not in facts:
                    source = fact.source.removeprefix(f"{owner}.")
                    facts[name] = _plain(fact, leave=("shared",)) | {"source": source}
                    if fact.source in answer.sources:
                        sources[source] = _plain(answer.sources[fact.source])
        if facts:
            yield layout.shared(owner), {"facts": facts, "sources": sources}


def _spoken(library: Library, language: str) -> Iterator[tuple[str, Any]]:
    """Yield the files of a language."""
    examples = _by_label(example for example in library.examples if example.language == language)
    for topic in library.topics:
        wordings = {
            where: _plain(answer.wordings[language])
            for where in _WHERES
            if (answer := library.answer(topic, where)) is not None and language in answer.wordings
        }
        said = examples.pop(topic, [])
        if said or wordings:
            yield layout.words(topic, language), {"examples": said} | ({"wordings": wordings} if wordings else {})
    yield f"{language}/{layout.OUTSIDE}.yaml", {"examples": examples.pop(layout.OUTSIDE, [])}
    sorts: dict[str, Plain] = {"act": {}, "crisis": {}, "situation": {}}
    for label, texts in examples.items():
        sort, _, name = label.partition(":")
        if label == layout.NOT_CRISIS:
            sorts["crisis"][label] = texts
        elif sort in sorts:
            sorts[sort][name] = texts
    yield f"{language}/{layout.ACTS}.yaml", sorts["act"]
    yield f"{language}/{layout.CRISIS}.yaml", sorts["crisis"]
    if situations := _situations(library, language, sorts["situation"]):
        yield layout.situation_words(language), situations
    if golden := _by_label(question for question in library.golden if question.language == language):
        yield layout.golden(language), golden


def _situations(library: Library, language: str, examples: Plain) -> Plain:
    return {
        name: {
            "name": situation.names[language],
            "overview": situation.overviews[language],
            "examples": examples.get(name, []),
        }
        for name in {**examples, **library.situations}  # in the order of their examples, which is that of the file
        if (situation := library.situations.get(name)) and language in situation.names and language in situation.overviews
    }


def _by_label(said: Iterable[Example | Golden]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in said:
        found.setdefault(each.label, []).append(each.text)
    return found
