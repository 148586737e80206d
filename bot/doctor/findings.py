"""One thing that was looked at, and how it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How it is."""

    OK = "ok"
    LOOK = "look"  # it works, and somebody should know
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of ``about``, in a sentence, and what to do. Neither holds a secret or anything of a resident."""

    grade: Grade
    about: str
    says: str
    do: str = ""

    def __str__(self) -> str:
        """Return the line that an operator reads."""
        mark = self.grade.upper() if self.grade is Grade.WRONG else str(self.grade)
        return f"{mark:<6} {self.about}: {self.says}" + (f" {self.do}" if self.do else "")

    def as_json(self) -> dict[str, str]:
        """Return it for machines."""
        return {name: str(value) for name, value in asdict(self).items()}


def ok(about: str, says: str) -> Finding:
    """Return that it is as it should be."""
    return Finding(Grade.OK, about, says)


def look(about: str, says: str, do: str) -> Finding:
    """Return that somebody should know of it."""
    return Finding(Grade.LOOK, about, says, do)


def wrong(about: str, says: str, do: str) -> Finding:
    """Return that it has to be mended."""
    return Finding(Grade.WRONG, about, says, do)
