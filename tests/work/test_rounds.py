"""A worker takes up several conversations in one round and commits their turns together; what concerns one concerns no other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from bot.model.conversation import Conversation
from bot.model.message import Incoming
from bot.model.turn import Turn
from bot.store.database import Database
from bot.work import reception
from bot.work.reception import ROUND
from tests.support.house import House, echo, stumble

RESIDENTS = tuple(f"resident {number}" for number in range(ROUND))


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def _all_write(house: House, *texts: str) -> None:
    for resident, text in zip(RESIDENTS, texts, strict=False):
        await house.hears(text, resident)


async def test_one_round_answers_several_conversations_in_one_transaction(house: House) -> None:
    await _all_write(house, *("hello",) * ROUND)
    steps: list[str] = []
    working = house.reception(on_step=steps.append)

    assert await working.step("worker")

    assert [await house.said(resident) for resident in RESIDENTS] == [["echo: hello"]] * ROUND
    assert await house.inbox() == {"done": ROUND}
    assert (steps.count("reception: claimed"), steps.count("commit: done")) == (ROUND, 1)
    assert not await working.step("worker")


async def test_more_than_one_round_holds_and_all_of_one_resident_are_answered_in_order(house: House) -> None:
    await _all_write(house, *("first",) * ROUND)
    await _all_write(house, *("second",) * ROUND)
    await house.hears("late", "zora")
    await house.works()

    assert [await house.said(resident) for resident in RESIDENTS] == [["echo: first", "echo: second"]] * ROUND
    assert await house.said("zora") == ["echo: late"]


@pytest.mark.parametrize("place", [0, 1, ROUND - 1])
async def test_one_that_fails_fails_alone(house: House, place: int) -> None:
    await _all_write(house, *("bad" if number == place else "good" for number in range(ROUND)))
    await house.reception(stumble).step("worker")

    others = [resident for number, resident in enumerate(RESIDENTS) if number != place]
    assert [await house.said(resident) for resident in others] == [["echo: good"]] * len(others)
    assert await house.said(RESIDENTS[place]) == []
    for _ in range(3):
        house.later(minutes=1)
        await house.works(stumble)
    assert await house.said(RESIDENTS[place]) == ["sorry"]
    assert [await house.said(resident) for resident in others] == [["echo: good"]] * len(others)


async def test_what_concerns_staff_or_is_to_be_deleted_is_committed_by_itself_in_the_same_round(house: House) -> None:
    await house.hears("old", RESIDENTS[2])
    await house.works()
    await _all_write(house, "hello", "person", "forget", "hello")
    await house.works()

    assert [await house.said(resident) for resident in RESIDENTS[:4]] == [
        ["echo: hello"],
        ["echo: person"],
        ["echo: forget"],
        ["echo: hello"],
    ]
    assert (await house.case(RESIDENTS[1])).topic == "pension"


async def test_staff_who_act_for_one_of_a_round_are_not_overwritten_and_hold_up_no_other(house: House) -> None:
    await _all_write(house, "person")
    await house.works()
    case = await house.case(RESIDENTS[0])
    await _all_write(house, "and more", "hello", "hello")
    loop, left = asyncio.get_running_loop(), [True]

    def interrupted(conversation: Conversation, incoming: Incoming, now: object) -> Turn:
        if left and incoming.text == "hello":
            left.clear()
            asyncio.run_coroutine_threadsafe(house.helpdesk.claim(case.id, "Ana"), loop).result(20)
        return echo(conversation, incoming, now)  # type: ignore[arg-type]  # the time is not looked at

    await house.works(interrupted)

    assert (await house.conversation(RESIDENTS[0])).holder == "staff"
    assert "echo: and more" not in await house.said(RESIDENTS[0])
    assert [await house.said(resident) for resident in RESIDENTS[1:3]] == [["echo: hello"]] * 2


async def test_one_that_takes_too_long_holds_up_no_other_of_its_round(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "THINKING", 0.05)
    loop, end = asyncio.get_running_loop(), asyncio.Event()

    def brood(conversation: Conversation, incoming: Incoming, now: object) -> Turn:
        if incoming.text == "endless":
            asyncio.run_coroutine_threadsafe(end.wait(), loop).result(30)
        return echo(conversation, incoming, now)  # type: ignore[arg-type]  # the time is not looked at

    await _all_write(house, "hello", "endless", "hello")
    await house.reception(brood).step("worker")
    end.set()

    assert [await house.said(resident) for resident in RESIDENTS[:3]] == [["echo: hello"], [], ["echo: hello"]]


async def test_a_process_that_stood_still_until_the_time_was_over_and_all_was_thought_about_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "THINKING", 0.2)
    loop, left, may_end = asyncio.get_running_loop(), [True], threading.Event()

    def go_on() -> None:  # right after the time was found to be over
        may_end.set()
        time.sleep(0.2)

    def in_the_meantime(conversation: Conversation, incoming: Incoming, now: object) -> Turn:
        if left:
            left.clear()
            loop.call_soon_threadsafe(loop.call_later, 0.2, go_on)
            loop.call_soon_threadsafe(time.sleep, 0.5)
            may_end.wait(20)
        return echo(conversation, incoming, now)  # type: ignore[arg-type]  # the time is not looked at

    monkeypatch.setattr(reception, "SLICE", 10.0)
    await _all_write(house, "hello", "hello", "hello")
    await house.works(in_the_meantime)
    house.later(minutes=1)
    await house.works(in_the_meantime)

    assert [await house.said(resident) for resident in RESIDENTS[:3]] == [["echo: hello"]] * 3
    assert await house.inbox() == {"done": 3}


async def test_one_that_was_tried_before_is_taken_up_alone(house: House) -> None:
    await _all_write(house, "bad")
    await house.works(stumble)
    house.later(minutes=1)
    await _all_write(house, "after it", *("hello",) * 3)
    steps: list[str] = []

    await house.reception(stumble, on_step=steps.append).step("worker")

    assert steps.count("reception: claimed") == 1


async def test_a_cancelled_worker_gives_back_all_that_it_holds(house: House) -> None:
    await _all_write(house, *("hello",) * 3)
    thinking, stay, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def slowly(conversation: Conversation, incoming: Incoming, now: object) -> Turn:
        loop.call_soon_threadsafe(thinking.set)
        asyncio.run_coroutine_threadsafe(stay.wait(), loop).result(20)
        return echo(conversation, incoming, now)  # type: ignore[arg-type]  # the time is not looked at

    running = asyncio.create_task(house.reception(slowly).run())
    await thinking.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    stay.set()
    await house.works()

    assert [await house.said(resident) for resident in RESIDENTS[:3]] == [["echo: hello"]] * 3


async def test_a_worker_that_is_cancelled_just_as_all_is_thought_about_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _all_write(house, "hello")
    running: asyncio.Task[None]

    async def at_once(work: Callable[[], None], **_: object) -> None:
        work()
        asyncio.get_running_loop().call_soon(running.cancel)

    monkeypatch.setattr(reception, "in_thread", at_once)
    working = house.reception()
    running = asyncio.create_task(working.run())
    done, _ = await asyncio.wait({running}, timeout=3.0)

    assert done
    assert running.cancelled()
