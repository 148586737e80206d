"""What would change: how the same questions are decided with two libraries, and what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question was decided: ``kind`` is that of the verdict, or ``situation``, or ``unworded``.

    ``labels`` are the topic that was answered, the topics that were offered, the act, the crisis or the situation. With
    ``unworded`` they are the topic and where (``si``, ``si-it``) it cannot be told in the language any more.
    """

    kind: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A question that is decided in another way: ``before`` by the edition that answers, ``now`` by the draft.

    Of a golden question ``text`` and ``label`` are given. Of a resident's ``turn`` tells which one it was: their words are not
    kept here, since they may have them deleted.
    """

    language: str
    before: Outcome
    now: Outcome
    label: str | None = None
    text: str | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Collision:
    """Questions of the topic ``of`` that are now answered with the topic ``by``."""

    language: str
    of: str
    by: str
    count: int


@dataclass(frozen=True, slots=True)
class Some:
    """Changes of one sort: how many there are, and the first of them."""

    total: int = 0
    first: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Of:
    """How many golden questions there are in a language, and how many are decided rightly before and now."""

    golden: int
    before: int
    now: int
    residents: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """All that would change. ``answers`` names the items of answers whose text changed, with the languages in which it did.

    ``strength`` is that of the evidence ("full", "words"), empty when decisions cannot differ and nothing was asked.
    """

    lost: tuple[Change, ...] = ()  # golden questions that were decided rightly: all of them, since each is to be agreed to
    won: Some = field(default_factory=Some)
    moved: Mapping[str, Some] = field(default_factory=dict)  # residents' questions answered otherwise, by language
    unanswered: Mapping[str, Some] = field(default_factory=dict)  # residents' questions answered before, and not now
    collisions: tuple[Collision, ...] = ()
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: Mapping[str, Of] = field(default_factory=dict)
    strength: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as `from_json` reads it."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        raise NotImplementedError
