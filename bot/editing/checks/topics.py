"""Checks of the topics' contracts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.model.library import LANGUAGES, Library, Topic

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

#: Sixty-four bytes is all that a button's payload may hold, and "missed:<topic>/<country>" is the longest of them.
LONGEST_ID = 50


def check(library: Library) -> Iterator[Finding]:
    """Check each topic by itself and what refers to topics that are not there."""
    asked = {(example.label, example.language) for example in library.examples}
    for topic in library.topics.values():
        yield from _topic(topic, library)
        for language in LANGUAGES:
            if (topic.id, language) not in asked:
                file = layout.words(topic.id, language)
                yield warning(file, (), "no example says how residents ask for '%(topic)s'", file, topic=topic.id)
        missing = [country for country in topic.countries if library.answer(topic.id, country) is None]
        if missing:
            places = ", ".join(missing)
            template = sentence("no approved answer yet for %(places)s: residents are led to a person")
            facts = [layout.facts(topic.id, country) for country in missing]
            yield warning(layout.topic(topic.id), ("countries",), template, *facts, places=places)
    for label, language in sorted(asked):
        if _is_topic(label) and label not in library.topics:
            template = sentence("'%(topic)s' is no topic: it has no file in topics/")
            yield error(layout.words(label, language), (), template, layout.topic(label), topic=label)


def _topic(topic: Topic, library: Library) -> Iterator[Finding]:
    file = layout.topic(topic.id)
    if not _ID.fullmatch(topic.id) or len(topic.id) > LONGEST_ID or topic.id in layout.NO_TOPICS:
        yield error(file, (), "'%(topic)s' cannot be a topic's name: use small letters and hyphens", topic=topic.id)
    for language in LANGUAGES:
        if language not in topic.names:
            yield error(file, ("names",), "the name in '%(language)s' is missing", language=language)
    for language, name in topic.names.items():
        yield from writing.label(file, ("names", language), name)
    for position, other in enumerate(topic.related):
        if other not in library.topics or other == topic.id:
            template = sentence("'%(topic)s' is no other topic")
            yield error(file, ("related", position), template, layout.topic(other), topic=other)


def _is_topic(label: str) -> bool:
    return ":" not in label and label not in (layout.NOT_CRISIS, layout.OUTSIDE)
