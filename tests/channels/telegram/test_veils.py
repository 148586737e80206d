"""What somebody who reads along sees on Telegram, and how a chat is emptied."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.channels.contract import SendFailure
from bot.channels.telegram import client
from bot.channels.telegram.send import TelegramSender
from bot.language.phrases import Phrases
from bot.model.attached import PDF, Enclosure
from bot.model.message import Author, Button, Outgoing, Veil
from bot.settings import Settings
from tests.fakes.telegram import Failure, FakeTelegram

SECRET = Outgoing("The shelter has a bed.", "sl", Author.STAFF, ((Button("Thanks", "helpful:x/si"),),), veil=Veil(7))
SHOWN = replace(SECRET, veil=Veil(7, drawn=False))
FILE = Enclosure("f" * 32, "shelter.pdf", PDF)


@pytest.fixture(name="sender")
async def _sender(
    settings_with: Callable[..., Settings], phrases: Phrases, telegram: FakeTelegram
) -> AsyncIterator[TelegramSender]:
    telegram.known.add(501)
    caller = client.caller(settings_with())
    yield TelegramSender(caller, phrases)
    await caller.request.shutdown()


def _texts(telegram: FakeTelegram) -> list[str]:
    return [post.text for post in telegram.posts.at(501)]


def _keys(telegram: FakeTelegram, method: str = "sendMessage") -> list[str]:
    (*_, call) = [call.given for call in telegram.calls if call.method == method]
    return [key["callback_data"] for row in call["reply_markup"]["inline_keyboard"] for key in row]


async def test_a_drawn_veil_tells_nothing_but_that_there_is_news(sender: TelegramSender, telegram: FakeTelegram) -> None:
    await sender.send(SECRET, "501")
    assert _texts(telegram) == ["[sl] There is news for you."]
    assert _keys(telegram) == ["show:7"]


async def test_a_lifted_veil_shows_who_writes_and_a_button_to_hide_it(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(SECRET, "501")
    assert await sender.edit(SHOWN, "501", remote) == remote
    assert _texts(telegram) == ["[sl] A person at the info point writes:\nThe shelter has a bed."]
    assert _keys(telegram, "editMessageText") == ["helpful:x/si", "hide:7"]


async def test_hidden_again_nothing_of_it_stays_in_the_chat(sender: TelegramSender, telegram: FakeTelegram) -> None:
    long = replace(SHOWN, text="Word for word. " * 600)
    remote = await sender.send(replace(long, veil=Veil(7)), "501")
    remote = await sender.edit(long, "501", remote)
    assert len(_texts(telegram)) == len(remote.split(",")) > 1
    await sender.edit(replace(long, veil=Veil(7)), "501", remote)
    assert _texts(telegram) == ["[sl] There is news for you."]


async def test_what_is_too_old_to_be_deleted_tells_nothing_either_when_it_is_hidden(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    long = replace(SHOWN, text="Word for word. " * 600)
    remote = await sender.send(long, "501")
    for post in telegram.posts.at(501):
        post.stays = True
    await sender.edit(replace(long, veil=Veil(7)), "501", remote)
    assert set(_texts(telegram)) == {"[sl] There is news for you."}


async def test_a_file_comes_below_the_text_and_goes_when_that_is_hidden(sender: TelegramSender, telegram: FakeTelegram) -> None:
    drawn = Outgoing("", "sl", Author.STAFF, file=FILE, veil=Veil(9))
    remote = await sender.send(drawn, "501")
    remote = await sender.edit(replace(drawn, veil=Veil(9, drawn=False)), "501", remote, b"%PDF")
    shown, file = telegram.posts.at(501)
    assert shown.text == "[sl] A person at the info point sends you this."
    assert (file.name, file.content) == ("shelter.pdf", b"%PDF")
    await sender.edit(drawn, "501", remote)
    assert _texts(telegram) == ["[sl] There is news for you."]


async def test_a_file_that_is_too_old_to_be_hidden_is_told_of_with_the_way_to_delete_it(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    shown = Outgoing("", "sl", Author.STAFF, file=FILE, veil=Veil(9, drawn=False))
    remote = await sender.send(shown, "501", b"%PDF")
    for post in telegram.posts.at(501):
        post.stays = True
    hidden = replace(shown, veil=Veil(9))
    assert await sender.edit(hidden, "501", remote) == remote
    text, file = telegram.posts.at(501)
    assert text.text.startswith("[sl] There is news for you.")
    assert "delete it yourself" in text.text
    assert _keys(telegram, "editMessageText") == ["show:9"]
    assert await sender.edit(shown, "501", remote, b"%PDF") == remote  # shown again it is there once
    assert telegram.posts.at(501) == [text, file]
    for post in telegram.posts.at(501):
        post.stays = False
    assert await sender.edit(hidden, "501", remote) == remote.split(",")[0]
    assert _texts(telegram) == ["[sl] There is news for you."]


async def test_a_chat_is_emptied_by_one_call(sender: TelegramSender, telegram: FakeTelegram) -> None:
    sent = [await sender.send(Outgoing(f"{number}", "sl"), "501") for number in range(3)]
    await sender.withdraw("501", ",".join([*sent, "999999"]))
    assert telegram.posts.at(501) == []
    assert [call.method for call in telegram.calls if call.method.startswith("delete")] == ["deleteMessages"]


async def test_one_message_that_cannot_be_deleted_keeps_none_of_the_others(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    old = await sender.send(Outgoing("old", "sl"), "501")
    telegram.posts.grow_old()
    new = [await sender.send(Outgoing(f"{number}", "sl"), "501") for number in range(2)]
    with pytest.raises(SendFailure) as caught:
        await sender.withdraw("501", ",".join([old, *new]))
    assert (caught.value.permanent, caught.value.detail) == (True, "too-old")
    assert _texts(telegram) == ["old"]


async def test_what_is_only_for_now_is_tried_again_whole(sender: TelegramSender, telegram: FakeTelegram) -> None:
    sent = [await sender.send(Outgoing(f"{number}", "sl"), "501") for number in range(2)]
    telegram.fail("deleteMessages", Failure(500))
    with pytest.raises(SendFailure) as caught:
        await sender.withdraw("501", ",".join(sent))
    assert not caught.value.permanent
    assert len(telegram.posts.at(501)) == 2
