"""From a raw update of the Bot API to an `Incoming`.

Only the fields that are used are read, by models of our own that check their types: one strange field elsewhere does not
cost a message, and python-telegram-bot's own ``Update.de_json`` fails in many ways on a malformed one. Field names and meanings:
https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import BaseModel, Field, ValidationError

from bot.channels.contract import Unparseable
from bot.language.text import clean
from bot.model.library import LANGUAGES
from bot.model.message import Incoming, Kind
from bot.store.inbox import Received

CHANNEL = "telegram"

#: The kinds of update that are asked for, and so the only ones that come.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

#: The commands that are understood; any other is a text like any other.
COMMANDS = ("start", "help", "language", "person", "privacy", "mydata", "discreet", "forget")

#: Telegram lets 64 bytes be carried by a button; whatever else comes back is cut there.
PRESS_LENGTH = 64

#: A moment that no message is written at, in seconds: the year 5138.
_FAR_AWAY = 10**11

_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?=\s|$)", re.IGNORECASE)


class _Chat(BaseModel):
    id: int
    type: str


class _Person(BaseModel):
    is_bot: bool = False
    language_code: str | None = None


class _Media(BaseModel):
    file_id: str


class _Location(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Contact(BaseModel):
    phone_number: str
    first_name: str = ""
    last_name: str = ""


class _Question(BaseModel):
    question: str = ""


class _Emoji(BaseModel):
    file_id: str | None = None
    emoji: str = ""


class _Message(BaseModel):
    message_id: object = None
    date: object = None
    edit_date: object = None
    chat: _Chat
    sender: _Person = Field(_Person(), alias="from")
    text: str | None = None
    caption: str = ""
    location: _Location | None = None
    voice: _Media | None = None
    audio: _Media | None = None
    video_note: _Media | None = None
    photo: list[_Media] = []
    sticker: _Emoji | None = None
    dice: _Emoji | None = None
    document: _Media | None = None
    video: _Media | None = None
    animation: _Media | None = None
    contact: _Contact | None = None
    poll: _Question | None = None
    # Kinds of content of which nothing is read but that they are there.
    story: object | None = None
    paid_media: object | None = None
    checklist: object | None = None


class _ButtonMessage(BaseModel):
    chat: _Chat


class _Query(BaseModel):
    sender: _Person = Field(alias="from")
    message: _ButtonMessage
    data: str


class _Member(BaseModel):
    status: str


class _Change(BaseModel):
    chat: _Chat
    sender: _Person = Field(_Person(), alias="from")
    new_chat_member: _Member


class _Update(BaseModel):
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Query | None = None
    my_chat_member: _Change | None = None


@dataclass(frozen=True, slots=True)
class Whence:
    """Where an update comes from: the chat's id as the address, and whether only one person is there."""

    address: str
    private: bool


def whence(update: Mapping[str, object]) -> Whence | None:
    """Return where ``update`` comes from, reading as little of it as can be; None when it does not tell."""
    for name in UPDATES:
        body = update.get(name)
        if name == "callback_query" and isinstance(body, Mapping):
            body = body.get("message")
        chat = body.get("chat") if isinstance(body, Mapping) else None
        if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
            return Whence(str(chat["id"]), chat.get("type") == "private")
    return None


def parse(received: Received) -> Incoming | None:
    """Read one stored update.

    None is for what needs no answer: groups, other bots, service messages, a live location that moves. Raises `Unparseable`.
    """
    try:
        update = _Update.model_validate(received.payload)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise Unparseable(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['type']}") from None
    body = update.message or update.edited_message or update.callback_query or update.my_chat_member
    if body is None:
        raise Unparseable("no kind of update that is known")
    chat = body.message.chat if isinstance(body, _Query) else body.chat
    if chat.type != "private" or body.sender.is_bot:
        return None
    blank = Incoming(
        sequence=received.sequence,
        channel=received.channel,
        address=received.address,
        external_id=received.external_id,
        kind=Kind.TEXT,
        received_at=received.received_at,
        hint=_hint(body.sender),
    )
    if isinstance(body, _Query):
        return replace(blank, kind=Kind.PRESS, press=_cut(clean(body.data)))
    if isinstance(body, _Change):
        return replace(blank, kind=Kind.BLOCKED if body.new_chat_member.status == "kicked" else Kind.RETURNED)
    # An edited message keeps its number, by which what it said before is found.
    blank = replace(
        blank, remote_id=str(body.message_id) if isinstance(body.message_id, int) else None, written_at=_written_at(body)
    )
    if update.message is None:
        return _edited(body, blank)
    return _written(body, blank)


def _written(message: _Message, blank: Incoming) -> Incoming | None:
    """Return what a new message says; None for a service message, which nobody wrote."""
    if message.text is not None:
        return _said(clean(message.text), blank)
    if message.location is not None:
        where = (message.location.latitude, message.location.longitude)
        return replace(blank, kind=Kind.LOCATION, location=where)
    if message.contact is not None:
        contact = message.contact
        text = f"{contact.first_name} {contact.last_name} {contact.phone_number}"
        return replace(blank, kind=Kind.FILE, text=clean(text))
    if message.poll is not None:
        return replace(blank, kind=Kind.FILE, text=clean(message.poll.question))
    if (emoji := message.sticker or message.dice) is not None:
        return replace(blank, kind=Kind.STICKER, text=clean(emoji.emoji), attachment=emoji.file_id)
    return _attached(message, replace(blank, text=clean(message.caption)))


def _attached(message: _Message, blank: Incoming) -> Incoming | None:
    if (sound := message.voice or message.audio or message.video_note) is not None:
        return replace(blank, kind=Kind.VOICE, attachment=sound.file_id)
    if message.photo:
        return replace(blank, kind=Kind.PHOTO, attachment=message.photo[-1].file_id)  # the largest stands last
    if (file := message.document or message.video or message.animation) is not None:
        return replace(blank, kind=Kind.FILE, attachment=file.file_id)
    if message.story or message.paid_media or message.checklist:
        return replace(blank, kind=Kind.FILE)
    return None


def _edited(message: _Message, blank: Incoming) -> Incoming | None:
    """Return the new text of a message; None for a live location, which comes again with every step."""
    if message.location is not None:
        return None
    return replace(blank, kind=Kind.EDIT, text=clean(message.text or message.caption))


def _written_at(message: _Message) -> datetime | None:
    seconds = message.edit_date or message.date
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and 0 < seconds < _FAR_AWAY else None


def _said(text: str, blank: Incoming) -> Incoming:
    found = _COMMAND.match(text)
    if found and found[1].lower() in COMMANDS:
        return replace(blank, kind=Kind.COMMAND, text=found[1].lower())
    return replace(blank, text=text)


def _hint(person: _Person) -> str | None:
    """Return the language of the resident's app, where it is one of ours: ``it-IT`` is ``it``."""
    language = (person.language_code or "").lower().partition("-")[0]
    return language if language in LANGUAGES else None


def _cut(press: str) -> str:
    return press.encode()[:PRESS_LENGTH].decode(errors="ignore")
