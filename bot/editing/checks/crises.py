"""Checks of what is said and whom to call in a crisis: nothing may be missing here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.checks.patterns import LONGEST, Endless, ensure_ending
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.matching.crisis import compiled
from bot.model.library import COUNTRIES, LANGUAGES, CrisisKind, HelpLine, Library

#: The emergency number of every country of the Union; the advice names it as ``{emergency}``.
EMERGENCY = "112"

_PLACEHOLDER = "{emergency}"
_CRISIS = "crisis:"


def check(library: Library) -> Iterator[Finding]:
    """Check the kinds of crisis, the numbers to call, and that each kind has its numbers and its examples."""
    for kind in library.crises.values():
        yield from _spoken(kind)
        yield from _patterns(kind)
        yield from _numbers(kind.id, library)
    for line in library.help_lines:
        yield from _line(line, library)
    yield from _examples(library)


def _spoken(kind: CrisisKind) -> Iterator[Finding]:
    """Check the lines of care and of advice."""
    file = layout.crisis(kind.id)
    yield from writing.names(file, ("care",), kind.care, LANGUAGES)
    yield from writing.names(file, ("advice",), kind.advice, LANGUAGES)
    plain = {language: text.replace(_PLACEHOLDER, "") for language, text in kind.advice.items()}
    for name, texts in (("care", kind.care), ("advice", plain)):
        for language, text in texts.items():
            if "{" in text or "}" in text:
                yield error(file, (name, language), "only the advice may name a number, and only as {emergency}")
            if writing.digits(text):
                yield error(file, (name, language), "a number stands in prose: numbers come from crisis/lines.yaml")


def _patterns(kind: CrisisKind) -> Iterator[Finding]:
    file = layout.crisis(kind.id)
    for language in LANGUAGES:
        if not kind.patterns.get(language):
            yield warning(file, ("patterns",), "no pattern in '%(language)s'", language=language)
    for language, patterns in kind.patterns.items():
        for position, pattern in enumerate(patterns):
            yield from _pattern(file, ("patterns", language, position), pattern)


def _pattern(file: str, path: Path, pattern: str) -> Iterator[Finding]:
    """Check that a pattern can be read, and that a search for it comes to an end: it runs where everybody is answered."""
    if len(pattern) > LONGEST:
        template = sentence("the pattern has %(count)d characters, %(most)d at most are allowed")
        yield error(file, path, template, count=len(pattern), most=LONGEST)
        return
    try:
        ensure_ending(pattern)
        compiled(pattern)
    except (re.error, OverflowError, RecursionError) as fault:
        yield error(file, path, "the pattern cannot be read: %(why)s", why=str(fault))
    except Endless:
        template = sentence("the pattern repeats what can be read in several ways: a long message would hold up everybody")
        yield error(file, path, template)


def _numbers(kind: str, library: Library) -> Iterator[Finding]:
    """Check that the emergency number is told in every country."""
    for country in COUNTRIES:
        told = {line.number for line in library.help_lines if line.country == country and kind in line.crises}
        if EMERGENCY not in told:
            template = sentence("112 is missing for '%(kind)s' in '%(country)s'")
            yield error(layout.LINES, (), template, layout.LINES, kind=kind, country=country)


def _examples(library: Library) -> Iterator[Finding]:
    """Check that the kinds which the examples speak of and the kinds that there are, are the same."""
    spoken = {
        (example.label.removeprefix(_CRISIS), example.language)
        for example in library.examples
        if example.label.startswith(_CRISIS)
    }
    for kind, language in sorted(spoken):
        if kind not in library.crises:
            file, path = layout.example(_CRISIS + kind, language, 0)
            template = sentence("'%(kind)s' is no kind of crisis: it has no file in crisis/")
            yield error(file, path[:1], template, layout.crisis(kind), kind=kind)
    for kind in library.crises:
        for language in LANGUAGES:
            if (kind, language) not in spoken:
                file, _ = layout.example(_CRISIS + kind, language, 0)
                yield error(file, (), "there is no example of '%(kind)s'", kind=kind)


def _line(line: HelpLine, library: Library) -> Iterator[Finding]:
    file, at = layout.LINES, (line.id,)
    yield from writing.phone(file, (*at, "number"), line.number)
    for position, kind in enumerate(line.crises):
        if kind not in library.crises:
            template = sentence("'%(kind)s' is no kind of crisis")
            yield error(file, (*at, "crises", position), template, layout.crisis(kind), kind=kind)
    yield from writing.names(file, (*at, "names"), line.names, LANGUAGES)
    if line.hours is not None:
        yield from writing.hours(file, (*at, "hours"), line.hours, line.country)
    yield from writing.url(file, (*at, "source", "url"), line.source.url)
    if line.confirmed_on is None:
        template = sentence("nobody has phoned %(number)s (%(country)s) yet: do it before going live")
        yield warning(file, (*at, "confirmed_on"), template, number=line.number, country=line.country)
