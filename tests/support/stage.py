"""A stage for dialogue tests: the small library, English phrases, a fixed moment, and one resident who speaks."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dialogue.turn import take_turn
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.conversation import Conversation
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.schedule import NOTHING_KNOWN, DeskState
from bot.model.turn import Turn
from tests.support.small_library import small_library

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

#: The message ids themselves: tests read the sentences of the code, not their translations.
ENGLISH = Phrases({language: gettext.NullTranslations() for language in LANGUAGES})


@dataclass
class Stage:
    """One conversation that a test leads; it remembers what came of each turn."""

    library: Library = field(default_factory=small_library)
    now: datetime = MONDAY
    greeted: bool = True
    desk: DeskState = NOTHING_KNOWN
    conversation: Conversation = field(init=False)
    index: Index = field(init=False)
    turn: Turn = field(init=False)

    def __post_init__(self) -> None:
        self.conversation = Conversation("c1", "web", "resident", greeted=self.greeted)
        self.index = Index(self.library, None, None, 0.02)

    def send(self, kind: Kind = Kind.TEXT, **fields: Any) -> Turn:
        """Let the resident send something, and return the turn."""
        incoming = Incoming(self.conversation.version + 1, "web", "resident", "e", kind, self.now, **fields)
        self.turn = take_turn(self.conversation, incoming, self.index, ENGLISH, self.now, self.desk)
        self.conversation = replace(self.turn.conversation, version=self.conversation.version + 1)
        return self.turn

    def write(self, text: str, hint: str | None = None) -> Turn:
        """Let the resident write a text."""
        return self.send(text=text, hint=hint)

    def press(self, payload: str) -> Turn:
        """Let the resident press a button."""
        return self.send(Kind.PRESS, press=payload)

    def command(self, name: str, hint: str | None = None) -> Turn:
        """Let the resident send a command."""
        return self.send(Kind.COMMAND, text=name, hint=hint)

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)

    @property
    def last(self) -> Outgoing:
        """What was said last."""
        return self.turn.outgoings[-1]

    @property
    def said(self) -> str:
        """All that was said in the last turn."""
        return "\n\n".join(outgoing.text for outgoing in self.turn.outgoings)

    @property
    def presses(self) -> list[str]:
        """The payloads under what was said last."""
        return [button.press for row in self.last.buttons for button in row]
