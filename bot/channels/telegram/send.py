"""Sending to residents on Telegram through python-telegram-bot."""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from bot.channels.contract import SendFailure
from bot.channels.telegram.client import CALL_ERRORS, Caller, waited
from bot.channels.telegram.split import split
from bot.language.phrases import Phrases
from bot.model.message import Author, Outgoing

#: What Telegram writes in its refusals when nothing more can reach a resident. Others of the same kind are tried again.
_GONE = {
    "blocked by the user": "blocked-by-the-user",
    "user is deactivated": "user-is-deactivated",
    "chat not found": "chat-not-found",
    "can't initiate conversation": "never-wrote-to-us",
    "can't send messages to bots": "is-a-bot",
}

#: Seconds until the next try when the token is refused: an operator must see to it first.
_TOKEN_PAUSE = 300.0

#: So many half-sent messages are remembered.
_BEGUN = 500

_Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | None


class TelegramSender:
    """The sending half; see `bot.channels.contract.Sender`.

    A long message goes in parts, and what was sent of it is remembered until the rest is through, so that a try after a
    pause does not repeat its beginning. That memory dies with the process, and an answer of Telegram can be lost on its
    way: then a part is sent twice. A doubled answer is better than a lost one.
    """

    def __init__(self, caller: Caller, phrases: Phrases) -> None:
        self._caller = caller
        self._phrases = phrases
        self._begun: dict[tuple[str, Outgoing], list[str]] = {}

    async def send(self, outgoing: Outgoing, address: str) -> str:
        """Send to the chat with the id ``address``; return the ids of Telegram's messages, joined by commas.

        Raises `SendFailure`.
        """
        messages = self._messages(outgoing)
        if not messages:
            raise SendFailure(permanent=True, detail="empty")
        key = (address, outgoing)
        sent = self._begun.pop(key, [])
        while len(self._begun) >= _BEGUN:
            del self._begun[next(iter(self._begun))]
        self._begun[key] = sent
        for text, markup in messages[len(sent) :]:
            try:
                sent.append(await self._send(address, text, markup))
            except SendFailure as failure:
                if failure.permanent:
                    del self._begun[key]
                raise
        del self._begun[key]
        return ",".join(sent)

    def _messages(self, outgoing: Outgoing) -> list[tuple[str, _Markup]]:
        """Return what is sent, in order; the buttons stand under the last part of the text.

        Telegram takes either buttons under a message or the wide key that shares a location, never both: when both are
        wanted, the key comes with a short message of its own.
        """
        say = self._phrases.into(outgoing.language)
        text = _sendable(outgoing.text)
        if outgoing.author is Author.STAFF:
            # Not inside the f-string: Babel does not look for phrases there.
            who = say.gettext("A person at the info point writes:")
            text = f"{who}\n{text}"
        parts = split(text)
        if not parts:
            return []
        markups: list[_Markup] = [None] * len(parts)
        buttons = _buttons(outgoing)
        markups[-1] = buttons
        if outgoing.asks_location:
            key = KeyboardButton(say.gettext("Share my location"), request_location=True)
            keyboard = ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
            if buttons is None:
                markups[-1] = keyboard
            else:
                parts.append(say.gettext("You can also share where you are."))
                markups.append(keyboard)
        return list(zip(parts, markups, strict=True))

    async def _send(self, address: str, text: str, markup: _Markup) -> str:
        try:
            chat = int(address)
        except ValueError:
            raise SendFailure(permanent=True, detail="address-is-no-number") from None
        try:
            message = await self._caller.send_message(
                chat_id=chat,
                text=text,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except CALL_ERRORS as error:
            raise _failure(error) from None
        return str(message.message_id)


def _buttons(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.press) for button in row] for row in outgoing.buttons]
    return InlineKeyboardMarkup(rows) if any(rows) else None


def _sendable(text: str) -> str:
    """Return ``text`` without lone surrogates, which no request can carry."""
    return text.encode("utf-8", "ignore").decode()


def _failure(error: Exception) -> SendFailure:
    """Return what delivery should make of an error. Telegram's own words are looked for, never passed on."""
    if isinstance(error, RetryAfter):
        return SendFailure(permanent=False, retry_after=waited(error), detail="slow-down")
    if isinstance(error, InvalidToken):
        return SendFailure(permanent=False, retry_after=_TOKEN_PAUSE, detail="wrong-token")
    if isinstance(error, Forbidden | BadRequest):
        said = str(error).lower()
        for words, detail in _GONE.items():
            if words in said:
                return SendFailure(permanent=True, blocked=True, detail=detail)
    if isinstance(error, BadRequest | ChatMigrated):
        return SendFailure(permanent=True, detail="refused")
    return SendFailure(permanent=False, detail=type(error).__name__)
