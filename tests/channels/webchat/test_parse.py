from __future__ import annotations

import pytest

from bot.channels.contract import Unparseable
from bot.channels.webchat.form import Said
from bot.channels.webchat.parse import parse, payload
from bot.clock import now
from bot.model.attached import Enclosure
from bot.model.message import Incoming, Kind
from bot.store.inbox import Received


def parsed(stored: object) -> Incoming:
    return parse(Received(7, "web", "e", "a", stored, now()))


def test_a_text_comes_through_with_the_language_of_the_page() -> None:
    incoming = parsed(payload(Said("id", "Dober dan", "", "sl")))
    assert (incoming.sequence, incoming.kind, incoming.text, incoming.hint) == (7, Kind.TEXT, "Dober dan", "sl")


def test_a_pressed_button_comes_through_with_its_label() -> None:
    incoming = parsed(payload(Said("id", "", "country:it", None), "Italija"))
    assert (incoming.kind, incoming.press, incoming.text, incoming.hint) == (Kind.PRESS, "country:it", "Italija", None)


@pytest.mark.parametrize(("text", "name"), [("/forget", "forget"), ("/Privacy", "privacy"), ("/start", "start")])
def test_a_command_means_what_it_means_on_telegram(text: str, name: str) -> None:
    incoming = parsed(payload(Said("id", text, "", None)))
    assert (incoming.kind, incoming.text) == (Kind.COMMAND, name)


@pytest.mark.parametrize("text", ["/format", "/forget me", "please /help", "/"])
def test_what_only_looks_like_a_command_is_text(text: str) -> None:
    assert parsed(payload(Said("id", text, "", None))).kind is Kind.TEXT


@pytest.mark.parametrize(
    ("media_type", "kind"), [("image/jpeg", Kind.PHOTO), ("image/png", Kind.PHOTO), ("application/pdf", Kind.FILE)]
)
def test_a_file_comes_through_with_its_text(media_type: str, kind: Kind) -> None:
    file = Enclosure("1", "odločba", media_type)
    incoming = parsed(payload(Said("id", "/forget", "", None), file=file))
    assert (incoming.kind, incoming.text, incoming.file, incoming.attachment) == (kind, "/forget", file, "file:1")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "text",
        [],
        {"text": 1, "press": "", "lang": ""},
        {"lang": None},
        {"text": "", "file": "1"},
        {"text": "", "file": ["1", "name"]},
        {"text": "", "file": [1, "name", "image/png"]},
    ],
)
def test_a_payload_that_cannot_be_read_is_named_so(stored: object) -> None:
    with pytest.raises(Unparseable):
        parsed(stored)
