"""All checks of a library: what an editor must mend before it is published, and what an operator should look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot import clock
from bot.editing.checks import answers, crises, examples, golden, lengths, messages, offices, places, situations, topics
from bot.editing.documents import Document
from bot.editing.findings import Finding
from bot.editing.problems import Problem, Severity
from bot.language.text import words
from bot.model.library import Library


def check(
    library: Library,
    documents: Mapping[str, Document] | None = None,
    *,
    broken: frozenset[str] = frozenset(),
    today: date | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of ``library``.

    ``documents`` are the files it was read from, by name; with them each problem has its line. ``broken`` names files that
    could not be read and are missing from the library for that reason; what only follows from that is not told. ``today``
    decides which facts are past their year.
    """
    return placed(_findings(library, today or clock.now().date()), documents or {}, broken)


def placed(findings: Iterable[Finding], documents: Mapping[str, Document], broken: frozenset[str]) -> tuple[Problem, ...]:
    """Return the findings with their lines, without those that only follow from files that are ``broken``."""
    return tuple(
        _placed(finding, documents.get(finding.file)) for finding in findings if broken.isdisjoint((finding.file, *finding.needs))
    )


def _findings(library: Library, today: date) -> Iterator[Finding]:
    sound = True
    for finding in _of_files(library, today):
        sound = sound and finding.severity is not Severity.ERROR
        yield finding
    if sound:  # only then can every answer be written out
        yield from messages.check(library)


def _of_files(library: Library, today: date) -> Iterator[Finding]:
    yield from topics.check(library)
    yield from answers.check(library, today)
    yield from lengths.check(library)
    yield from situations.check(library)
    yield from places.check(library)
    yield from offices.check(library, today)
    yield from crises.check(library)
    folded = [" ".join(words(example.text)) for example in library.examples]
    yield from examples.check(library, folded)
    yield from golden.check(library, folded)


def _placed(finding: Finding, document: Document | None) -> Problem:
    line = None if document is None else document.line(finding.path)
    return Problem(finding.severity, finding.file, line, finding.template, finding.values, tuple(finding.path))
