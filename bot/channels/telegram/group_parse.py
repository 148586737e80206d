"""From a raw update of the staff's group, or of a private chat that brings a code, to what was said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel, Field, ValidationError

from bot.channels.contract import Unparseable
from bot.channels.topics import GENERAL, Linking, Spoken
from bot.language.text import MAX_CHARACTERS, clean
from bot.model.library import LANGUAGES
from bot.store.inbox import Received

#: ``/word``, ``/word@bot``, then what belongs to it.
#: A word that is none of ours is one as well: a slip of the fingers must not go to a resident.
_COMMAND = re.compile(r"/([^\s/@]+)(?:@\w+)?(?:\s+|$)")
#: In a private chat, a code for an account of the desk.
_LINK = re.compile(r"\s*/link(?:@\w+)?(?:\s+(.*))?$", re.IGNORECASE | re.DOTALL)


class _Chat(BaseModel):
    id: int
    type: str


class _Person(BaseModel):
    id: int
    is_bot: bool = False
    language_code: str | None = None


class _Message(BaseModel):
    message_id: int
    chat: _Chat
    sender: _Person | None = Field(None, alias="from")
    sender_chat: object | None = None
    text: str | None = None
    message_thread_id: int | None = None
    is_topic_message: bool = False


class _Update(BaseModel):
    message: _Message | None = None
    edited_message: _Message | None = None


#: The kinds of content that somebody sends and that are no text. Anything else without text is a service message.
_CONTENTS = frozenset(
    {
        *("photo", "document", "video", "animation", "voice", "audio", "video_note", "sticker", "dice", "location", "venue"),
        *("contact", "poll", "story", "paid_media", "checklist"),
    }
)


def thread_of(update: Mapping[str, object]) -> str:
    """Return the thread that an update of the group belongs to, reading as little of it as can be."""
    for name in ("message", "edited_message"):
        body = update.get(name)
        if isinstance(body, Mapping) and body.get("is_topic_message") is True:
            thread, chat = body.get("message_thread_id"), body.get("chat")
            if isinstance(thread, int) and isinstance(chat, Mapping):
                return thread_name(chat.get("id"), thread)
    return GENERAL


def thread_name(chat: object, thread: int) -> str:
    """Return what we call a thread: with its group, since another group that is set some day has threads of the same numbers."""
    return f"{chat}:{thread}"


def brings_code(update: Mapping[str, object]) -> bool:
    """Tell whether a private update brings a code with ``/link``."""
    body = update.get("message")
    text = body.get("text") if isinstance(body, Mapping) else None
    return isinstance(text, str) and _LINK.match(text) is not None


def parse_group(received: Received) -> Spoken | Linking | None:
    """Read one stored update; None is for what nobody wrote: service messages, other bots. Raises `Unparseable`."""
    try:
        update = _Update.model_validate(received.payload)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise Unparseable(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}") from None
    message = update.message or update.edited_message
    if message is None or message.sender is None:
        return None
    if message.chat.type == "private":
        return _linking(message, message.sender)
    if message.sender.is_bot and message.sender_chat is None:
        return None
    body = received.payload.get("message") or received.payload.get("edited_message")
    has_file = not _CONTENTS.isdisjoint(body)
    if message.text is None and not has_file:
        return None
    command, text = _parted(clean(message.text or ""))
    return Spoken(
        user=None if message.sender_chat is not None else str(message.sender.id),
        thread=thread_of(received.payload),
        message=message.message_id,
        text=text,
        command=command,
        has_file=has_file,
        edited=update.message is None,
        too_long=len((message.text or "").strip()) > MAX_CHARACTERS,
    )


def _linking(message: _Message, sender: _Person) -> Linking | None:
    found = _LINK.match(message.text or "")
    if found is None or sender.is_bot:
        return None
    language = (sender.language_code or "").lower().partition("-")[0]
    return Linking(str(sender.id), str(message.chat.id), clean(found[1] or "")[:100], language if language in LANGUAGES else None)


def _parted(text: str) -> tuple[str, str]:
    found = _COMMAND.match(text)
    return (found[1].lower(), text[found.end() :].strip()) if found else ("", text)
