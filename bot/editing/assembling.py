"""Shapes of files put together into the nouns of the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic import BaseModel

from bot.editing import layout, shapes
from bot.editing.wordings import names_in
from bot.model.library import (
    LANGUAGES,
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

Noun = TypeVar("Noun", Topic, Place, Office, Point, HelpLine, CrisisKind, Wording, Fact, Source)
ShapeT = TypeVar("ShapeT", bound=BaseModel)


def assemble(formed: Mapping[str, BaseModel]) -> Library:
    """Build a library from the files that have their shape, by file name. What is missing or broken is left out."""
    places = _root(formed, layout.PLACES, shapes.PlacesFile)
    points = _root(formed, layout.POINTS, shapes.PointsFile)
    lines = _root(formed, layout.LINES, shapes.LinesFile)
    return Library(
        topics={name: _noun(Topic, shape, id=name) for name, shape in _each(formed, "topics", shapes.TopicFile)},
        answers=dict(_answers(formed)),
        places={} if places is None else {name: _noun(Place, shape, id=name) for name, shape in places.root.items()},
        offices=_offices(formed),
        points=(
            {}
            if points is None
            else {name: _noun(Point, shape, id=name, source=_noun(Source, shape.source)) for name, shape in points.root.items()}
        ),
        help_lines=(
            ()
            if lines is None
            else tuple(_noun(HelpLine, shape, id=name, source=_noun(Source, shape.source)) for name, shape in lines.root.items())
        ),
        crises={name: _noun(CrisisKind, shape, id=name) for name, shape in _each(formed, "crisis", shapes.CrisisFile)},
        examples=tuple(_examples(formed)),
        situations=dict(_situations(formed)),
        golden=tuple(_golden(formed)),
    )


def _noun(noun: type[Noun], shape: BaseModel, **more: object) -> Noun:
    """Return the noun with the fields that it shares with the shape, and ``more``."""
    shared = {field.name: getattr(shape, field.name) for field in fields(noun) if hasattr(shape, field.name)}
    return noun(**(shared | more))


def _root(formed: Mapping[str, BaseModel], file: str, shape: type[ShapeT]) -> ShapeT | None:
    found = formed.get(file)
    return found if isinstance(found, shape) else None


def _each(formed: Mapping[str, BaseModel], folder: str, shape: type[ShapeT]) -> Iterator[tuple[str, ShapeT]]:
    """Yield the files of ``shape`` that stand right in ``folder``, by the stem of their names."""
    for file, value in formed.items():
        path = PurePosixPath(file)
        if path.parent.as_posix() == folder and isinstance(value, shape):
            yield path.stem, value


def _offices(formed: Mapping[str, BaseModel]) -> dict[str, Office]:
    """Return the offices of all countries; of two with one id the first."""
    offices: dict[str, Office] = {}
    for country, file in _each(formed, "offices", shapes.OfficesFile):
        for name, shape in file.root.items():
            source = _noun(Source, shape.source)
            offices.setdefault(name, _noun(Office, shape, id=name, country=country, source=source))
    return offices


def _answers(formed: Mapping[str, BaseModel]) -> Iterator[tuple[str, Answer]]:
    """Yield each answer that has its facts, with the wordings that the languages give it."""
    for file, shape in formed.items():
        if not isinstance(shape, shapes.FactsFile):
            continue
        where, topic = PurePosixPath(file).parent.name, PurePosixPath(file).stem
        lives, _, country = where.rpartition("-")
        wordings = {}
        for language in LANGUAGES:
            words = formed.get(layout.words(topic, language))
            if isinstance(words, shapes.WordsFile) and where in words.wordings:
                wordings[language] = _noun(Wording, words.wordings[where])
        facts, sources = _with_shared(shape, wordings.values(), (country, lives, layout.COMMON), formed)
        yield (
            f"{topic}/{where}",
            Answer(
                topic=topic,
                country=country,
                confidence=shape.confidence,
                checked_on=shape.checked_on,
                facts=facts,
                sources=sources,
                whom=shape.whom,
                wordings=wordings,
                lives=lives or None,
            ),
        )


def _with_shared(
    shape: shapes.FactsFile, wordings: Iterable[Wording], owners: Iterable[str], formed: Mapping[str, BaseModel]
) -> tuple[dict[str, Fact], dict[str, Source]]:
    """Return the facts and sources of an answer, and of the shared ones those that its wordings name.

    What belongs to the answer goes before what it shares, and the first of ``owners`` before the others.
    """
    facts = {name: _noun(Fact, fact) for name, fact in shape.facts.items()}
    sources = {name: _noun(Source, source) for name, source in shape.sources.items()}
    named = dict.fromkeys(name for wording in wordings for name in names_in(wording))
    for owner in owners:
        file = formed.get(layout.shared(owner))
        if not isinstance(file, shapes.SharedFactsFile):
            continue
        for name in named:
            fact = file.facts.get(name)
            if fact is not None and name not in facts:
                key = f"{owner}.{fact.source}"
                facts[name] = _noun(Fact, fact, source=key, shared=owner)
                if fact.source in file.sources:
                    sources[key] = _noun(Source, file.sources[fact.source])
    return facts, sources


def _situations(formed: Mapping[str, BaseModel]) -> Iterator[tuple[str, Situation]]:
    """Yield each situation that has its contract, with what the languages call it and say of it."""
    files = ((language, formed.get(layout.situation_words(language))) for language in LANGUAGES)
    spoken = {language: file.root for language, file in files if isinstance(file, shapes.SituationsFile)}
    for name, shape in _each(formed, "situations", shapes.SituationFile):
        said = {language: words[name] for language, words in spoken.items() if name in words}
        names = {language: words.name for language, words in said.items()}
        overviews = {language: words.overview for language, words in said.items()}
        yield name, Situation(name, shape.topics, names, overviews, sensitive=shape.sensitive)


def _golden(formed: Mapping[str, BaseModel]) -> Iterator[Golden]:
    """Yield the questions that must go on being understood, language by language."""
    for file, shape in formed.items():
        if isinstance(shape, shapes.GoldenFile):
            for label, texts in shape.root.items():
                yield from (Golden(PurePosixPath(file).parts[0], label, text) for text in texts)


def _examples(formed: Mapping[str, BaseModel]) -> Iterator[Example]:
    """Yield all examples, language by language and file by file in the order of the names."""
    for file, shape in formed.items():
        path = PurePosixPath(file)
        language = path.parts[0]
        if isinstance(shape, shapes.WordsFile):
            yield from (Example(language, path.stem, text) for text in shape.examples)
        elif isinstance(shape, shapes.SituationsFile):
            for situation, words in shape.root.items():
                yield from (Example(language, f"situation:{situation}", text) for text in words.examples)
        elif isinstance(shape, shapes.OutsideFile):
            yield from (Example(language, layout.OUTSIDE, text) for text in shape.examples)
        elif isinstance(shape, shapes.ActsFile):
            for act, texts in shape.root.items():
                yield from (Example(language, f"act:{act}", text) for text in texts)
        elif isinstance(shape, shapes.CrisisExamplesFile):
            for kind, texts in shape.root.items():
                label = kind if kind == layout.NOT_CRISIS else f"crisis:{kind}"
                yield from (Example(language, label, text) for text in texts)
