"""Sending to residents on Telegram through python-telegram-bot, and changing what they have got."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from telegram import InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from bot.channels.contract import SendFailure
from bot.channels.telegram.client import CALL_ERRORS, Caller, waited
from bot.channels.telegram.compose import Part, parts, still_there
from bot.language.phrases import Phrases
from bot.model.attached import Enclosure
from bot.model.message import Outgoing

#: What Telegram writes in its refusals when nothing more can reach a resident. Others of the same kind are tried again.
_GONE = {
    "blocked by the user": "blocked-by-the-user",
    "user is deactivated": "user-is-deactivated",
    "chat not found": "chat-not-found",
    "can't initiate conversation": "never-wrote-to-us",
    "can't send messages to bots": "is-a-bot",
}

#: A failure that means that what is to get other words is a file.
_WORDLESS = "no-text"
#: What it writes when a message cannot be changed: after 48 hours, or when the resident has deleted it.
_FIXED = {
    "can't be edited": "too-old",
    "can't be deleted": "too-old",
    "message to edit not found": "gone",
    "no text in the message": _WORDLESS,
}
#: What it writes when a change was made before.
_DONE = ("message is not modified", "message to delete not found")
#: What it writes of a picture that it does not show as one, such as a very long and narrow one.
_NO_PHOTO = ("photo_", "image_process_failed")

#: Seconds until the next try when the token is refused: an operator must see to it first.
_TOKEN_PAUSE = 300.0

#: So many half-sent messages are remembered.
_BEGUN = 500


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

    async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
        """Send to the chat with the id ``address``; return the ids of Telegram's messages, joined by commas.

        Raises `SendFailure`.
        """
        messages = self._parts(outgoing)
        key = (address, outgoing)
        sent = self._begun.pop(key, [])
        while len(self._begun) >= _BEGUN:
            del self._begun[next(iter(self._begun))]
        self._begun[key] = sent
        for part in messages[len(sent) :]:
            try:
                sent.append(await self._send(address, part, outgoing.file, content))
            except SendFailure as failure:
                if failure.permanent:
                    del self._begun[key]
                raise
        del self._begun[key]
        return ",".join(sent)

    async def edit(self, outgoing: Outgoing, address: str, remote_id: str, content: bytes | None = None) -> str:
        """Change the messages ``remote_id`` (as `send` returned them); what the new text does not need is deleted.

        What there was no room for follows at the end. A file that is to be hidden and is too old for that stays, and the resident
        is told how to delete it. Raises `SendFailure`.
        """
        messages, there = self._parts(outgoing), remote_id.split(",")
        for part, identifier in zip(messages, there, strict=False):
            await self._change(address, part, identifier)
        neutral = messages[0] if outgoing.veil is not None and outgoing.veil.drawn else None
        stay = [each for each in there[len(messages) :] if not await self._is_removed(address, each, neutral)]
        if stay and neutral is not None:
            await self._change(address, still_there(neutral, self._phrases.into(outgoing.language)), there[0])
        more = [await self._send(address, part, outgoing.file, content) for part in messages[len(there) :]]
        return ",".join([*there[: len(messages)], *stay, *more])

    async def withdraw(self, address: str, remote_id: str) -> None:
        """Delete the messages ``remote_id``; of several, also when some of them cannot be. Raises `SendFailure`."""
        there = remote_id.split(",")
        if len(there) == 1:
            await self._delete(address, remote_id)
            return
        try:
            await _done(self._caller.delete_messages(_number(address), [_number(each) for each in there]))
        except SendFailure as failure:
            if not failure.permanent or failure.blocked:
                raise
            await self._delete_what_can_be(address, there)  # a single one that cannot be deleted keeps all the others

    async def _delete_what_can_be(self, address: str, there: list[str]) -> None:
        refused = None
        for identifier in there:
            try:
                await self._delete(address, identifier)
            except SendFailure as failure:
                if not failure.permanent or failure.blocked:
                    raise
                refused = failure
        if refused is not None:
            raise refused

    def _parts(self, outgoing: Outgoing) -> list[Part]:
        made = parts(outgoing, self._phrases)
        if not made:
            raise SendFailure(permanent=True, detail="empty")
        return made

    async def _send(self, address: str, part: Part, file: Enclosure | None, content: bytes | None) -> str:
        chat = _number(address)
        if part.with_file and file is not None and content is not None:
            return await self._send_file(chat, part, file, content)
        preview = LinkPreviewOptions(is_disabled=True)
        call = self._caller.send_message(chat_id=chat, text=part.text, reply_markup=part.markup, link_preview_options=preview)
        return await _id_of(call)

    async def _send_file(self, chat: int, part: Part, file: Enclosure, content: bytes) -> str:
        given: dict[str, Any] = {"chat_id": chat, "caption": part.text or None, "reply_markup": part.markup}
        named = InputFile(content, filename=file.name)
        if file.is_picture:
            try:
                return await _id_of(self._caller.send_photo(photo=named, **given))
            except SendFailure as failure:
                if failure.detail != _AS_DOCUMENT:
                    raise
        # Telegram looks into documents to guess what they are, and shows some in another way than as a file.
        return await _id_of(self._caller.send_document(document=named, disable_content_type_detection=True, **given))

    async def _change(self, address: str, part: Part, identifier: str) -> None:
        given: dict[str, Any] = {"chat_id": _number(address), "message_id": _number(identifier)}
        if isinstance(part.markup, InlineKeyboardMarkup):
            given["reply_markup"] = part.markup
        if part.with_file:
            await _done(self._caller.edit_message_caption(caption=part.text or None, **given))
        else:
            preview = LinkPreviewOptions(is_disabled=True)
            await _done(self._caller.edit_message_text(text=part.text, link_preview_options=preview, **given))

    async def _is_removed(self, address: str, identifier: str, neutral: Part | None) -> bool:
        """Delete a message; one too old for that gets the words of ``neutral``, where it is to hide what it said.

        False when it is a file, which can get no words.
        """
        try:
            await self._delete(address, identifier)
        except SendFailure as failure:
            if neutral is None or not failure.permanent or failure.blocked:
                raise
        else:
            return True
        try:
            await self._change(address, Part(neutral.text), identifier)
        except SendFailure as failure:
            if failure.detail != _WORDLESS:
                raise
            return False
        return True

    async def _delete(self, address: str, identifier: str) -> None:
        await _done(self._caller.delete_message(chat_id=_number(address), message_id=_number(identifier)))


#: A failure that only means that a picture is to go as a file.
_AS_DOCUMENT = "no-photo"


async def _id_of(call: Awaitable[Message]) -> str:
    try:
        return str((await call).message_id)
    except CALL_ERRORS as error:
        raise _failure(error) from None


async def _done(call: Awaitable[object]) -> None:
    """Carry out a change; that it was made before is no failure."""
    try:
        await call
    except CALL_ERRORS as error:
        if not (isinstance(error, BadRequest) and any(words in str(error).lower() for words in _DONE)):
            raise _failure(error) from None


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SendFailure(permanent=True, detail="address-is-no-number") from None


def _failure(error: Exception) -> SendFailure:
    """Return what delivery should make of an error. Telegram's own words are looked for, never passed on."""
    if isinstance(error, RetryAfter):
        return SendFailure(permanent=False, retry_after=waited(error), detail="slow-down")
    if isinstance(error, InvalidToken):
        return SendFailure(permanent=False, retry_after=_TOKEN_PAUSE, detail="wrong-token")
    said = str(error).lower()
    if isinstance(error, Forbidden | BadRequest):
        for words, detail in _GONE.items():
            if words in said:
                return SendFailure(permanent=True, blocked=True, detail=detail)
    if isinstance(error, BadRequest | ChatMigrated):
        if any(words in said for words in _NO_PHOTO):
            return SendFailure(permanent=True, detail=_AS_DOCUMENT)
        return SendFailure(permanent=True, detail=next((_FIXED[words] for words in _FIXED if words in said), "refused"))
    return SendFailure(permanent=False, detail=type(error).__name__)
