"""What was understood and what was decided about one message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """The five things that can be decided."""

    ANSWER = "answer"
    CHOOSE = "choose"
    PERSON = "person"
    ACT = "act"
    CRISIS = "crisis"


class Act(StrEnum):
    """What residents say that is not a question about a service by itself.

    The last two mean something in a conversation only: that the answer missed, and what goes on from it ("what does it cost?").
    """

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HUMAN = "human"
    HELP = "help"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    FORGET_ME = "forget-me"
    MISSED = "missed"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An example near the message: its label, its text, and how like it is, 0 to 1."""

    label: str
    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that may be meant and the probability given to it, 0 to 1."""

    topic: str
    probability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a verdict fell as it did; shown to staff and by ``infopoint ask``, never to a resident."""

    neighbours: tuple[Neighbour, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    outside: float = 0.0  # probability that the message is none of our business
    leans: float = 0.0  # probability that the message goes on from what was said before
    gate: float = 0.0  # probability that the first candidate is right
    crisis: float = 0.0
    languages: tuple[tuple[str, float], ...] = ()
    strength: str = "full"  # "full", "words" (no meaning evidence) or "nearest" (no trained weights yet)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one text, before the conversation has its say.

    ``topic`` is the first candidate (also when the verdict is *person* or *choose*, for staff to see), ``act`` and
    ``crisis`` are set with their kinds. ``situation`` is the life event that the text tells of: with *choose* its topics
    are offered below its overview, with *answer* it is offered below the answer. ``also`` is a second
    topic that the text asks about beside the one that is answered. With *crisis*, ``below`` is the verdict on
    the question itself, which is still answered below the numbers.
    """

    kind: VerdictKind
    confidence: float
    topic: str | None = None
    act: Act | None = None
    crisis: str | None = None
    situation: str | None = None
    also: str | None = None
    choices: tuple[str, ...] = ()
    evidence: Evidence = Evidence()
    below: Verdict | None = None


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """Which language a text is in. ``ranked`` are (language, probability), likeliest first and adding up to 1.

    ``unclear`` names the two languages that cannot be told apart, when that is so.
    """

    ranked: tuple[tuple[str, float], ...]
    unclear: tuple[str, str] | None = None

    @property
    def language(self) -> str:
        """The likeliest language."""
        return self.ranked[0][0]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Places named in a sentence, in the order of the sentence: ids of settlements and regions, and country codes.

    ``countries`` holds those named outright ("na Hrvaškem") and those of the places. ``left`` are the places, countries
    among them, that the sentence speaks of coming from ("iz Aksakova v Varaždin").
    """

    places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
