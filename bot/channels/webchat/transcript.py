"""What a resident sees of the conversation: its lines, which buttons can still be pressed, and whether more is coming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.contract import WEB
from bot.channels.webchat.markup import formatted, plain
from bot.channels.webchat.pages import Bubble
from bot.model.conversation import Conversation
from bot.model.message import Author
from bot.store import conversations, entries
from bot.store.database import Transaction
from bot.store.entries import Entry
from bot.store.line import count_open

#: As many lines as a page shows; more than anybody scrolls back.
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """The conversation of one address at one moment; no conversation, no lines. ``awaiting``: something sent is still open."""

    conversation: Conversation | None
    lines: Sequence[Entry]
    awaiting: bool = False

    @property
    def bell(self) -> str:
        """Return the name that rings when there is more to see."""
        return f"entry:{self.conversation.id}" if self.conversation else "entry"


async def whole(tx: Transaction, address: str) -> Seen:
    """Return the conversation as a page shows it."""
    conversation = await conversations.find(tx, WEB, address)
    lines = await entries.latest(tx, conversation.id, limit=MOST_LINES) if conversation else []
    return Seen(conversation, lines, awaiting=await waits(tx, address))


async def waits(tx: Transaction, address: str) -> bool:
    """Tell whether something that ``address`` sent is still open."""
    return await count_open(tx, WEB, address, 1) > 0


async def rest(tx: Transaction, address: str, last: int) -> Seen:
    """Return the lines from sequence ``last`` on, that line included: when it is missing it was deleted meanwhile."""
    conversation = await conversations.find(tx, WEB, address)
    lines = await entries.since(tx, conversation.id, last - 1) if conversation else []
    return Seen(conversation, lines)


async def changed(tx: Transaction, seen: Seen, last: int, version: int) -> list[Entry]:
    """Return the lines up to sequence ``last`` that were changed after ``version`` of the conversation."""
    if seen.conversation is None:
        return []
    return [line for line in await entries.changed_since(tx, seen.conversation.id, version) if line.sequence <= last]


async def label(tx: Transaction, address: str, press: str) -> str:
    """Return what stands on the newest button with the payload ``press``, or nothing where none was offered."""
    for line in reversed((await whole(tx, address)).lines):
        for row in line.buttons:
            for button in row:
                if button.press == press:
                    return button.label
    return ""


def bubbles(lines: Sequence[Entry], language: str) -> list[Bubble]:
    """Return ``lines`` as they are drawn; what has no language of its own is in ``language``.

    Only the buttons below the resident's last word can be pressed: older ones ask about what is settled.
    """
    newest_own = max((line.sequence for line in lines if line.author is Author.RESIDENT), default=0)
    return [bubble(line, language, pressable=line.sequence > newest_own) for line in lines]


def bubble(line: Entry, language: str, *, pressable: bool = True) -> Bubble:
    """Return one line as it is drawn."""
    return Bubble(
        sequence=line.sequence,
        author=line.author,
        language=line.language or language,
        body=plain(line.text) if line.author is Author.RESIDENT else formatted(line.text, line.calls),
        at=line.at,
        buttons=line.buttons if pressable else (),
        urgent=line.urgent,
        file=None if line.withdrawn_at else line.file,
        is_edited=line.edited_at is not None,
        is_withdrawn=line.withdrawn_at is not None,
    )
