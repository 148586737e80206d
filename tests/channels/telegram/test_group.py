"""Calls to the staff's group, and what Telegram's refusals mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.telegram import client
from bot.channels.telegram.group import TelegramHand, TelegramTopics
from bot.channels.topics import GENERAL, Fault, TopicFailure
from bot.settings import Settings
from tests.fakes.telegram import Failure, FakeTelegram, Group
from tests.support.group import GROUP


@pytest.fixture
async def topics(telegram: FakeTelegram, settings_with: Callable[..., Settings]) -> AsyncIterator[TelegramTopics]:
    telegram.group = Group(GROUP)
    settings = settings_with()
    caller, raw = client.caller(settings, limited=False), client.RawApi(settings)
    yield TelegramTopics(caller, raw, GROUP, client.bot_id(settings))
    await caller.request.shutdown()
    await raw.close()


@pytest.fixture
def group(telegram: FakeTelegram, topics: TelegramTopics) -> Group:
    assert topics is not None
    assert telegram.group is not None
    return telegram.group


async def test_whatever_is_asked_for_twice_is_done_once(topics: TelegramTopics, group: Group) -> None:
    thread = await topics.begin("A", urgent=False)
    for _ in range(2):
        await topics.rename(thread, "B")
        await topics.close(thread)
    assert (group.topic("B").closed, group.topic("B").name) == (True, "B")
    for _ in range(2):
        await topics.reopen(thread)
    assert not group.topic("B").closed
    for _ in range(2):
        await topics.delete(thread)
    assert group.threads == {}


async def test_what_is_posted_is_plain_numbered_and_may_be_quiet(topics: TelegramTopics, group: Group) -> None:
    thread = await topics.begin("A", urgent=True)
    numbers = [await topics.post(thread, "*one* \ud83d", quiet=True), await topics.post(GENERAL, "two", quiet=False)]
    assert numbers == sorted(numbers)
    assert [post["text"] for post in group.topic("A").posts] == ["*one* "]
    assert group.topic("A").posts[0]["disable_notification"] == "true"
    assert "message_thread_id" not in group.general[0]


MEANINGS = {
    "a topic that is gone": (Failure(400, "Bad Request: message thread not found"), Fault.GONE, "topic-gone"),
    "a group that is gone": (Failure(400, "Bad Request: chat not found"), Fault.BARRED, "not-in-the-group"),
    "having been thrown out": (Failure(403, "Forbidden: bot was kicked"), Fault.BARRED, "not-in-the-group"),
    "a right that is missing": (
        Failure(400, "Bad Request: not enough rights to create a topic"),
        Fault.BARRED,
        "no-right-in-the-group",
    ),
    "a group without topics": (Failure(400, "Bad Request: the chat is not a forum"), Fault.BARRED, "group-without-topics"),
    "something unknown": (Failure(400, "Bad Request: secret words"), Fault.REFUSED, "refused"),
    "a wrong token": (Failure(401, "Unauthorized"), Fault.AWAY, "wrong-token"),
    "a broken server": (Failure(502, "Bad Gateway"), Fault.AWAY, "NetworkError"),
    "no JSON": (Failure(200, body=b"<html>"), Fault.AWAY, "TelegramError"),
}


@pytest.mark.parametrize(("failure", "fault", "detail"), MEANINGS.values(), ids=MEANINGS)
async def test_refusals_are_understood(
    topics: TelegramTopics, telegram: FakeTelegram, failure: Failure, fault: Fault, detail: str
) -> None:
    telegram.fail("sendMessage", failure)
    with pytest.raises(TopicFailure) as failed:
        await topics.post(f"{GROUP}:5", "x", quiet=False)
    assert (failed.value.fault, failed.value.detail) == (fault, detail)


async def test_a_wait_is_told(topics: TelegramTopics, telegram: FakeTelegram) -> None:
    slow = Failure(429, "Too Many Requests: retry after 7", retry_after=7)
    telegram.fail("createForumTopic", slow)
    telegram.fail("getChat", slow)
    for asked in (topics.begin("A", urgent=False), topics.look()):
        with pytest.raises(TopicFailure) as failed:
            await asked
        assert (failed.value.fault, failed.value.retry_after) == (Fault.SLOW, 7)


async def test_looking_tells_what_is_missing(topics: TelegramTopics, telegram: FakeTelegram) -> None:
    await topics.look()
    for failure, fault in (
        (Failure(400, "Bad Request: chat not found"), Fault.BARRED),
        (Failure(502, "Bad Gateway"), Fault.AWAY),
        (Failure(200, body=b'{"ok": true, "result": []}'), Fault.BARRED),
    ):
        telegram.fail("getChat", failure)
        with pytest.raises(TopicFailure) as failed:
            await topics.look()
        assert failed.value.fault is fault


async def test_the_group_has_commands_of_its_own(topics: TelegramTopics, telegram: FakeTelegram) -> None:
    await topics.introduce("sl", [("claim", "Vzemi")])
    (call,) = telegram.done("setMyCommands")
    assert call.given["scope"] == {"type": "chat", "chat_id": GROUP}
    assert call.given["language_code"] == "sl"


async def test_a_hand_that_cannot_reach_harms_nobody(
    topics: TelegramTopics, telegram: FakeTelegram, settings_with: Callable[..., Settings]
) -> None:
    caller = client.caller(settings_with(), limited=False)
    hand = TelegramHand(caller, GROUP)
    await hand.tell("999", "nobody")
    telegram.fail("setMessageReaction", Failure(400, "Bad Request: REACTION_INVALID"))
    await hand.noticed(5)
    await TelegramHand(caller, None).noticed(5)
    assert len(telegram.made("setMessageReaction")) == 1
    await caller.request.shutdown()
    assert topics is not None


def test_a_token_that_is_none_has_no_number(settings_with: Callable[..., Settings]) -> None:
    assert client.bot_id(settings_with(TELEGRAM_TOKEN="what")) == 0


async def test_topics_of_a_group_that_was_set_before_are_gone_here_and_deleted_there(
    topics: TelegramTopics, telegram: FakeTelegram
) -> None:
    old = f"{GROUP - 1}:5"
    with pytest.raises(TopicFailure) as failed:
        await topics.post(old, "x", quiet=False)
    assert failed.value.fault is Fault.GONE
    await topics.delete(old)
    telegram.fail("deleteForumTopic", Failure(403, "Forbidden: bot was kicked"), Failure(502, "Bad Gateway"))
    await topics.delete(old)
    with pytest.raises(TopicFailure):
        await topics.delete(old)
    assert {str(call.given["chat_id"]) for call in telegram.made("deleteForumTopic")} == {str(GROUP - 1)}
