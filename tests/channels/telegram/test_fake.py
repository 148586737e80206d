"""The fake keeps the rules of the real one; what is tested with it is worth as much as these."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from contextlib import ExitStack

import httpx
import pytest

from tests.fakes.telegram import Failure, FakeTelegram, Group


async def ask(telegram: FakeTelegram, method: str, given: object = None, token: str = "") -> tuple[int, str]:
    """Call a method; return the status and what is wrong."""
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        reply = await http.post(f"/bot{token or telegram.token}/{method}", json=given or {})
        return reply.status_code, str(reply.json().get("description", ""))


WRONG = {
    "an unknown method": ("sendPigeon", {}, "there is no method"),
    "an unknown parameter": ("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}, "sendMessage.colour"),
    "an unknown parameter of a button": (
        "sendMessage",
        {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b", "bold": 1}]]}},
        "inline_keyboard.bold",
    ),
    "a missing parameter": ("sendMessage", {"chat_id": 1}, "sendMessage"),
    "a parameter of another type": ("sendMessage", {"chat_id": 1, "text": ["x"]}, "sendMessage"),
    "an empty text": ("sendMessage", {"chat_id": 1, "text": " "}, "empty"),
    "a text that is too long": ("sendMessage", {"chat_id": 1, "text": "😭" * 2049}, "too long"),
    "a chat that never wrote": ("sendMessage", {"chat_id": 1, "text": "x"}, "chat not found"),
    "a press that never was": ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    "a command in capitals": ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "COMMAND_INVALID"),
    "a command without a description": (
        "setMyCommands",
        {"commands": [{"command": "help", "description": ""}]},
        "DESCRIPTION_INVALID",
    ),
    "a long description": ("setMyDescription", {"description": "x" * 513}, "too long"),
    "a secret with a space": ("setWebhook", {"url": "https://example.org", "secret_token": "a b"}, "unallowed"),
}


@pytest.mark.parametrize(("method", "given", "said"), WRONG.values(), ids=WRONG)
async def test_a_wrong_call_is_refused(method: str, given: dict[str, object], said: str, telegram: FakeTelegram) -> None:
    status, description = await ask(telegram, method, given)
    assert status == 400
    assert said in description


async def test_another_token_is_unknown(telegram: FakeTelegram) -> None:
    assert await ask(telegram, "getMe", token="1:other") == (401, "Unauthorized")
    assert await ask(telegram, "getMe") == (200, "")


GROUP = -1005
_TOPIC = {"chat_id": GROUP, "name": "A"}
WRONG_IN_A_GROUP = {
    "a topic without a name": ("createForumTopic", {"chat_id": GROUP, "name": ""}, "TOPIC_NAME_INVALID"),
    "a topic in a colour of its own": ("createForumTopic", _TOPIC | {"icon_color": 5}, "COLOR_INVALID"),
    "a message to a topic that is gone": ("sendMessage", {"chat_id": GROUP, "text": "x", "message_thread_id": 9}, "not found"),
    "closing a topic that is gone": ("closeForumTopic", {"chat_id": GROUP, "message_thread_id": 9}, "TOPIC_ID_INVALID"),
    "an unknown parameter": ("deleteForumTopic", {"chat_id": GROUP, "message_thread_id": 9, "hard": 1}, "deleteForumTopic.hard"),
}


@pytest.mark.parametrize(("method", "given", "said"), WRONG_IN_A_GROUP.values(), ids=WRONG_IN_A_GROUP)
async def test_a_wrong_call_for_a_group_is_refused(
    method: str, given: dict[str, object], said: str, telegram: FakeTelegram
) -> None:
    telegram.group = Group(GROUP)
    status, description = await ask(telegram, method, given)
    assert status == 400
    assert said in description


async def test_a_group_takes_twenty_messages_in_a_minute(telegram: FakeTelegram) -> None:
    now = 1000.0
    telegram.group = Group(GROUP, now=lambda: now)
    words = {"chat_id": GROUP, "text": "x"}
    assert [(await ask(telegram, "sendMessage", words))[0] for _ in range(21)] == [200] * 20 + [429]
    now += 60
    assert (await ask(telegram, "sendMessage", words))[0] == 200


async def test_who_was_thrown_out_of_a_group_can_do_nothing_there(telegram: FakeTelegram) -> None:
    telegram.group = Group(GROUP, member=False)
    assert (await ask(telegram, "getChat", {"chat_id": GROUP}))[0] == 403
    telegram.group = Group(GROUP, is_forum=False)
    assert "not a forum" in (await ask(telegram, "createForumTopic", _TOPIC))[1]
    telegram.group = Group(GROUP, rights=set())
    assert "not enough rights" in (await ask(telegram, "createForumTopic", _TOPIC))[1]


async def test_polling_and_a_webhook_exclude_each_other(telegram: FakeTelegram) -> None:
    await ask(telegram, "setWebhook", {"url": "https://example.org/hook"})
    assert (await ask(telegram, "getUpdates"))[0] == 409
    await ask(telegram, "deleteWebhook")
    assert (await ask(telegram, "getUpdates"))[0] == 200


async def test_a_failure_is_for_one_call(telegram: FakeTelegram) -> None:
    telegram.fail("getMe", None, Failure(429, "slow", retry_after=5))
    assert [(await ask(telegram, "getMe"))[0] for _ in range(3)] == [200, 429, 200]


async def test_it_can_be_played_by_hand(telegram: FakeTelegram) -> None:
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        await http.post("/control/say", json={"chat": 5, "text": "dober dan"})
        await http.post(f"/bot{telegram.token}/sendMessage", data={"chat_id": "5", "text": "zdravo"})
        assert (await http.get("/control/sent", params={"chat": 5})).json() == [{"chat_id": "5", "text": "zdravo"}]
    assert telegram.pending[0]["message"]["text"] == "dober dan"


def test_waiting_ends(telegram: FakeTelegram) -> None:
    with pytest.raises(TimeoutError):
        telegram.wait(lambda: False, seconds=0.05)


def _leave_while_some_connect(rounds: int) -> None:
    telegram, have_come = FakeTelegram().__enter__(), threading.Event()

    def leave_after(left: int) -> None:
        if left:
            telegram._loop.call_soon(leave_after, left - 1)
        else:
            telegram._stop()

    def busy() -> None:
        have_come.wait()
        leave_after(rounds)

    with ExitStack() as callers:
        telegram._loop.call_soon_threadsafe(busy)
        for _ in range(3):
            callers.enter_context(socket.create_connection(telegram.socket.getsockname()))
        have_come.set()
        telegram._thread.join()


@pytest.mark.parametrize("rounds", range(4))
def test_who_connects_while_it_is_left_leaves_no_connection_open(rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """``rounds`` is how often its event loop goes round after they have come and before it is told to end."""
    complaints: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda complaint: complaints.append(str(complaint.exc_value)))
    _leave_while_some_connect(rounds)
    gc.collect()
    assert complaints == []
