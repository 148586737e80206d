"""What we say as the messages that Telegram takes: cut where it is too long, with its file, its buttons and its keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from gettext import NullTranslations
from typing import TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.channels.telegram.split import length, split
from bot.language.phrases import Phrases
from bot.model.message import Author, Button, Outgoing, Veil

#: The longest text that goes with a file: https://core.telegram.org/bots/api#sendphoto, in UTF-16 units.
CAPTION = 1024

Markup: TypeAlias = InlineKeyboardMarkup | ReplyKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class Part:
    """One message of Telegram's; ``text`` is the caption of one ``with_file`` and may then be empty."""

    text: str
    markup: Markup = None
    with_file: bool = False


def parts(outgoing: Outgoing, phrases: Phrases) -> list[Part]:
    """Return what is sent, in order; the buttons stand under the last part of the text. Nothing to say has no parts.

    A file comes first, with the text below it where there is room, else the text follows. Telegram takes either buttons under
    a message or the wide key that shares a location, never both: when both are wanted, the key comes with a short message of
    its own.
    """
    say = phrases.into(outgoing.language)
    if outgoing.veil is not None:
        return _veiled(outgoing, outgoing.veil, say)
    made = _texts(outgoing, say)
    if not made:
        return []
    buttons = _buttons(outgoing)
    made[-1] = replace(made[-1], markup=buttons)
    if outgoing.asks_location:
        key = KeyboardButton(say.gettext("Share my location"), request_location=True)
        keyboard = ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
        if buttons is None:
            made[-1] = replace(made[-1], markup=keyboard)
        else:
            made.append(Part(say.gettext("You can also share where you are."), keyboard))
    return made


def still_there(neutral: Part, say: NullTranslations) -> Part:
    """Return what stands in place of a hidden message whose file could not be hidden with it."""
    told = say.gettext("What is below is too old for me to hide it. Press it for a moment and delete it yourself.")
    return replace(neutral, text=f"{neutral.text}\n\n{told}")


def _veiled(outgoing: Outgoing, veil: Veil, say: NullTranslations) -> list[Part]:
    """Return a neutral sentence with the button that shows the message; or that, its file last, with the one that hides it.

    The text stands first and alone, so that one can take the place of the other in the same message.
    """
    if veil.drawn:
        shows = Button(say.gettext("Show it"), f"show:{veil.entry}")
        return [Part(say.gettext("There is news for you."), _keys(((shows,),)))]
    hides = Button(say.gettext("Hide it"), f"hide:{veil.entry}")
    made = [part for part in _texts(replace(outgoing, file=None), say, file=outgoing.file is not None) if part.text]
    if made:
        made[-1] = replace(made[-1], markup=_keys((*outgoing.buttons, (hides,))))
    return made if outgoing.file is None else [*made, Part("", with_file=True)]


def _texts(outgoing: Outgoing, say: NullTranslations, *, file: bool = False) -> list[Part]:
    text = _sendable(outgoing.text)
    if outgoing.author is Author.STAFF and text.strip():
        # Not inside the f-string: Babel does not look for phrases there.
        who = say.gettext("A person at the info point writes:")
        text = f"{who}\n{text}"
    elif outgoing.author is Author.STAFF and (file or outgoing.file is not None):
        text = say.gettext("A person at the info point sends you this.")
    if outgoing.file is None:
        return [Part(part) for part in split(text)]
    if length(text) <= CAPTION:
        return [Part(text.strip(), with_file=True)]
    return [Part("", with_file=True), *(Part(part) for part in split(text))]


def _buttons(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    return _keys(outgoing.buttons)


def _keys(buttons: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.press) for button in row] for row in buttons]
    return InlineKeyboardMarkup(rows) if any(rows) else None


def _sendable(text: str) -> str:
    """Return ``text`` without lone surrogates, which no request can carry."""
    return text.encode("utf-8", "ignore").decode()
