"""What would change: how a question is decided, what is right, and all that was found about a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bot.matching.evaluation import OUT_OF_SCOPE, Asked, is_right
from bot.matching.material import ACT, CRISIS, LOOK_ALIKE, OUTSIDE, SITUATION
from bot.model.verdict import Verdict, VerdictKind

#: How many changes of one sort are kept, and shown; of all the number is told.
KEPT = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question was decided: ``kind`` is that of the verdict, or ``situation``, or ``unworded``.

    ``labels`` are the topic that was answered, the topics that were offered, the act, the crisis or the situation. With
    ``unworded`` they are the topic, and where (``si``, ``si-it``) it cannot be told in the language any more.
    """

    kind: str
    labels: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Tell whether a resident got what they came for without a choice or a person."""
        return self.kind in {VerdictKind.ANSWER, VerdictKind.ACT, VerdictKind.CRISIS}

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Return what was decided."""
        match verdict.kind:
            case VerdictKind.CRISIS:
                return cls(verdict.kind, _some(verdict.crisis))
            case VerdictKind.ACT:
                return cls(verdict.kind, _some(verdict.act))
            case VerdictKind.ANSWER:
                return cls(verdict.kind, _some(verdict.topic))
            case VerdictKind.CHOOSE if verdict.situation is not None:
                return cls("situation", (verdict.situation,))
            case VerdictKind.CHOOSE:
                return cls(verdict.kind, verdict.choices)
            case VerdictKind.PERSON:
                return cls(verdict.kind)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` wrote."""
        return cls(told["kind"], tuple(told["labels"]))


def _some(label: str | None) -> tuple[str, ...]:
    return () if label is None else (str(label),)


def right(label: str, verdict: Verdict) -> bool:
    """Tell whether a golden question of ``label`` was decided rightly, as `bot.matching.evaluation` judges.

    A crisis is to be caught as its own kind, a look-alike not to raise the alarm, a situation to be opened or offered.
    """
    asked = Asked(verdict.kind, _label(verdict), "", verdict.choices)
    if label.startswith(SITUATION):
        return verdict.situation == label.removeprefix(SITUATION)
    if label == LOOK_ALIKE:
        return verdict.kind is not VerdictKind.CRISIS
    if label.startswith(CRISIS):
        return verdict.kind is VerdictKind.CRISIS and verdict.crisis == label.removeprefix(CRISIS)
    return is_right(OUT_OF_SCOPE if label == OUTSIDE else label.removeprefix(ACT), asked)


def _label(verdict: Verdict) -> str | None:
    match verdict.kind:
        case VerdictKind.ACT:
            return verdict.act
        case VerdictKind.CRISIS:
            return verdict.crisis
        case _:
            return verdict.topic


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

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` wrote."""
        outcomes = {each: Outcome.read(told[each]) for each in ("before", "now")}
        return cls(**{**told, **outcomes})


@dataclass(frozen=True, slots=True)
class Collision:
    """Questions of the topic ``of`` that are now answered with the topic ``by``."""

    language: str
    of: str
    by: str
    count: int


@dataclass(frozen=True, slots=True)
class Some:
    """Changes of one sort in one language: how many there are, and the first of them."""

    language: str
    total: int = 0
    first: tuple[Change, ...] = ()

    @classmethod
    def by_language(cls, changes: Sequence[Change]) -> tuple[Self, ...]:
        """Return ``changes`` by language, at most `KEPT` of each."""
        found: dict[str, list[Change]] = {}
        for change in changes:
            found.setdefault(change.language, []).append(change)
        return tuple(cls(language, len(some), tuple(some[:KEPT])) for language, some in found.items())

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Return what ``asdict`` wrote."""
        return cls(told["language"], told["total"], tuple(Change.read(each) for each in told["first"]))


@dataclass(frozen=True, slots=True)
class Counted:
    """What was asked in a language: how many golden questions are decided rightly before and now, and residents' questions."""

    language: str
    golden: int
    before: int
    now: int
    residents: int


@dataclass(frozen=True, slots=True)
class Found:
    """All that would change. ``texts`` are the answers whose text changed, as items, with the languages in which it did.

    ``strength`` is that of the evidence ("full", "words"), empty when decisions cannot differ and nothing was asked.
    """

    lost: tuple[Change, ...] = ()  # golden questions that were decided rightly: all of them, since each is to be agreed to
    won: tuple[Some, ...] = ()
    unmet: tuple[Some, ...] = ()  # golden questions of the draft's own that it does not decide rightly
    moved: tuple[Some, ...] = ()  # residents' questions that get something else
    unanswered: tuple[Some, ...] = ()  # residents' questions that got an answer, and would get a choice or a person
    answered: tuple[Some, ...] = ()  # the other way round
    collisions: tuple[Collision, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counted: tuple[Counted, ...] = ()
    strength: str = ""

    @property
    def is_nothing(self) -> bool:
        """Tell whether no question is decided in another way and no text changes."""
        changes = (self.lost, self.won, self.unmet, self.moved, self.unanswered, self.answered, self.collisions, self.texts)
        return not any(changes)

    def as_json(self) -> dict[str, Any]:
        """Return it as `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        some = {
            name: tuple(Some.read(each) for each in told[name]) for name in ("won", "unmet", "moved", "unanswered", "answered")
        }
        return cls(
            lost=tuple(Change.read(each) for each in told["lost"]),
            collisions=tuple(Collision(**each) for each in told["collisions"]),
            texts={item: tuple(languages) for item, languages in told["texts"].items()},
            counted=tuple(Counted(**each) for each in told["counted"]),
            strength=told["strength"],
            **some,
        )
