from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import telegram as ptb
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Unparseable
from bot.channels.telegram.parse import COMMANDS, Whence, parse, whence
from bot.model.message import Incoming, Kind
from bot.store.inbox import Received

PAYLOADS = Path(__file__).parent / "payloads"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def cases(*names: str) -> list[Any]:
    """Return (update, expected) pairs. The payloads are written after Telegram's pages; two libraries judge them below."""
    return [
        pytest.param(case["update"], case["incoming"], id=case["label"])
        for name in names
        for case in json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    ]


def received(update: object) -> Received:
    return Received(7, "telegram", "880000001", "501", update, AT)


@pytest.mark.parametrize(("update", "expected"), cases("text", "media", "events"))
def test_an_update_is_read(update: dict[str, Any], expected: dict[str, Any] | None) -> None:
    incoming = parse(received(update))
    if expected is None:
        assert incoming is None
        return
    wanted = expected | {"kind": Kind(expected["kind"])}
    if "location" in wanted:
        wanted["location"] = tuple(wanted["location"])
    whole = Incoming(sequence=7, channel="telegram", address="501", external_id="880000001", received_at=AT, **wanted)
    assert incoming is not None
    assert replace(incoming, remote_id=None, written_at=None) == whole
    # A message keeps its number when it is edited.
    written = update.get("message") or update.get("edited_message")
    assert incoming.remote_id == (None if written is None else str(written["message_id"]))
    seconds = None if written is None else written.get("edit_date", written.get("date"))
    assert incoming.written_at == (None if seconds is None else datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize("date", ["yesterday", -1, 0, 10**18, True, None])
def test_a_strange_date_costs_no_message(date: object) -> None:
    chat, person = {"id": 501, "type": "private"}, {"id": 501, "is_bot": False}
    incoming = parse(received({"message": {"message_id": 1, "date": date, "chat": chat, "from": person, "text": "hvala"}}))
    assert incoming is not None
    assert incoming.text == "hvala"


@pytest.mark.parametrize(("update", "expected"), cases("text", "media", "events"))
def test_the_payloads_are_what_two_libraries_read_as_updates(update: dict[str, Any], expected: object) -> None:
    import aiogram.types

    kind = next(name for name in update if name != "update_id")
    ours = ptb.Update.de_json(json.loads(json.dumps(update)), None)
    theirs = aiogram.types.Update.model_validate(update)
    assert getattr(ours, kind) is not None
    assert theirs.event_type == kind
    assert expected is None or ours.effective_chat is not None


@pytest.mark.parametrize(("update", "expected"), cases("poison"))
def test_what_cannot_be_read_is_refused_without_its_content(update: dict[str, Any], expected: str) -> None:
    assert expected == "unparseable"
    with pytest.raises(Unparseable) as refusal:
        parse(received(update))
    assert "hello" not in str(refusal.value)
    assert "345" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("payload", [None, [], "text", 5, {}, {"message": None}])
def test_a_payload_that_is_no_update_is_refused(payload: object) -> None:
    with pytest.raises(Unparseable):
        parse(received(payload))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_understood(name: str) -> None:
    chat = {"id": 501, "type": "private"}
    incoming = parse(received({"message": {"chat": chat, "text": f"/{name}"}}))
    assert incoming is not None
    assert (incoming.kind, incoming.text) == (Kind.COMMAND, name)


@pytest.mark.parametrize(("update", "expected"), cases("text", "media", "events"))
def test_the_chat_is_found_without_reading_the_rest(update: dict[str, Any], expected: object) -> None:
    origin = whence(update)
    assert origin is not None
    if expected is not None:
        assert origin == Whence("501", private=True)
    if origin.address == "-100200300":
        assert not origin.private


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_CHAT = st.fixed_dictionaries({"id": st.just(501) | _JSON, "type": st.just("private") | _JSON})
_NAMES = [
    *("text", "caption", "photo", "voice", "sticker", "location", "contact", "poll", "from", "data", "new_chat_member"),
    *("message", "story", "document"),
]
_BODY = st.builds(lambda chat, extra: {"chat": chat} | extra, _CHAT, st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=4))


@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]), _BODY | _JSON))
def test_whatever_comes_is_read_or_refused_and_nothing_else(update: dict[str, Any]) -> None:
    origin = whence(update)
    try:
        incoming = parse(received(update))
    except Unparseable:
        return
    assert incoming is None or isinstance(incoming, Incoming)
    assert origin is not None
    if incoming is not None:
        assert {field.name for field in fields(incoming)} >= {"kind", "text"}
        assert "\0" not in incoming.text
        assert len(incoming.press.encode()) <= 64
