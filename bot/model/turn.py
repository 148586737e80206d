"""A turn: everything that was decided about one incoming, committed in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.case import CaseOpening
from bot.model.contact import Contact
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Outgoing, Veil
from bot.model.verdict import LanguageGuess, Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether the last answer helped."""

    topic: str
    country: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """What the resident said to going on at an info point of another country; ``point`` is where, None when they refused."""

    case_id: str
    point: str | None
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Helped:
    """Whether a closed case helped. ``reopens`` says that it is to be opened again, the conversation being in the line.

    ``claimed`` is how the conversation goes on, and what the resident reads besides, if who closed it takes it up at once.
    """

    case_id: str
    helped: bool
    reopens: bool = False
    claimed: tuple[Conversation, Outgoing] | None = None
    promised_at: datetime | None = None


class WrongAbout(StrEnum):
    """What sort of thing is wrong with an answer."""

    AMOUNT = "amount"  # a number or an amount
    CONTACT = "contact"  # an address, a phone number or hours
    FIT = "fit"  # it does not fit the resident's case
    HARD = "hard"  # it is hard to understand
    OTHER = "other"  # whatever the resident says in words


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a resident says is wrong with an answer, in ``words`` in which persons are masked; they may be empty.

    ``refusal`` is what the resident reads instead when they, or all together, said so much of it that no more is kept.
    """

    topic: str
    where: str
    language: str
    about: WrongAbout
    words: str
    refusal: Outgoing


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided about one incoming.

    ``conversation`` is the one after it, ``outgoings`` what the resident reads, in order. ``verdict`` and ``guess`` are
    what was understood (None for a button, a command, or while staff hold the conversation). ``relayed`` says that staff
    hold it and the bot stays silent, ``wrong_code`` that the resident gave a code that no case has, ``forget`` that everything
    kept about the resident is to be deleted. ``calls_back`` is where the resident wants to be called back; the case is that
    of the conversation, which ``opens`` opens when there is none. ``veil`` says which message the resident hides or shows, and
    ``outgoings`` then what is said when there is no such message. ``traceless``: with what is kept, the chat is to be emptied.
    """

    incoming: Incoming
    conversation: Conversation
    outgoings: tuple[Outgoing, ...] = ()
    verdict: Verdict | None = None
    guess: LanguageGuess | None = None
    opens: CaseOpening | None = None
    vote: Vote | None = None
    consent: Consent | None = None
    helped: Helped | None = None
    calls_back: Contact | None = None
    wrong: Wrong | None = None
    relayed: bool = False
    wrong_code: bool = False
    forget: bool = False
    veil: Veil | None = None
    traceless: bool = False
