"""What would be lost without a word when files are put together: wordings without facts, an office twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from pydantic import BaseModel

from bot.editing import layout, shapes
from bot.editing.findings import Finding, error
from bot.editing.problems import sentence
from bot.model.library import Library


def clashes(formed: Mapping[str, BaseModel], library: Library) -> Iterator[Finding]:
    """Yield what `bot.editing.assembling` leaves out of the ``library`` it makes of these files, by name."""
    for file, shape in formed.items():
        if isinstance(shape, shapes.WordsFile):
            yield from _without_facts(file, shape, formed)
        elif isinstance(shape, shapes.SituationsFile):
            yield from _without_contract(file, shape, formed)
        elif isinstance(shape, shapes.SharedFactsFile):
            yield from _unnamed(file, shape, library)
    yield from _twice(formed)


def _without_facts(file: str, shape: shapes.WordsFile, formed: Mapping[str, BaseModel]) -> Iterator[Finding]:
    topic = PurePosixPath(file).stem
    for where in shape.wordings:
        facts = layout.facts(topic, where)
        if facts not in formed:
            yield error(file, ("wordings", where), "the wording has no facts: %(file)s is missing", facts, file=facts)


def _without_contract(file: str, shape: shapes.SituationsFile, formed: Mapping[str, BaseModel]) -> Iterator[Finding]:
    for situation in shape.root:
        contract = layout.situation(situation)
        if contract not in formed:
            template = sentence("'%(situation)s' is no situation: it has no file in situations/")
            yield error(file, (situation,), template, contract, situation=situation)


def _unnamed(file: str, shape: shapes.SharedFactsFile, library: Library) -> Iterator[Finding]:
    """Yield the shared facts that no answer takes."""
    owner = PurePosixPath(file).stem
    used = {name for answer in library.answers.values() for name, fact in answer.facts.items() if fact.shared == owner}
    for name in shape.facts:
        if name not in used:
            yield error(file, ("facts", name), "no wording names {%(name)s}", name=name)


def _twice(formed: Mapping[str, BaseModel]) -> Iterator[Finding]:
    """Yield each office that stands in two files."""
    owners: dict[str, str] = {}
    for file, shape in formed.items():
        for office in shape.root if isinstance(shape, shapes.OfficesFile) else ():
            if owners.setdefault(office, file) != file:
                yield error(file, (office,), "'%(office)s' stands in %(file)s too", office=office, file=owners[office])
