"""Checks of the answers: their facts, sources, wordings and the offices they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.checks.kinds import KINDS
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.editing.wordings import NAME, names_in, parts
from bot.model.library import HOME, LANGUAGES, PAIRS, Answer, Fact, FactKind, Library, Wording

#: The languages in which the answers of a country are worded: its own and its neighbours'; across a border, those of both sides.
WORDED: Mapping[str, tuple[str, ...]] = {
    "si": ("sl", "it", "hr"),
    "it": ("it", "sl"),
    "hr": ("hr", "sl"),
    "bg": ("bg",),
    **{pair: tuple(language for language in LANGUAGES if HOME[language] in pair.split("-")) for pair in PAIRS},
}

#: Facts that change by year and are told with it.
_YEARLY = frozenset({FactKind.MONEY, FactKind.PERCENT})

#: After this an answer is to be read again against its sources.
_FRESH = timedelta(days=365)


def check(library: Library, today: date) -> Iterator[Finding]:
    """Check all answers as of ``today``."""
    seen: set[tuple[str, str]] = set()
    for answer in library.answers.values():
        file = layout.facts(answer.topic, answer.where)
        yield from _frame(answer, library, file, today)
        for name, fact in answer.facts.items():
            if fact.shared is None:
                yield from _fact(answer, name, fact, file, today)
            elif (fact.shared, name) not in seen:
                seen.add((fact.shared, name))
                yield from _fact(answer, name, fact, layout.shared(fact.shared), today)
        for name, source in answer.sources.items():
            owner, _, own = name.rpartition(".")
            yield from writing.url(layout.shared(owner) if owner else file, ("sources", own, "url"), source.url)
        for position, whom in enumerate(answer.whom):
            yield from _whom(answer, whom, library, file, ("whom", position))
        yield from _wordings(answer, file, today)


def _frame(answer: Answer, library: Library, file: str, today: date) -> Iterator[Finding]:
    topic = library.topics.get(answer.topic)
    if topic is None:
        template = sentence("'%(topic)s' is no topic: it has no file in topics/")
        yield error(file, (), template, layout.topic(answer.topic), topic=answer.topic)
    elif answer.country not in topic.countries:
        yield warning(file, (), "the topic does not ask for an answer for '%(country)s'", country=answer.country)
    if not answer.sources:
        yield error(file, ("sources",), "no source: say where this was seen")
    if answer.checked_on > today:
        yield error(file, ("checked_on",), "%(day)s has not come yet", day=answer.checked_on)
    elif today - answer.checked_on > _FRESH:
        yield warning(file, ("checked_on",), "last checked on %(day)s: read it again", day=answer.checked_on)
    for language in WORDED[answer.where]:
        if language not in answer.wordings:
            words = layout.words(answer.topic, language)
            template = sentence("the wording in %(language)s is missing")
            yield error(words, ("wordings", answer.where), template, words, language=language)


def _fact(answer: Answer, name: str, fact: Fact, file: str, today: date) -> Iterator[Finding]:
    path = ("facts", name)
    yield from writing.fact(file, (*path, "value"), fact.kind, fact.value)
    if fact.source not in answer.sources:
        source = fact.source.rpartition(".")[2]
        yield error(file, (*path, "source"), "'%(source)s' stands under no sources", source=source)
    if fact.checked_on is not None and fact.checked_on > today:
        yield error(file, (*path, "checked_on"), "%(day)s has not come yet", day=fact.checked_on)
    if fact.kind in _YEARLY and fact.valid_for is None:
        yield error(file, path, "'%(name)s' needs valid_for: the year it applies to", name=name)
    if fact.valid_for is not None and fact.valid_for < today.year:
        template = sentence("'%(name)s' is of %(year)d: look up what applies now")
        yield warning(file, path, template, name=name, year=fact.valid_for)


def _whom(answer: Answer, whom: str, library: Library, file: str, path: Path) -> Iterator[Finding]:
    """Check that ``whom`` is an office, a kind of office, or a kind in the other country of a pair (``si:court``)."""
    there, _, kind = whom.rpartition(":")
    if whom not in library.offices and (kind not in KINDS or there not in ("", answer.lives)):
        needs = layout.offices(answer.country)
        yield error(file, path, "'%(whom)s' is no office and no kind of office", needs, whom=whom)


def _wordings(answer: Answer, file: str, today: date) -> Iterator[Finding]:
    """Check all wordings of an answer, and that each of its facts is used by one of them."""
    used: set[str] = set()
    for language, wording in answer.wordings.items():
        words = layout.words(answer.topic, language)
        path = ("wordings", answer.where)
        yield from writing.label(words, (*path, "button"), wording.button)
        for part, text in parts(wording):
            used.update(NAME.findall(text))
            yield from _part(words, (*path, *part), text, answer)
        yield from _age(words, path, wording, answer, today)
    wordings = [layout.words(answer.topic, language) for language in WORDED[answer.where]]
    for name in answer.facts:
        if name not in used:
            yield error(file, ("facts", name), "no wording names {%(name)s}", *wordings, name=name)


def _age(file: str, path: Path, wording: Wording, answer: Answer, today: date) -> Iterator[Finding]:
    """Tell a wording that nobody has read since one of its facts was looked up: a number may need another ending."""
    if wording.read_on is None:
        yield warning(file, path, "read_on is missing: the day on which this wording was last read")
        return
    days = {name: answer.facts[name].checked_on or answer.checked_on for name in names_in(wording) if name in answer.facts}
    newest = max(days, key=lambda name: days[name], default=None)
    if newest is not None and wording.read_on < days[newest] <= today:
        template = sentence("last read on %(read)s, but {%(name)s} is of %(day)s: read it again and set read_on")
        yield warning(file, path, template, read=wording.read_on, name=newest, day=days[newest])


def _part(file: str, path: Path, text: str, answer: Answer) -> Iterator[Finding]:
    yield from writing.text(file, path, text)
    for name in NAME.findall(text):
        if name not in answer.facts:
            facts = layout.facts(answer.topic, answer.where)
            yield error(file, path, "{%(name)s} is no fact of %(file)s and none that is shared", name=name, file=facts)
    prose = NAME.sub("", text)
    if "{" in prose or "}" in prose:
        yield error(file, path, "a brace stands alone: a fact is named {like_this}")
    if found := writing.digits(prose):
        template = sentence("the digits '%(digits)s' stand in prose: make them a fact and name it")
        yield error(file, path, template, digits=found)
