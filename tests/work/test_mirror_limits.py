"""What Telegram allows and refuses in the staff's group, and that a mirror that stumbles or dies loses nothing."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.case import Reason
from bot.store import group_topics, readers
from bot.work.jobs import Job
from bot.work.mirror import LEASE
from tests.fakes.telegram import Failure
from tests.support.group import Desk, mirrors, opened, spoke


def sent_within_a_minute(desk: Desk) -> int:
    """Return the most messages that the group got in any minute."""
    return max(sum(0 <= other - moment < 60 for other in desk.group.sent_at) for moment in desk.group.sent_at)


async def test_thirty_cases_at_once_keep_the_limit_with_the_crisis_first(desk: Desk) -> None:
    calm = [await opened(desk, str(number), Reason.ASKED, "one", "two") for number in range(29)]
    crisis = await opened(desk, "crisis", Reason.CRISIS)
    minutes = 0
    while await mirrors(desk):
        minutes += 1
        if minutes == 1:
            assert desk.thread(crisis).text
            assert len(desk.group.threads) == 9
        desk.later(seconds=61)

    assert minutes == 4  # two calls for each of thirty cases, eighteen in a minute
    assert sent_within_a_minute(desk) <= 18
    assert desk.telegram.made("sendMessage", 429) == []
    assert all("Assistant:\none\n\nAssistant:\ntwo" in desk.thread(case).text for case in calm)


async def test_what_has_to_wait_goes_together_and_a_crisis_need_not_wait(desk: Desk) -> None:
    talk = [await opened(desk, str(number)) for number in range(9)]
    await mirrors(desk)
    for text in ("one", "two", "three"):
        for case in talk:
            await spoke(desk, case, text)
        await mirrors(desk)
    assert all(len(desk.thread(case).posts) == 1 for case in talk)

    crisis = await opened(desk, "crisis", Reason.CRISIS)
    await mirrors(desk)
    assert desk.thread(crisis).text
    desk.later(seconds=61)
    await mirrors(desk)
    assert [len(desk.thread(case).posts) for case in talk] == [2] * 9
    assert all(desk.last(case) == "Assistant:\none\n\nAssistant:\ntwo\n\nAssistant:\nthree" for case in talk)


async def test_nobody_is_left_behind_by_those_who_say_much(desk: Desk) -> None:
    loud = [await opened(desk, f"loud {number}") for number in range(9)]
    await mirrors(desk)
    quiet = await opened(desk, "quiet")
    for _ in range(2):
        desk.later(seconds=61)
        for case in loud * 2:
            await spoke(desk, case, "again")
        await mirrors(desk)
    assert desk.thread(quiet).text


async def test_a_wait_that_telegram_asks_for_is_kept(desk: Desk) -> None:
    case = await opened(desk, "1")
    desk.telegram.fail("sendMessage", Failure(429, "Too Many Requests: retry after 40", retry_after=40))
    await mirrors(desk)
    desk.later(seconds=39)
    assert await mirrors(desk) == 0
    desk.later(seconds=2)
    await mirrors(desk)
    assert desk.thread(case).text
    assert len(desk.telegram.made("sendMessage")) == 2


async def test_a_clock_that_is_set_back_lets_nobody_wait_for_what_it_showed_before(desk: Desk) -> None:
    first = [await opened(desk, str(number)) for number in range(10)]
    await mirrors(desk)
    desk.telegram.fail("createForumTopic", Failure(429, "Too Many Requests: retry after 40", retry_after=40))
    later = await opened(desk, "later")
    desk.later(seconds=61)
    await mirrors(desk)
    desk.later(hours=-1)
    await mirrors(desk)

    assert desk.thread(later).text
    assert all(desk.thread(case).text for case in first)


TROUBLES = {
    "not in the group": ("member", False, "not-in-the-group"),
    "no topics": ("is_forum", False, "group-without-topics"),
    "no right to manage topics": ("rights", {"can_delete_messages"}, "no-right-to-manage-topics"),
    "no right to delete": ("rights", {"can_manage_topics"}, "no-right-to-delete-messages"),
}


@pytest.mark.parametrize(("name", "value", "detail"), TROUBLES.values(), ids=TROUBLES)
async def test_a_group_where_it_cannot_work_is_told_and_harms_nobody(desk: Desk, name: str, value: object, detail: str) -> None:
    right = getattr(desk.group, name)
    setattr(desk.group, name, value)
    await desk.calls()
    assert desk.mirror.told() == {"telegram_group": "trouble", "telegram_group_trouble": detail}
    assert len(desk.heard()) >= 1

    setattr(desk.group, name, right)
    desk.later(seconds=61)
    await desk.settle()
    assert desk.mirror.told() == {"telegram_group": "mirroring", "telegram_group_trouble": ""}
    assert len(desk.group.threads) == 1


async def test_rights_that_are_taken_away_meanwhile_are_told_as_well(desk: Desk) -> None:
    await opened(desk, "1")
    await mirrors(desk)
    desk.group.rights.clear()
    later = await opened(desk, "2")
    await mirrors(desk)
    assert desk.mirror.told()["telegram_group_trouble"] == "no-right-in-the-group"
    desk.group.rights |= {"can_manage_topics", "can_delete_messages"}
    desk.later(seconds=61)
    await mirrors(desk)
    assert desk.thread(later).text


async def test_one_message_that_is_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    first = await opened(desk, "1")
    await mirrors(desk)
    await spoke(desk, first, "strange")
    desk.telegram.fail("sendMessage", Failure(400, "Bad Request: MESSAGE_STRANGE"))
    await mirrors(desk)
    assert desk.mirror.told()["telegram_group_trouble"] == "refused"
    second = await opened(desk, "2")
    await mirrors(desk)
    assert desk.thread(second).text
    assert "strange" not in desk.thread(first).text
    desk.later(seconds=10)
    await mirrors(desk)
    assert "strange" in desk.thread(first).text


async def test_what_telegram_did_not_take_is_tried_again(desk: Desk) -> None:
    case = await opened(desk, "1")
    desk.telegram.fail("createForumTopic", Failure(502, "Bad Gateway"))
    desk.telegram.fail("sendMessage", Failure(200, body=b"<html>"))
    for _ in range(3):
        await mirrors(desk)
        desk.later(seconds=30)
    assert "Greeting of 1" in desk.thread(case).text
    assert desk.mirror.told()["telegram_group"] == "mirroring"


async def test_the_commands_are_shown_in_each_language_and_the_group_works_without(desk: Desk) -> None:
    desk.telegram.fail("setMyCommands", Failure(500))
    case = await opened(desk, "1")
    await mirrors(desk)
    shown = [call.given.get("language_code", "") for call in desk.telegram.done("setMyCommands")]
    assert sorted(shown) == ["bg", "hr", "it", "sl"]
    assert desk.thread(case).text


async def test_a_fault_of_our_own_stops_no_other_case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await opened(desk, "1")
    second = await opened(desk, "2")
    whole = desk.mirror._poster.do

    async def stumbles(job: Job) -> None:
        if job.key == first.id:
            raise KeyError(job.key)
        await whole(job)

    monkeypatch.setattr(desk.mirror._poster, "do", stumbles)
    await mirrors(desk)
    assert desk.thread(second).text
    assert desk.mirror.told()["telegram_group"] in {"mirroring", "trouble"}
    monkeypatch.undo()
    desk.later(seconds=30)
    await mirrors(desk)
    assert desk.thread(first).text


async def test_only_one_process_mirrors_and_another_takes_over(desk: Desk) -> None:
    other = desk.another_mirror()
    await opened(desk, "1")
    await mirrors(desk)
    case = await opened(desk, "2")
    assert not await other.step()
    assert other.told()["telegram_group"] == "standing by"

    desk.later(seconds=LEASE.total_seconds() + 1)
    while await other.step():
        pass
    assert desk.thread(case).text
    assert len(desk.group.threads) == 2


@pytest.mark.parametrize("deadly", ["mirror: begun", "mirror: posted", "mirror: noted", "mirror: turned", "mirror: deleted"])
async def test_a_mirror_that_is_killed_loses_nothing(desk: Desk, database_url: str, deadly: str) -> None:
    open_case = await opened(desk, "1", Reason.ASKED, "to be seen")
    await mirrors(desk)
    closed = await opened(desk, "2", Reason.ASKED, "the last word")
    guarded = await opened(desk, "3", Reason.ASKED, "a secret")
    await mirrors(desk)
    await spoke(desk, open_case, "and this")
    await desk.helpdesk.claim(closed.id, "Ana")
    await desk.closing.close(closed.id, "Ana")
    async with desk.db.write() as tx:
        await readers.guard(tx, guarded.id, {"Ana"})
    new = await opened(desk, "4", Reason.ASKED, "brand new")

    async def run(minutes: int, *steps: str) -> int:
        arguments = ("-m", "tests.work.killable_mirror", database_url, desk.telegram.url, str(minutes), *steps)
        return await (await asyncio.create_subprocess_exec(sys.executable, *arguments)).wait()

    desk.later(minutes=2)
    assert await run(2, deadly) == -signal.SIGKILL
    desk.later(minutes=2)
    assert await run(4) == 0

    threads = [thread for thread in desk.group.threads.values() if thread.posts]
    text = "\n\n".join(thread.text for thread in threads)
    assert text.count("and this") in ((1, 2) if deadly == "mirror: posted" else (1,))
    assert text.count("brand new") in (1, 2)
    assert "the last word" in text
    assert "a secret" not in text
    assert next(thread for thread in threads if closed.code in thread.name).closed
    assert sum(new.code in thread.name for thread in threads) == 1
    async with desk.db.read() as tx:
        assert await group_topics.of_case(tx, guarded.id) is None


async def test_the_loops_of_mirror_and_desk_end_when_they_are_told_to(desk: Desk) -> None:
    case = await opened(desk, "1")
    tasks = [asyncio.create_task(desk.mirror.run()), asyncio.create_task(desk.desk.run())]
    await desk.telegram.until(lambda: desk.group.threads and desk.thread(case).posts)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in ended] == [asyncio.CancelledError] * 2
    assert await desk.another_mirror().step()  # at once: the first one let go


def test_the_budget_is_a_rolling_one() -> None:
    from bot.work.budget import Budget

    budget, now = Budget(3, 1, timedelta(minutes=1)), datetime(2026, 11, 23, 9, tzinfo=UTC)
    budget.spend(now)
    budget.spend(now + timedelta(seconds=30))
    assert budget.left(now + timedelta(seconds=31), urgent=False) == 0
    assert budget.left(now + timedelta(seconds=31), urgent=True) == 1
    assert budget.left(now + timedelta(seconds=60), urgent=False) == 1
