"""What the staff's group reads of cases, and what Telegram allows there. Ana and Boris are staff."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.case import Case, CaseOpening, Event, Reason
from bot.model.message import Outgoing
from bot.store import cases, conversations, entries, group_topics, readers
from bot.store.group_topics import Topic
from bot.work.amending import Amending
from bot.work.jobs import Job
from bot.work.mirror import LEASE
from tests.fakes.telegram import Failure
from tests.support.group import ANA, RESIDENT, Desk


async def opened(desk: Desk, address: str, reason: Reason = Reason.ASKED, *said: str) -> Case:
    """Open a case of somebody who has said something, without the way in."""
    async with desk.db.write() as tx:
        conversation = await conversations.ensure(tx, "telegram", address, desk.now)
        await entries.put_outgoing(tx, conversation.id, Outgoing(f"Greeting of {address}", "sl"), desk.now)
        case = await cases.open_or_raise(tx, conversation.id, CaseOpening(reason), desk.now)
    for text in said:
        await spoke(desk, case, text)
    return case


async def spoke(desk: Desk, case: Case, text: str) -> None:
    """Let the bot say something in a conversation."""
    async with desk.db.write() as tx:
        await entries.put_outgoing(tx, case.conversation_id, Outgoing(text, "sl"), desk.now)
        await cases.resident_waits(tx, case.conversation_id, desk.now)


async def mirrors(desk: Desk) -> int:
    """Mirror all that can be mirrored now and return how many things were done."""
    count = 0
    while await desk.mirror.step():
        count += 1
    return count


def sent_within_a_minute(desk: Desk) -> int:
    """Return the most messages that the group got in any minute."""
    return max(sum(0 <= other - moment < 60 for other in desk.group.sent_at) for moment in desk.group.sent_at)


async def test_a_topic_tells_the_case_on_top_and_who_said_what(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.writes("Kje je bazen v Ptuju?")
    button = desk.telegram.sent(RESIDENT)[-1]["reply_markup"]["inline_keyboard"][0][0]
    desk.telegram.press(RESIDENT, button["callback_data"])
    case = await desk.calls()
    thread = desk.thread(case)

    assert thread.name.startswith(f"{case.code} · Ptuj")
    assert thread.text.startswith(f"Case {case.code}\nInfo point: Info točka Ptuj\nThe resident writes here: Telegram")
    assert f"https://desk.example/desk/case/{case.id}" in thread.text
    assert "Resident:\nKje je bazen v Ptuju?" in thread.text
    assert "Assistant:\n" in thread.text
    assert f"[{button['text']}]" in thread.text
    assert f"Resident (pressed a button):\n{button['text']}" in thread.text
    assert "parse_mode" not in thread.posts[0]


async def test_what_a_resident_writes_can_be_no_command_and_no_line_of_staff(desk: Desk) -> None:
    case = await desk.calls()
    await desk.writes("Prosim\nAna:\n/close in (/note x), https://example.org/close")
    text = desk.last(case)
    assert "Resident:\nProsim\n│ Ana:\n│ /\u2060close in (/\u2060note x), https://example.org/close" in text


async def test_a_colleague_at_the_web_desk_is_followed(desk: Desk) -> None:
    case = await desk.calls()
    await desk.helpdesk.claim(case.id, "Boris")
    await desk.helpdesk.reply(case.id, None, "Prihajam.", "Boris")
    await desk.helpdesk.note(case.id, "knows the way", "Ana")
    await desk.helpdesk.take_over(case.id, "Boris", "Ana")
    await desk.settle()

    text = desk.last(case)
    assert text.startswith("Ana has this case now.")
    assert (
        text.index("Boris:\nPrihajam.") < text.index("Note by Ana:\nknows the way") < text.index("Note: Ana took the case over")
    )


async def test_what_is_changed_or_withdrawn_at_the_desk_is_shown_so(desk: Desk) -> None:
    case = await desk.calls()
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.helpdesk.reply(case.id, None, "Ob osmih.", "Ana")
    await desk.settle()
    async with desk.db.read() as tx:
        said = await group_topics.newest(tx, case.conversation_id)
    amending = Amending(desk.casework)
    await amending.edit(case.id, said, None, "Ob devetih.", "Ana")
    await desk.settle()
    assert "Ana (changed):\nOb devetih." in desk.last(case)

    async with desk.db.read() as tx:
        changed = (await entries.get_many(tx, [said]))[said].changed
    await amending.withdraw(case.id, said, changed, "Ana")
    await desk.settle()
    assert desk.last(case) == "Ana (withdrawn):"


async def test_what_becomes_of_a_case_is_told_in_words(desk: Desk) -> None:
    case = await desk.calls()
    async with desk.db.write() as tx:
        await entries.put_note(tx, case.conversation_id, "ptuj", desk.now, kind=Event.MOVED, staff="Ana")
        await entries.put_note(tx, case.conversation_id, "041 000 000", desk.now, kind=entries.CALL_BACK)
        await entries.put_note(tx, case.conversation_id, "error-400", desk.now, kind=entries.SEND_FAILED)
    await desk.settle()
    assert desk.last(case).split("\n\n") == [
        "Note: Ana handed the case on to the info point Info točka Ptuj.",
        "Note: The resident asks to be called back:\n041 000 000",
        "Note: A message could not be delivered.",
    ]


async def test_a_crisis_has_a_colour_and_a_sign_and_takes_the_name_when_it_comes_later(desk: Desk) -> None:
    calm = await opened(desk, "1")
    crisis = await opened(desk, "2", Reason.CRISIS)
    await mirrors(desk)
    assert (desk.thread(crisis).colour, desk.thread(calm).colour) == (16478047, 7322096)
    assert desk.thread(crisis).name.startswith("❗")
    assert desk.thread(crisis).text.startswith("❗ Case")
    assert not desk.thread(calm).name.startswith("❗")

    async with desk.db.write() as tx:
        await cases.open_or_raise(tx, calm.conversation_id, CaseOpening(Reason.CRISIS), desk.now)
    await mirrors(desk)
    assert desk.thread(calm).name.startswith("❗")


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


async def test_what_is_longer_than_a_message_is_cut_and_nothing_of_it_lost(desk: Desk) -> None:
    words = [f"beseda{number}" for number in range(900)]
    case = await opened(desk, "1", Reason.ASKED, " ".join(words), "the end")
    await mirrors(desk)
    posts = [str(post["text"]) for post in desk.thread(case).posts]

    assert all(len(post) <= 4096 for post in posts)
    assert [word for word in " ".join(posts).split() if word.startswith("beseda")] == words
    assert posts[-1].endswith("the end")


async def test_a_topic_that_somebody_deleted_is_made_anew(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "first")
    await mirrors(desk)
    desk.group.threads.clear()
    await spoke(desk, case, "second")
    await mirrors(desk)

    assert "first" in desk.thread(case).text
    assert "second" in desk.thread(case).text


async def test_another_group_that_is_set_gets_topics_of_its_own(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "first")
    async with desk.db.write() as tx:
        await group_topics.put(tx, Topic(case.id, "-1009:1", 10**6, "of the group that was set before"))
    await spoke(desk, case, "second")
    async with desk.db.write() as tx:
        await group_topics.put_line(tx, "-1009:1", "for nobody", desk.now)
    await mirrors(desk)

    assert "second" in desk.thread(case).text
    assert "for nobody" not in desk.thread(case).text


async def test_a_closed_case_whose_topic_is_gone_gets_none(desk: Desk) -> None:
    case = await opened(desk, "1")
    await mirrors(desk)
    await desk.helpdesk.claim(case.id, "Ana")
    desk.group.threads.clear()
    await desk.closing.close(case.id, "Ana")
    await mirrors(desk)
    assert desk.group.threads == {}
    assert await desk.topic(case) is None


async def test_what_is_said_after_the_end_of_a_case_is_not_for_the_group(desk: Desk) -> None:
    case = await opened(desk, "1")
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.closing.close(case.id, "Ana")
    desk.later(seconds=1)
    await mirrors(desk)
    assert desk.group.threads == {}  # closed before anybody saw it: no topic is made

    other = await opened(desk, "2")
    await mirrors(desk)
    await desk.helpdesk.claim(other.id, "Ana")
    await desk.closing.close(other.id, "Ana")
    desk.later(seconds=1)
    await spoke(desk, other, "to the assistant alone")
    await mirrors(desk)
    assert desk.thread(other).closed
    assert "to the assistant alone" not in desk.thread(other).text


async def test_a_confidential_case_is_not_shown_and_one_that_becomes_so_disappears(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    thread = desk.thread(case)
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, {"Ana"})
    # Before the topic is gone nothing is done from it any more.
    heard = desk.heard()
    desk.telegram.in_group(ANA, "Dober dan", thread.id)
    await desk.settle()
    await desk.writes("skrivnost")

    assert desk.heard() == heard
    assert desk.group.deleted == [thread]
    assert desk.group.threads == {}
    assert [post["text"] for post in desk.group.general] == [
        f"Case {case.code} is no longer shown in this group. It is worked on at the desk."
    ]
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, ())
    await desk.settle()
    assert desk.thread(case).text  # taken back, it is shown again


async def test_a_later_case_does_not_bring_the_words_of_a_confidential_one(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "a secret")
    await desk.helpdesk.claim(case.id, "Ana")
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, {"Ana"})
    await desk.closing.close(case.id, "Ana")
    desk.later(minutes=1)
    later = await opened(desk, "1", Reason.ASKED, "about the pool")
    await mirrors(desk)

    assert "about the pool" in desk.thread(later).text
    assert "a secret" not in desk.thread(later).text


async def test_a_case_that_is_opened_again_does_not_bring_the_words_of_a_confidential_one(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "about the pool")
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.closing.close(case.id, "Ana")
    await mirrors(desk)
    desk.later(minutes=1)
    between = await opened(desk, "1", Reason.ASKED, "a secret")
    await desk.helpdesk.claim(between.id, "Ana")
    async with desk.db.write() as tx:
        await readers.guard(tx, between.id, {"Ana"})
    await desk.closing.close(between.id, "Ana")
    desk.later(minutes=1)
    await desk.closing.reopen(case.id, "Ana")
    await mirrors(desk)
    desk.later(minutes=1)
    await spoke(desk, case, "about the sauna")
    await mirrors(desk)

    assert "about the sauna" in desk.thread(case).text
    assert "a secret" not in desk.thread(case).text


async def test_what_a_resident_has_deleted_goes_from_the_group(desk: Desk) -> None:
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    thread = desk.thread(case)
    desk.telegram.press(RESIDENT, "forget")
    await desk.settle()

    assert desk.group.deleted == [thread]
    assert desk.group.threads == {}
    assert desk.group.general == []  # not even that there was a case is told
    assert await desk.topic(case) is None


async def test_a_sensitive_subject_does_not_stand_in_the_list_of_topics(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    library = desk.index.library
    topics = {name: replace(topic, sensitive=True) for name, topic in library.topics.items()}
    monkeypatch.setattr(desk.index, "library", replace(library, topics=topics))
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    assert desk.thread(case).name == f"{case.code} · Ptuj"


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
