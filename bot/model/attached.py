"""Files that people send each other through us: what is kept of one, and why one is not taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

#: The largest file that is taken, in bytes.
LARGEST = 10 * 1024 * 1024

JPEG, PNG, PDF, TEXT = "image/jpeg", "image/png", "application/pdf", "text/plain"
#: The types of files that we keep. Pictures are ones that we wrote ourselves, so a browser may show them.
PICTURES = frozenset({JPEG, PNG})

#: What stands before the id of a file that we keep, where a reference to a file of a channel could stand.
_OURS = "file:"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that we keep and that goes with a message: its id, the name it is told by, and its type (see `PICTURES`)."""

    id: str
    name: str
    media_type: str

    @property
    def is_picture(self) -> bool:
        """Tell whether it can be shown."""
        return self.media_type in PICTURES

    @property
    def reference(self) -> str:
        """Return what a line of the transcript names it by."""
        return f"{_OURS}{self.id}"


def kept_as(reference: str) -> str | None:
    """Return the id of the file that ``reference`` names when it is one that we keep, else None: a channel keeps it."""
    return reference.removeprefix(_OURS) if reference.startswith(_OURS) else None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it. Nothing of it is to be trusted. ``content`` ends one byte above `LARGEST`."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tidied:
    """A file that may be kept: its type told by its content, its name made safe, a picture drawn anew."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class Why(StrEnum):
    """What is wrong with a file, for the sentence that tells whoever sent it what to do."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNKNOWN = "unknown"
    OFFICE = "office"  # a document of a word processor, which could hold macros
    HEIC = "heic"  # the photo format of some phones
    ACTIVE = "active"  # it holds a program, or another file
    LOCKED = "locked"  # it asks for a password
    BROKEN = "broken"
    SLOW = "slow"  # looking at it took too long


class Unwanted(Exception):  # noqa: N818 - a word of the house
    """A file is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class TooLarge(Unwanted):
    """It has more bytes than are taken."""

    def __init__(self) -> None:
        super().__init__(Why.TOO_LARGE)


class UnknownKind(Unwanted):
    """It is of no kind that is taken."""


class Dangerous(Unwanted):
    """It is of a kind that is taken, but holds what could harm, or cannot be looked into."""
