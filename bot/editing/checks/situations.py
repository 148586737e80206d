"""Checks of the situations: each leads to topics that there are, and says so in every language."""

from __future__ import annotations

from collections.abc import Iterator

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.model.library import LANGUAGES, Library, Situation

#: Fewer topics need no overview, more are a list that nobody reads.
FEWEST_TOPICS, MOST_TOPICS = 3, 7

#: Words of an overview: the answers come after it.
LONGEST_OVERVIEW = 80

_LABEL = "situation:"


def check(library: Library) -> Iterator[Finding]:
    """Check all situations and that residents' ways to tell of them are known in every language."""
    spoken = {(example.label.removeprefix(_LABEL), example.language) for example in library.examples}
    for situation in library.situations.values():
        yield from _topics(situation, library)
        for language in LANGUAGES:
            file = layout.situation_words(language)
            if language not in situation.overviews:
                yield error(file, (), "the situation '%(situation)s' is missing", file, situation=situation.id)
            elif (situation.id, language) not in spoken:
                template = sentence("no example says how residents tell of '%(situation)s'")
                yield warning(file, (situation.id, "examples"), template, file, situation=situation.id)
        for language, name in situation.names.items():
            yield from writing.label(layout.situation_words(language), (situation.id, "name"), name)
        for language, overview in situation.overviews.items():
            yield from _overview(situation, language, overview)


def _topics(situation: Situation, library: Library) -> Iterator[Finding]:
    file = layout.situation(situation.id)
    if not FEWEST_TOPICS <= len(situation.topics) <= MOST_TOPICS:
        yield warning(file, ("topics",), "%(count)d topics: three to seven are an overview", count=len(situation.topics))
    for position, topic in enumerate(situation.topics):
        if topic not in library.topics or topic in situation.topics[:position]:
            template = sentence("'%(topic)s' is no other topic")
            yield error(file, ("topics", position), template, layout.topic(topic), topic=topic)


def _overview(situation: Situation, language: str, overview: str) -> Iterator[Finding]:
    file, path = layout.situation_words(language), (situation.id, "overview")
    yield from writing.text(file, path, overview)
    if found := writing.digits(overview):
        yield error(file, path, "the digits '%(digits)s' stand in an overview: the answers name the numbers", digits=found)
    yield from writing.length(file, path, overview, LONGEST_OVERVIEW)
