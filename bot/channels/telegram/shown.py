"""What Telegram would show of a message, as plain values for those who write it: the texts it is cut into, and its buttons."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.channels.telegram.compose import Markup, parts
from bot.channels.telegram.split import LIMIT, length
from bot.language.phrases import Phrases
from bot.model.message import Outgoing

#: The longest text of one message, in the units that `Shown.length` counts.
LONGEST = LIMIT


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. ``rows`` are the labels of its buttons, ``key`` that of the wide key below the chat, if there is one."""

    text: str
    length: int
    rows: tuple[tuple[str, ...], ...] = ()
    key: str = ""


def shown(outgoing: Outgoing, phrases: Phrases) -> list[Shown]:
    """Return the messages that ``outgoing`` becomes, in order."""
    return [Shown(part.text, length(part.text), _rows(part.markup), _key(part.markup)) for part in parts(outgoing, phrases)]


def _rows(markup: Markup) -> tuple[tuple[str, ...], ...]:
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    return tuple(tuple(button.text for button in row) for row in markup.inline_keyboard)


def _key(markup: Markup) -> str:
    return markup.keyboard[0][0].text if isinstance(markup, ReplyKeyboardMarkup) else ""
