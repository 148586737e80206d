"""What is read of the staff's group, and of a code in a private chat."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Unparseable
from bot.channels.telegram.group_parse import brings_code, parse_group, thread_of
from bot.channels.topics import DESK, GENERAL, Linking, Spoken
from bot.store.inbox import Received

GROUP = -1001234567890
THREAD = f"{GROUP}:7"


def received(payload: object) -> Received:
    return Received(1, DESK, "1", "7", payload, datetime(2026, 11, 23, tzinfo=UTC))


def message(**fields: Any) -> dict[str, Any]:
    frame = {
        "message_id": 12,
        "from": {"id": 901, "is_bot": False, "first_name": "Ana", "language_code": "it-IT"},
        "chat": {"id": GROUP, "type": "supergroup"},
        "date": 1,
        "message_thread_id": 7,
        "is_topic_message": True,
    }
    return {"update_id": 1, "message": frame | fields}


def private(text: object) -> dict[str, Any]:
    return message(text=text, chat={"id": 901, "type": "private"})


HIDDEN = {"from": {"id": 1087968824, "is_bot": True}, "sender_chat": {"id": GROUP, "type": "supergroup"}}

READ: dict[str, tuple[dict[str, Any], object]] = {
    "a text": (message(text="Dober dan"), Spoken("901", THREAD, 12, "Dober dan")),
    "a command": (message(text="/claim"), Spoken("901", THREAD, 12, "", "claim")),
    "a command for a bot": (message(text="/Note@info_bot  a\nb"), Spoken("901", THREAD, 12, "a\nb", "note")),
    "an unknown command": (message(text="/zaključi"), Spoken("901", THREAD, 12, "", "zaključi")),
    "a command in Cyrillic": (message(text="/помощ сега"), Spoken("901", THREAD, 12, "сега", "помощ")),
    "a slash alone": (message(text="/ ali"), Spoken("901", THREAD, 12, "/ ali")),
    "a path": (message(text="/home/ana"), Spoken("901", THREAD, 12, "/home/ana")),
    "a photo": (message(photo=[{"file_id": "f"}], caption="x"), Spoken("901", THREAD, 12, has_file=True)),
    "a place": (message(location={"latitude": 46, "longitude": 13}), Spoken("901", THREAD, 12, has_file=True)),
    "a text outside all topics": (message(text="x", is_topic_message=False), Spoken("901", GENERAL, 12, "x")),
    "a text that is cut": (message(text="a" * 4001), Spoken("901", THREAD, 12, "a" * 4000, too_long=True)),
    "somebody hidden": (message(text="x", **HIDDEN), Spoken(None, THREAD, 12, "x")),
    "another bot": (message(text="x", **{"from": {"id": 5, "is_bot": True}}), None),
    "nobody": (message(text="x", **{"from": None}), None),
    "a closed topic": (message(forum_topic_closed={}), None),
    "a change of our rights": ({"update_id": 1, "my_chat_member": {"chat": {"id": GROUP, "type": "supergroup"}}}, None),
    "a code": (private("/link abcd efgh"), Linking("901", "901", "abcd efgh", "it")),
    "a code for a bot": (private(" /LINK@info_bot ABCD"), Linking("901", "901", "ABCD", "it")),
    "no code": (private("/link"), Linking("901", "901", "", "it")),
    "a code from another bot": (
        message(text="/link A", chat={"id": 5, "type": "private"}, **{"from": {"id": 5, "is_bot": True}}),
        None,
    ),
}


@pytest.mark.parametrize(("payload", "read"), READ.values(), ids=READ)
def test_each_kind_of_message_is_read(payload: dict[str, Any], read: object) -> None:
    assert parse_group(received(payload)) == read


def test_a_changed_message_is_known_as_such() -> None:
    payload = {"update_id": 1, "edited_message": message(text="x")["message"]}
    assert parse_group(received(payload)) == Spoken("901", THREAD, 12, "x", edited=True)


@pytest.mark.parametrize("payload", [None, [], {"message": 5}, message(text=5), message(message_id="x"), {"message": {}}])
def test_what_is_no_message_is_unparseable_and_not_quoted(payload: object) -> None:
    with pytest.raises(Unparseable) as refused:
        parse_group(received(payload))
    assert "Ana" not in str(refused.value)


@given(
    st.dictionaries(
        st.sampled_from(["message", "edited_message", "x"]), st.recursive(st.none() | st.text() | st.integers(), st.lists)
    )
)
def test_where_something_belongs_is_told_of_anything(update: dict[str, object]) -> None:
    assert thread_of(update) == GENERAL
    assert brings_code(update) is False


@pytest.mark.parametrize(("text", "brings"), [("/link A", True), ("/link", True), ("/linker A", False), ("my /link A", False)])
def test_only_the_command_for_codes_brings_one(text: str, brings: bool) -> None:
    assert brings_code(private(text)) is brings
