"""Files to residents on Telegram, and changes of what they have got."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.channels.contract import SendFailure
from bot.channels.telegram import client
from bot.channels.telegram.send import TelegramSender
from bot.language.phrases import Phrases
from bot.model.attached import Enclosure
from bot.model.message import Author, Outgoing
from bot.settings import Settings
from tests.fakes.telegram import Failure, FakeTelegram
from tests.support.files import paper, picture

PHOTO = Enclosure("1", "slika.jpg", "image/jpeg")
PAPER = Enclosure("2", "odločba.pdf", "application/pdf")
WHO = "[sl] A person at the info point writes:\n"


@pytest.fixture
async def sender(
    settings_with: Callable[..., Settings], phrases: Phrases, telegram: FakeTelegram
) -> AsyncIterator[TelegramSender]:
    telegram.known.add(501)
    made = client.caller(settings_with())
    yield TelegramSender(made, phrases)
    await made.request.shutdown()


def said(text: str, file: Enclosure | None = None) -> Outgoing:
    return Outgoing(text, "sl", Author.STAFF, file=file)


def seen(telegram: FakeTelegram) -> list[tuple[str, str]]:
    """Return what the resident sees now: the kind and the text of each message."""
    return [(post.kind, post.text) for post in telegram.posts.at(501)]


async def test_a_photo_goes_out_with_the_text_below_it(sender: TelegramSender, telegram: FakeTelegram) -> None:
    content = picture()
    await sender.send(said("Tukaj je vhod.", PHOTO), "501", content)
    (post,) = telegram.posts.at(501)
    assert (post.kind, post.name, post.content, post.text) == ("photo", "slika.jpg", content, f"{WHO}Tukaj je vhod.")


async def test_a_paper_goes_out_as_a_file(sender: TelegramSender, telegram: FakeTelegram) -> None:
    content = paper()
    await sender.send(said("", PAPER), "501", content)
    (post,) = telegram.posts.at(501)
    assert (post.kind, post.name, post.content) == ("document", "odločba.pdf", content)
    assert post.text == "[sl] A person at the info point sends you this."


async def test_a_long_text_follows_its_file(sender: TelegramSender, telegram: FakeTelegram) -> None:
    fits = "a" * (1024 - len(WHO))
    await sender.send(said(fits, PHOTO), "501", picture())
    remote = await sender.send(said(f"{fits}a", PHOTO), "501", picture())
    assert seen(telegram) == [("photo", WHO + fits), ("photo", ""), ("text", f"{WHO}{fits}a")]
    assert len(remote.split(",")) == 2


async def test_what_telegram_does_not_show_as_a_photo_goes_as_a_file(sender: TelegramSender, telegram: FakeTelegram) -> None:
    await sender.send(said("Črta", PHOTO), "501", picture(size=(2100, 100)))
    assert seen(telegram) == [("document", f"{WHO}Črta")]
    assert [call.status for call in telegram.made("sendPhoto")] == [400]


async def test_a_file_that_was_sent_is_not_sent_again_when_only_its_text_failed(
    sender: TelegramSender, telegram: FakeTelegram
) -> None:
    outgoing, content = said("b" * 1100, PHOTO), picture()
    telegram.fail("sendMessage", Failure(500))
    with pytest.raises(SendFailure):
        await sender.send(outgoing, "501", content)
    await sender.send(outgoing, "501", content)
    assert [kind for kind, _ in seen(telegram)] == ["photo", "text"]


async def test_a_text_is_changed_and_changed_again(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("Pridite ob devetih."), "501")
    assert await sender.edit(said("Pridite ob desetih."), "501", remote) == remote
    assert await sender.edit(said("Pridite ob desetih."), "501", remote) == remote, "the same once more is no trouble"
    assert seen(telegram) == [("text", f"{WHO}Pridite ob desetih.")]


async def test_a_text_that_grows_or_shrinks_takes_more_or_fewer_messages(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("kratko"), "501")
    remote = await sender.edit(said(f"{'a' * 3000}\n\n{'b' * 3000}"), "501", remote)
    assert len(remote.split(",")) == 2
    assert seen(telegram) == [("text", f"{WHO}{'a' * 3000}"), ("text", "b" * 3000)]
    assert len((await sender.edit(said("spet kratko"), "501", remote)).split(",")) == 1
    assert seen(telegram) == [("text", f"{WHO}spet kratko")]


async def test_the_text_below_a_file_is_changed(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("Vhod", PHOTO), "501", picture())
    await sender.edit(said("Izhod", PHOTO), "501", remote)
    assert seen(telegram) == [("photo", f"{WHO}Izhod")]
    remote = await sender.edit(said("b" * 1100, PHOTO), "501", remote)
    assert seen(telegram) == [("photo", ""), ("text", f"{WHO}{'b' * 1100}")]
    await sender.edit(said("", PHOTO), "501", remote)
    assert seen(telegram) == [("photo", "[sl] A person at the info point sends you this.")]


async def test_a_message_is_taken_back_with_all_its_parts(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("a" * 5000, PHOTO), "501", picture())
    await sender.withdraw("501", remote)
    await sender.withdraw("501", remote)
    assert seen(telegram) == []


async def test_after_two_days_nothing_is_changed(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("Pridite ob devetih."), "501")
    telegram.posts.grow_old()
    for change in (sender.edit(said("Pridite ob desetih."), "501", remote), sender.withdraw("501", remote)):
        with pytest.raises(SendFailure) as caught:
            await change
        assert (caught.value.permanent, caught.value.blocked, caught.value.detail) == (True, False, "too-old")


async def test_what_the_resident_has_deleted_cannot_be_changed(sender: TelegramSender) -> None:
    remote = await sender.send(said("Pridite ob devetih."), "501")
    await sender.withdraw("501", remote)
    with pytest.raises(SendFailure) as caught:
        await sender.edit(said("Pridite ob desetih."), "501", remote)
    assert (caught.value.permanent, caught.value.detail) == (True, "gone")


@pytest.mark.parametrize("failure", [Failure(500), Failure(429, "Too Many Requests: retry after 3", retry_after=3)])
async def test_a_change_that_may_pass_is_tried_again(sender: TelegramSender, telegram: FakeTelegram, failure: Failure) -> None:
    remote = await sender.send(said("Pridite ob devetih."), "501")
    telegram.fail("editMessageText", failure)
    with pytest.raises(SendFailure) as caught:
        await sender.edit(said("Pridite ob desetih."), "501", remote)
    assert not caught.value.permanent
    assert caught.value.retry_after == failure.retry_after


async def test_nothing_is_changed_where_we_are_blocked_or_to_nothing(sender: TelegramSender, telegram: FakeTelegram) -> None:
    remote = await sender.send(said("Pridite ob devetih."), "501")
    with pytest.raises(SendFailure) as caught:
        await sender.edit(replace(said(" "), author=Author.BOT), "501", remote)
    assert caught.value.detail == "empty"
    telegram.block(501)
    with pytest.raises(SendFailure) as caught:
        await sender.withdraw("501", remote)
    assert caught.value.blocked
