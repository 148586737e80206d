"""A stored post of the page to an incoming."""

from __future__ import annotations

from bot.channels.contract import Unparseable
from bot.channels.webchat.form import Said
from bot.model.message import Incoming, Kind
from bot.store.inbox import Received


def payload(said: Said, label: str = "") -> dict[str, str]:
    """Return what is stored of a message. ``label`` is what stands on the pressed button, which becomes the text."""
    return {"text": label or said.text, "press": said.press, "lang": said.hint or ""}


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
    return Incoming(
        sequence=received.sequence,
        channel=received.channel,
        address=received.address,
        external_id=received.external_id,
        kind=Kind.PRESS if press else Kind.TEXT,
        received_at=received.received_at,
        text=text,
        press=press,
        hint=hint or None,
    )
