"""Checks of the answers: their facts, sources, wordings and the offices they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.checks.kinds import INFO_POINT, KINDS
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.model.library import Answer, Fact, FactKind, Library, Wording

#: The languages in which the answers of a country are worded: its own and its neighbours'.
WORDED: Mapping[str, tuple[str, ...]] = {
    "si": ("sl", "it", "hr"),
    "it": ("it", "sl"),
    "hr": ("hr", "sl"),
    "bg": ("bg",),
}

#: Facts that change by year and are told with it.
_YEARLY = frozenset({FactKind.MONEY, FactKind.PERCENT})

#: Words in an answer; a longer one is not read on a phone.
LONGEST_ANSWER = 190

#: After this an answer is to be read again against its sources.
_FRESH = timedelta(days=365)

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def check(library: Library, today: date) -> Iterator[Finding]:
    """Check all answers as of ``today``."""
    for answer in library.answers.values():
        file = layout.facts(answer.topic, answer.country)
        yield from _frame(answer, library, file, today)
        for name, fact in answer.facts.items():
            yield from _fact(answer, name, fact, file, today)
        for name, source in answer.sources.items():
            yield from writing.url(file, ("sources", name, "url"), source.url)
        for position, whom in enumerate(answer.whom):
            yield from _whom(answer, whom, library, file, ("whom", position))
        yield from _wordings(answer, file)


def _frame(answer: Answer, library: Library, file: str, today: date) -> Iterator[Finding]:
    topic = library.topics.get(answer.topic)
    if topic is None:
        template = "'%(topic)s' is no topic: it has no file in topics/"
        yield error(file, (), template, layout.topic(answer.topic), topic=answer.topic)
    elif answer.country not in topic.countries:
        yield warning(file, (), "the topic does not ask for an answer for '%(country)s'", country=answer.country)
    if not answer.sources:
        yield error(file, ("sources",), "no source: say where this was seen")
    if answer.checked_on > today:
        yield error(file, ("checked_on",), "%(day)s has not come yet", day=answer.checked_on)
    elif today - answer.checked_on > _FRESH:
        yield warning(file, ("checked_on",), "last checked on %(day)s: read it again", day=answer.checked_on)
    for language in WORDED[answer.country]:
        if language not in answer.wordings:
            words = layout.words(answer.topic, language)
            template = "the wording for '%(country)s' is missing"
            yield error(words, ("wordings",), template, words, country=answer.country)


def _fact(answer: Answer, name: str, fact: Fact, file: str, today: date) -> Iterator[Finding]:
    path = ("facts", name)
    yield from writing.fact(file, (*path, "value"), fact.kind, fact.value)
    if fact.source not in answer.sources:
        yield error(file, (*path, "source"), "'%(source)s' stands under no sources", source=fact.source)
    if fact.kind in _YEARLY and fact.valid_for is None:
        yield error(file, path, "'%(name)s' needs valid_for: the year it applies to", name=name)
    if fact.valid_for is not None and fact.valid_for < today.year:
        template = "'%(name)s' is of %(year)d: look up what applies now"
        yield warning(file, path, template, name=name, year=fact.valid_for)


def _whom(answer: Answer, whom: str, library: Library, file: str, path: Path) -> Iterator[Finding]:
    needs = layout.offices(answer.country)
    if whom in library.offices:
        return
    if whom not in KINDS:
        yield error(file, path, "'%(whom)s' is no office and no kind of office", needs, whom=whom)
    elif whom != INFO_POINT and not any(
        whom in office.kinds and office.country == answer.country for office in library.offices.values()
    ):
        template = "%(file)s knows no '%(whom)s': nothing can be shown"
        yield warning(file, path, template, needs, file=needs, whom=whom)


def _wordings(answer: Answer, file: str) -> Iterator[Finding]:
    """Check all wordings of an answer, and that each fact is used by one of them."""
    used: set[str] = set()
    for language, wording in answer.wordings.items():
        words = layout.words(answer.topic, language)
        path = ("wordings", answer.country)
        yield from writing.label(words, (*path, "button"), wording.button)
        for part, text in parts(wording):
            used.update(_NAME.findall(text))
            yield from _part(words, (*path, *part), text, answer)
        count = sum(len(text.split()) for _, text in parts(wording))
        if count > LONGEST_ANSWER:
            yield warning(words, path, "%(count)d words are too many for a phone", count=count)
    wordings = [layout.words(answer.topic, language) for language in WORDED[answer.country]]
    for name in answer.facts:
        if name not in used:
            yield error(file, ("facts", name), "no wording names {%(name)s}", *wordings, name=name)


def _part(file: str, path: Path, text: str, answer: Answer) -> Iterator[Finding]:
    yield from writing.text(file, path, text)
    for name in _NAME.findall(text):
        if name not in answer.facts:
            facts = layout.facts(answer.topic, answer.country)
            yield error(file, path, "{%(name)s} is no fact of %(file)s", name=name, file=facts)
    prose = _NAME.sub("", text)
    if "{" in prose or "}" in prose:
        yield error(file, path, "a brace stands alone: a fact is named {like_this}")
    if found := writing.digits(prose):
        template = "the digits '%(digits)s' stand in prose: make them a fact and name it"
        yield error(file, path, template, digits=found)


def parts(wording: Wording) -> list[tuple[Path, str]]:
    """Return the texts of a wording and where each stands in it."""
    single = [("title",), ("button",), ("what",), ("who",), ("cost",), ("time",), ("note",)]
    found: list[tuple[Path, str]] = [(path, getattr(wording, path[0])) for path in single]
    for name, items in (("do", wording.do), ("bring", wording.bring)):
        found.extend(((name, position), item) for position, item in enumerate(items))
    return [(path, text) for path, text in found if text]
