"""A case code that a resident gave, to go on from another channel, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Stands in what is said in the turn that opens a case, until the store has drawn its code.
CASE_CODE = "{case_code}"


class CodeStatus(StrEnum):
    """What became of a code that was looked up."""

    FOUND = "found"  # a case that can be gone on with
    HERE = "here"  # the open case of this very conversation
    UNKNOWN = "unknown"  # there is none, or it was closed too long ago
    THROTTLED = "throttled"  # too many wrong ones: it was not even looked up


@dataclass(frozen=True, slots=True)
class GivenCode:
    """What was found for ``code`` before the turn, so that deciding about it needs no store.

    ``case_id``, ``point`` and ``topic`` are those of the case that was found, for staff; the resident reads none of them.
    """

    code: str
    status: CodeStatus
    case_id: str | None = None
    point: str | None = None
    topic: str | None = None
