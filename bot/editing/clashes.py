"""What would be lost without a word when files are put together: wordings without facts, an office twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from pydantic import BaseModel

from bot.editing import layout, shapes
from bot.editing.findings import Finding, error


def clashes(formed: Mapping[str, BaseModel]) -> Iterator[Finding]:
    """Yield what `bot.editing.assembling` leaves out of the library, given the files by name."""
    owners: dict[str, str] = {}
    for file, shape in formed.items():
        if isinstance(shape, shapes.WordsFile):
            topic = PurePosixPath(file).stem
            for country in shape.wordings:
                facts = layout.facts(topic, country)
                if facts not in formed:
                    template = "the wording has no facts: %(file)s is missing"
                    yield error(file, ("wordings", country), template, facts, file=facts)
        elif isinstance(shape, shapes.OfficesFile):
            for office in shape.root:
                if owners.setdefault(office, file) != file:
                    yield error(file, (office,), "'%(office)s' stands in %(file)s too", office=office, file=owners[office])
