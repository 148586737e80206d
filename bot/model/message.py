"""What goes in and what comes out: plain values that carry no channel object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.attached import Enclosure
from bot.model.codes import GivenCode


class Kind(StrEnum):
    """What a resident sent."""

    TEXT = "text"
    PRESS = "press"  # a button; `Incoming.press` carries its payload
    COMMAND = "command"  # /start, /help, ... ; `Incoming.text` carries the name without the slash
    LOCATION = "location"
    VOICE = "voice"
    PHOTO = "photo"
    STICKER = "sticker"
    FILE = "file"
    EDIT = "edit"  # an edited message; `Incoming.text` is the new text
    BLOCKED = "blocked"  # the resident blocked us; `RETURNED` takes it back
    RETURNED = "returned"
    UNREADABLE = "unreadable"  # it came in a form that we cannot read; a person is called


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a resident sent, cleaned (see `bot.language.text.clean`) and parsed from its channel.

    ``sequence`` is the inbox's own rising number: the order in which a conversation's incomings are taken. ``location`` is
    (latitude, longitude) in degrees. ``attachment`` is the channel's own reference to a file. ``hint`` is the language of
    the resident's app or browser, where the channel tells. ``file`` describes an attachment that we keep ourselves.
    ``remote_id`` is the channel's own name of the message; for an edited one, of the message that it changes.
    ``given`` is what was found, before the turn, for the case code that the text is. ``written_at`` is when it was written, where
    the channel tells: it may have waited there while the program was away.
    """

    sequence: int
    channel: str
    address: str
    external_id: str
    kind: Kind
    received_at: datetime
    text: str = ""
    press: str = ""
    location: tuple[float, float] | None = None
    attachment: str | None = None
    hint: str | None = None
    file: Enclosure | None = None
    remote_id: str | None = None
    given: GivenCode | None = None
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A label and the payload that comes back when it is pressed: at most 64 bytes, as Telegram allows."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Veil:
    """What hides a message from who looks over the resident's shoulder.

    ``entry`` is its line of the transcript; while it is ``drawn``, a neutral sentence stands in place of the message.
    """

    entry: int
    drawn: bool = True


class Author(StrEnum):
    """Who says it: residents are told whether a machine or a person writes."""

    BOT = "bot"
    STAFF = "staff"
    RESIDENT = "resident"
    NOTE = "note"  # seen by staff only


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a resident: plain text in paragraphs, with rows of buttons under it.

    ``calls`` are the strings in ``text`` that are numbers to dial, so that a channel can make them so. ``urgent`` is for
    crisis replies. ``asks_location`` lets a channel offer to share where one is. ``file`` goes with the text, which may then
    be empty. ``veil`` is there when the resident can hide and show it. ``with_data``: everything that is kept of the resident
    goes along as a file, which is made when it is sent.
    """

    text: str
    language: str
    author: Author = Author.BOT
    buttons: tuple[tuple[Button, ...], ...] = ()
    calls: tuple[str, ...] = ()
    urgent: bool = False
    asks_location: bool = False
    file: Enclosure | None = None
    veil: Veil | None = None
    with_data: bool = False
