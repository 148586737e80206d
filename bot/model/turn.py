"""A turn: everything that was decided about one incoming, committed in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.case import CaseOpening
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Outgoing
from bot.model.verdict import LanguageGuess, Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether the last answer helped."""

    topic: str
    country: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided about one incoming.

    ``conversation`` is the one after it, ``outgoings`` what the resident reads, in order. ``verdict`` and ``guess`` are
    what was understood (None for a button, a command, or while staff hold the conversation). ``relayed`` says that staff
    hold it and the bot stays silent; ``forget`` that everything kept about the resident is to be deleted.
    """

    incoming: Incoming
    conversation: Conversation
    outgoings: tuple[Outgoing, ...] = ()
    verdict: Verdict | None = None
    guess: LanguageGuess | None = None
    opens: CaseOpening | None = None
    vote: Vote | None = None
    relayed: bool = False
    forget: bool = False
