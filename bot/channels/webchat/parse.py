"""A stored post of the page to an incoming."""

from __future__ import annotations

import re
from typing import Any

from bot.channels.contract import Unparseable
from bot.channels.webchat.form import Said
from bot.model.attached import Enclosure
from bot.model.message import Incoming, Kind
from bot.store.inbox import Received

#: What is typed as on Telegram means the same here: our own texts speak of "/forget".
_COMMAND = re.compile(r"/(start|help|language|person|privacy|mydata|discreet|forget)", re.IGNORECASE)


def payload(said: Said, label: str = "", file: Enclosure | None = None) -> dict[str, Any]:
    """Return what is stored of a message.

    ``label`` is what stands on the pressed button, which becomes the text. ``file`` describes what is kept of a file.
    """
    stored = {"text": label or said.text, "press": said.press, "lang": said.hint or ""}
    return stored if file is None else stored | {"file": [file.id, file.name, file.media_type]}


def parse(received: Received) -> Incoming:
    """Read what `payload` stored.

    Raises `Unparseable`.
    """
    stored = received.payload
    if not isinstance(stored, dict):
        raise Unparseable("the payload is no object")
    text, press, hint = (stored.get(name, "") for name in ("text", "press", "lang"))
    if not (isinstance(text, str) and isinstance(press, str) and isinstance(hint, str)):
        raise Unparseable("a field is no string")
    file = _file(stored.get("file"))
    kind = Kind.PRESS if press else Kind.TEXT
    if file is not None:
        kind = Kind.PHOTO if file.is_picture else Kind.FILE
    if kind is Kind.TEXT and (command := _COMMAND.fullmatch(text)):
        kind, text = Kind.COMMAND, command[1].lower()
    return Incoming(
        sequence=received.sequence,
        channel=received.channel,
        address=received.address,
        external_id=received.external_id,
        kind=kind,
        received_at=received.received_at,
        text=text,
        press=press,
        hint=hint or None,
        attachment=None if file is None else file.reference,
        file=file,
    )


def _file(stored: object) -> Enclosure | None:
    match stored:
        case None:
            return None
        case [str(identifier), str(name), str(media_type)]:
            return Enclosure(identifier, name, media_type)
        case _:
            raise Unparseable("the file is not described")
