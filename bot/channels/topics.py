"""What a group of staff with topics is to the rest of the house: a place to write to, and what was written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: The channel of the inbox under which comes what staff write where residents do not.
DESK = "telegram-desk"

#: The address, and the thread, of what is said in the group outside all topics.
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that somebody wrote in the group.

    ``user`` is the channel's id of who wrote it, None where it hides that. ``message`` is the group's own rising number.
    ``command`` is the word after the slash, ``text`` what follows it or the whole text. ``has_file`` tells that it is, or
    has, something else than text; ``edited`` that it changes an earlier message; ``too_long`` that the text is cut.
    """

    user: str | None
    thread: str
    message: int
    text: str = ""
    command: str = ""
    has_file: bool = False
    edited: bool = False
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Linking:
    """A code that somebody sent in private, to link their account of the channel to their account of the desk.

    ``language`` is that of their app where it is one of ours.
    """

    user: str
    chat: str
    code: str
    language: str | None = None


class Fault(StrEnum):
    """Why something was not done in the group."""

    SLOW = "slow-down"  # too much at once; `TopicFailure.retry_after` tells when to go on
    GONE = "topic-gone"  # somebody deleted the topic
    BARRED = "barred"  # not in the group, not its admin, or it has no topics: an operator must act
    REFUSED = "refused"  # this one thing, for a reason that we do not know
    AWAY = "away"  # no answer, or none that can be read


class TopicFailure(Exception):  # noqa: N818 - a word of the house
    """The group did not take something. ``detail`` is a short code for the log and ``/health``."""

    def __init__(self, fault: Fault, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail or fault.value)
        self.fault = fault
        self.detail = detail or fault.value
        self.retry_after = retry_after


class Topics(Protocol):
    """The group. Every call is one request, at least; whatever is asked for twice is done once. All raise `TopicFailure`."""

    async def look(self) -> None:
        """Find out whether all that is wanted can be done there; raise `Fault.BARRED` otherwise."""

    async def begin(self, name: str, *, urgent: bool) -> str:
        """Make a topic, of another colour when ``urgent``, and return its thread."""

    async def rename(self, thread: str, name: str) -> None:
        """Give a topic another name."""

    async def post(self, thread: str, text: str, *, quiet: bool) -> int:
        """Write ``text``, one of `parts`, and return the group's number of the message. ``quiet``: without a sound."""

    async def close(self, thread: str) -> None:
        """Close a topic: members write there no more."""

    async def reopen(self, thread: str) -> None:
        """Open a closed topic."""

    async def delete(self, thread: str) -> None:
        """Delete a topic with all that was written there."""

    async def introduce(self, language: str, commands: Sequence[tuple[str, str]]) -> None:
        """Show (name, description) of the commands to members with an app in ``language``; empty: in any other."""

    def parts(self, text: str) -> list[str]:
        """Cut ``text`` into messages; one that fits is a single part."""


class Hand(Protocol):
    """How those who wrote in the group or in private hear of it at once. Best effort; neither raises."""

    async def noticed(self, message: int) -> None:
        """Show at a message of the group that it was taken."""

    async def tell(self, chat: str, text: str) -> None:
        """Write to somebody in private."""
