from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.contract import SendFailure
from bot.channels.telegram import client
from bot.channels.telegram.send import TelegramSender
from bot.language.phrases import Phrases
from bot.model.message import Author, Button, Outgoing
from bot.settings import Settings
from tests.fakes.telegram import Failure, FakeTelegram

TWO_ROWS = ((Button("Pokojnina", "topic:pension"),), (Button("Nič od tega", "none"), Button("Oseba", "human")))


@pytest.fixture
async def caller(settings_with: Callable[..., Settings]) -> AsyncIterator[client.Caller]:
    made = client.caller(settings_with())
    yield made
    await made.request.shutdown()


@pytest.fixture
def sender(caller: client.Caller, phrases: Phrases, telegram: FakeTelegram) -> TelegramSender:
    telegram.known.add(501)
    return TelegramSender(caller, phrases)


async def failure_of(sender: TelegramSender, address: str = "501", text: str = "x") -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await sender.send(Outgoing(text, "sl"), address)
    return caught.value


def texts(telegram: FakeTelegram) -> list[str]:
    return [message["text"] for message in telegram.sent(501)]


async def test_a_text_goes_out_plain_and_without_a_preview(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(Outgoing("Glejte <b>*tu*</b>: https://example.org", "sl"), "501")
    (message,) = telegram.sent(501)
    assert message == {
        "chat_id": "501",
        "text": "Glejte <b>*tu*</b>: https://example.org",
        "link_preview_options": {"is_disabled": True},
    }
    assert remote.isdigit()


async def test_buttons_stand_in_their_rows(sender: TelegramSender, telegram: FakeTelegram) -> None:
    await sender.send(Outgoing("Kaj mislite?", "sl", buttons=TWO_ROWS), "501")
    (message,) = telegram.sent(501)
    assert message["reply_markup"]["inline_keyboard"] == [
        [{"text": "Pokojnina", "callback_data": "topic:pension"}],
        [{"text": "Nič od tega", "callback_data": "none"}, {"text": "Oseba", "callback_data": "human"}],
    ]


async def test_a_long_text_is_split_and_the_buttons_stand_under_its_end(sender: TelegramSender, telegram: FakeTelegram) -> None:
    text = "\n\n".join(f"{number}. odstavek. " + "Beseda za besedo. " * 60 for number in range(10))
    remote = await sender.send(Outgoing(text, "sl", buttons=TWO_ROWS), "501")
    messages = telegram.sent(501)
    assert len(messages) == len(remote.split(",")) == 4
    assert "".join("".join(texts(telegram)).split()) == "".join(text.split())
    assert [("reply_markup" in message) for message in messages] == [False, False, False, True]


async def test_the_key_for_the_location_stands_under_a_text_without_buttons(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    await sender.send(Outgoing("Kje ste?", "it", asks_location=True), "501")
    (message,) = telegram.sent(501)
    assert message["reply_markup"] == {
        "keyboard": [[{"text": "[it] Share my location", "request_location": True}]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }


async def test_the_key_for_the_location_comes_with_a_message_of_its_own_beside_buttons(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    await sender.send(Outgoing("Za katero državo?", "sl", buttons=TWO_ROWS, asks_location=True), "501")
    first, second = telegram.sent(501)
    assert "inline_keyboard" in first["reply_markup"]
    assert second["text"] == "[sl] You can also share where you are."
    assert second["reply_markup"]["keyboard"][0][0]["request_location"] is True


async def test_a_resident_reads_that_a_person_writes(sender: TelegramSender, telegram: FakeTelegram) -> None:
    await sender.send(Outgoing("Pridite v torek.", "hr", author=Author.STAFF), "501")
    assert texts(telegram) == ["[hr] A person at the info point writes:\nPridite v torek."]


async def test_half_a_character_is_left_out(sender: TelegramSender, telegram: FakeTelegram) -> None:
    await sender.send(Outgoing("Pozdrav\ud83d", "sl"), "501")
    assert texts(telegram) == ["Pozdrav"]


async def test_a_blank_text_is_refused_without_a_call(sender: TelegramSender, telegram: FakeTelegram) -> None:
    failure = await failure_of(sender, text=" \n\n ")
    assert (failure.permanent, failure.detail) == (True, "empty")
    assert not telegram.calls


GONE = {
    "Forbidden: bot was blocked by the user": (403, "blocked-by-the-user"),
    "Forbidden: user is deactivated": (403, "user-is-deactivated"),
    "Bad Request: chat not found": (400, "chat-not-found"),
    "Forbidden: bot can't initiate conversation with a user": (403, "never-wrote-to-us"),
}


@pytest.mark.parametrize(("description", "wanted"), GONE.items(), ids=GONE)
async def test_nothing_more_is_sent_where_nobody_is(
    description: str, wanted: tuple[int, str], sender: TelegramSender, telegram: FakeTelegram
) -> None:
    status, detail = wanted
    telegram.fail("sendMessage", Failure(status, description))
    failure = await failure_of(sender)
    assert (failure.permanent, failure.blocked, failure.detail) == (True, True, detail)


async def test_the_fake_refuses_to_reach_who_blocked_it(sender: TelegramSender, telegram: FakeTelegram) -> None:
    telegram.block(501)
    assert (await failure_of(sender)).blocked
    assert (await failure_of(sender, address="777")).detail == "chat-not-found"


TEMPORARY = {
    "a forbidden that is not about the resident": Failure(403, "Forbidden: something new"),
    "a server error": Failure(500),
    "a gateway's page": Failure(502, body=b"<html>"),
    "an answer that is no JSON": Failure(200, body=b"nothing"),
    "an answer without a result": Failure(200, body=b"{}"),
    "a result that is no message": Failure(200, body=b'{"ok": true, "result": {}}'),
    "an error that is a list": Failure(500, body=b"[]"),
    "another use of the token": Failure(409, "Conflict"),
}


@pytest.mark.parametrize("given", TEMPORARY.values(), ids=TEMPORARY)
async def test_what_may_pass_is_tried_again(given: Failure, sender: TelegramSender, telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", given)
    failure = await failure_of(sender)
    assert (failure.permanent, failure.blocked, failure.retry_after) == (False, False, None)
    await sender.send(Outgoing("x", "sl"), "501")
    assert texts(telegram) == ["x"]


@pytest.mark.parametrize("documented", ["true", None], ids=["as a time span", "as a number"])
async def test_telegram_says_how_long_to_wait(
    documented: str | None, sender: TelegramSender, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library tells the wait in one of two ways, and warns of the older.
    assert os.environ["PTB_TIMEDELTA"] == "true"
    telegram.fail("sendMessage", Failure(429, "Too Many Requests: retry after 35", retry_after=35))
    if documented is None:
        monkeypatch.delenv("PTB_TIMEDELTA")
        with pytest.warns(DeprecationWarning, match="retry_after"):
            failure = await failure_of(sender)
    else:
        failure = await failure_of(sender)
    assert (failure.permanent, failure.retry_after, failure.detail) == (False, 35, "slow-down")


async def test_a_message_that_telegram_refuses_is_given_up(sender: TelegramSender) -> None:
    with pytest.raises(SendFailure) as caught:
        await sender.send(Outgoing("x", "sl", buttons=((Button("x", "y" * 65),),)), "501")
    assert (caught.value.permanent, caught.value.blocked, caught.value.detail) == (True, False, "refused")
    assert (await failure_of(sender, address="@name")).detail == "address-is-no-number"


async def test_a_wrong_token_waits_for_the_operator(settings_with: Callable[..., Settings], phrases: Phrases) -> None:
    caller = client.caller(settings_with(TELEGRAM_TOKEN="1:wrong"))
    failure = await failure_of(TelegramSender(caller, phrases))
    await caller.request.shutdown()
    assert (failure.permanent, failure.detail) == (False, "wrong-token")
    assert (failure.retry_after or 0) > 60


async def test_the_rest_of_a_long_message_follows_after_a_pause(sender: TelegramSender, telegram: FakeTelegram) -> None:
    long = Outgoing("a" * 4096 + "b" * 4096 + "c", "sl")
    telegram.fail("sendMessage", None, Failure(429, "Too Many Requests: retry after 3", retry_after=3))
    with pytest.raises(SendFailure):
        await sender.send(long, "501")
    assert [text[0] for text in texts(telegram)] == ["a"]
    remote = await sender.send(long, "501")
    assert [text[0] for text in texts(telegram)] == ["a", "b", "c"]
    assert len(remote.split(",")) == 3
    # Said again later, it is said whole.
    await sender.send(long, "501")
    assert [text[0] for text in texts(telegram)] == ["a", "b", "c", "a", "b", "c"]


async def test_what_is_remembered_of_half_sent_messages_is_bounded(
    sender: TelegramSender, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.send._BEGUN", 2)
    for number in range(4):
        telegram.fail("sendMessage", Failure(500))
        await failure_of(sender, text=str(number))
    assert len(sender._begun) == 2


async def test_an_answer_lost_on_its_way_means_a_message_sent_twice_rather_than_not_at_all(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    telegram.fail("sendMessage", Failure(500, after=True))
    assert not (await failure_of(sender)).permanent
    await sender.send(Outgoing("x", "sl"), "501")
    assert texts(telegram) == ["x", "x"]


async def test_a_silent_server_is_left_after_a_while(
    sender: TelegramSender, telegram: FakeTelegram, caller: client.Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary: Any = caller.send_message

    async def hurried(**given: Any) -> object:
        return await ordinary(**given, read_timeout=0.2)

    monkeypatch.setattr(type(caller), "send_message", staticmethod(hurried))
    telegram.fail("sendMessage", Failure(hangs=True))
    failure = await failure_of(sender)
    assert (failure.permanent, failure.detail) == (False, "TimedOut")
