"""What every part of the dialogue needs, and what every part gives back."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import datetime

from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.case import CaseOpening
from bot.model.contact import Contact
from bot.model.conversation import Conversation
from bot.model.days_kept import USUAL, DaysKept
from bot.model.library import LANGUAGES, Library
from bot.model.message import Outgoing, Veil
from bot.model.schedule import NOTHING_KNOWN, DeskState
from bot.model.turn import Consent, Helped, Vote, Wrong
from bot.model.verdict import LanguageGuess, Verdict


@dataclass(frozen=True, slots=True)
class Scene:
    """The edition that answers, the words it answers with, the moment, what is known of the desk, and what is kept how long."""

    index: Index
    phrases: Phrases
    now: datetime
    desk: DeskState = NOTHING_KNOWN
    days_kept: DaysKept = USUAL

    @property
    def library(self) -> Library:
        """What is known."""
        return self.index.library

    def say(self, conversation: Conversation) -> gettext.NullTranslations:
        """Return what speaks the language of ``conversation``."""
        return self.phrases.into(language_of(conversation))


@dataclass(frozen=True, slots=True)
class Reply:
    """What one part of the dialogue decided; `bot.dialogue.turn.take_turn` makes a turn of it."""

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


def language_of(conversation: Conversation) -> str:
    """Return the language of the conversation, or the first of ours before anything was said."""
    return conversation.language or LANGUAGES[0]
