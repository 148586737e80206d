"""What is wrong with the knowledge, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps an edition from being published; a warning is for an editor to weigh; a note is worth a look in time."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    ``file`` is relative to the knowledge folder, ``line`` counts from 1 and is None where there is no file (a draft).
    ``path`` are the names and positions that lead to the place inside the file, so that a page can say it beside the field.
    ``template`` is English with ``%(name)s`` for each of ``values``, so that the desk can translate it.
    """

    severity: Severity
    file: str
    line: int | None
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.template % self.values

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.severity}: {self.message}"


def sentence(template: str) -> str:
    """Return ``template``: a mark for the catalogs, where a problem is not made by a literal (see the mapping in pyproject)."""
    return template
