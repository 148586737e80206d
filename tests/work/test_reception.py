"""Taking what residents send: once, in order, by any number of workers, whatever a message does."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from bot.model.case import Reason
from bot.model.conversation import Conversation
from bot.model.message import Author, Incoming, Kind, Outgoing
from bot.model.turn import Turn
from bot.store import conversations, inbox, leases, turns
from bot.work.reception import LEASE
from tests.support.house import TELEGRAM, House, echo, stumble


async def test_an_update_delivered_twice_is_kept_once_and_answered_once(house: House) -> None:
    first = await house.hears("hello", external_id="update 7")
    second = await house.hears("hello", external_id="update 7")
    await house.works()
    third = await house.hears("hello", external_id="update 7")
    await house.works()

    assert first is not None
    assert (second, third) == (None, None)
    assert await house.said() == ["echo: hello"]


async def test_the_same_id_on_two_channels_is_two_messages(house: House) -> None:
    await house.hears("hello", external_id="1")
    await house.hears("hello", external_id="1", channel="web")
    await house.works()

    assert await house.said() == await house.said(channel="web") == ["echo: hello"]


async def test_a_conversation_is_taken_in_order_by_any_number_of_workers(house: House) -> None:
    residents = [f"resident {number}" for number in range(5)]
    for number in range(6):
        for resident in residents:
            await house.hears(str(number), resident)
    reception = house.reception()

    async def work(owner: str) -> None:
        while (await house.inbox()).get("new"):
            await reception.step(owner)

    await asyncio.gather(*(work(f"worker {number}") for number in range(4)))

    for resident in residents:
        assert await house.said(resident) == [f"echo: {number}" for number in range(6)]


async def test_a_conversation_in_the_hands_of_one_worker_is_left_alone_by_another(house: House) -> None:
    await house.hears("first")
    await house.hears("second")
    thinking, think_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        loop.call_soon_threadsafe(thinking.set)
        asyncio.run_coroutine_threadsafe(think_on.wait(), loop).result(20)
        return echo(conversation, incoming, now)

    slow = asyncio.create_task(house.reception(slowly).step("slow"))
    await thinking.wait()
    await house.hears("other", "berta")
    quick = house.reception()
    assert await quick.step("quick")
    assert not await quick.step("quick")
    think_on.set()
    assert await slow

    assert await house.said() == ["echo: first"]
    assert await house.said("berta") == ["echo: other"]


async def test_what_a_dead_worker_held_is_taken_up_when_its_lease_is_over(house: House) -> None:
    await house.hears("hello")
    async with house.db.write() as tx:
        assert await inbox.claim(tx, "dead", house.now, LEASE, [TELEGRAM])
    await house.works()
    before = await house.said()
    house.later(seconds=21)
    await house.works()

    assert before == []
    assert await house.said() == ["echo: hello"]


async def test_what_a_worker_held_that_died_before_the_clock_was_set_back_is_taken_up(house: House) -> None:
    house.later(hours=3)
    async with house.db.write() as tx:
        conversation = await conversations.ensure(tx, TELEGRAM, "ana", house.now)
        assert await conversations.take(tx, conversation.id, "dead", house.now, house.now + LEASE)
        assert await leases.take(tx, f"send/{TELEGRAM}", "dead", house.now, LEASE)
    house.later(hours=-3)
    await house.hears("1")
    await house.works()
    await house.delivers()

    assert house.post.sent == [("ana", "echo: 1")]


async def test_a_worker_that_lost_its_lease_writes_nothing(house: House) -> None:
    await house.hears("hello")

    def slept(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        house.later(seconds=30)
        asyncio.run_coroutine_threadsafe(house.works(), loop).result(20)
        return echo(conversation, incoming, now)

    loop = asyncio.get_running_loop()
    assert await house.reception(slept).step("slow")

    assert await house.said() == ["echo: hello"]


async def test_a_failing_message_is_tried_three_times_then_set_aside_and_a_person_is_called(house: House) -> None:
    await house.hears("bad")
    await house.hears("good")
    for _ in range(2):
        await house.works(stumble)
        assert await house.said() == []
        house.later(seconds=30)
    await house.works(stumble)

    assert await house.said() == ["sorry", "echo: good"]
    assert [line.text for line in await house.lines() if line.author is Author.RESIDENT] == ["bad", "good"]
    assert (await house.case()).reason is Reason.FAILURE
    assert await house.inbox() == {"aside": 1, "done": 1}


async def test_one_failing_message_does_not_delay_other_residents(house: House) -> None:
    await house.hears("bad")
    await house.hears("good", "berta")
    await house.works(stumble)

    assert await house.said("berta") == ["echo: good"]


async def test_staff_who_hold_the_conversation_see_a_failing_message_and_no_apology_is_sent(house: House) -> None:
    await house.hears("person")
    await house.works()
    await house.helpdesk.claim((await house.case()).id, "Ana")
    await house.hears("bad")
    for _ in range(3):
        await house.works(stumble)
        house.later(seconds=30)

    assert (await house.lines())[-1].text == "bad"
    assert "sorry" not in await house.said()


async def test_a_message_that_kills_every_worker_is_given_up(house: House) -> None:
    await house.hears("deadly")
    for _ in range(3):
        async with house.db.write() as tx:
            assert await inbox.claim(tx, "killed", house.now, LEASE, [TELEGRAM])
        house.later(seconds=21)
    await house.works()

    assert await house.said() == ["sorry"]


async def test_a_message_that_cannot_even_be_apologised_for_is_set_aside(house: House) -> None:
    await house.hears("bad")

    def speechless(_conversation: Conversation) -> tuple[Conversation, Outgoing]:
        raise LookupError

    reception = house.reception(stumble, apologise=speechless)
    for _ in range(4):
        while await reception.step("worker"):
            pass
        house.later(seconds=30)

    assert await house.inbox() == {"aside": 1}


async def test_what_cannot_be_read_is_set_aside_at_once_and_a_person_called(house: House) -> None:
    async with house.db.write() as tx:
        await inbox.put(tx, TELEGRAM, "1", "ana", {"nonsense": True}, house.now)
        await inbox.put(tx, TELEGRAM, "2", None, {"no": "address"}, house.now)
    await house.hears("hello")
    await house.works()

    assert await house.inbox() == {"aside": 2, "done": 1}
    assert await house.said() == ["sorry", "echo: hello"]
    assert [line.kind for line in await house.lines() if line.author is Author.RESIDENT] == [Kind.UNREADABLE, Kind.TEXT]
    assert (await house.case()).reason is Reason.FAILURE


async def test_what_needs_no_answer_is_done_without_a_word(house: House) -> None:
    async with house.db.write() as tx:
        await inbox.put(tx, TELEGRAM, "1", "ana", {}, house.now)
    await house.works()

    assert await house.inbox() == {"done": 1}
    assert await house.lines() == []


async def test_a_channel_that_this_process_does_not_know_is_left_for_another(house: House) -> None:
    await house.hears("hello", channel="matrix")
    await house.works()

    assert await house.inbox() == {"new": 1}


async def test_staff_who_act_while_the_bot_thinks_are_not_overwritten(house: House) -> None:
    await house.hears("person")
    await house.works()
    case = await house.case()
    await house.hears("and more")
    loop = asyncio.get_running_loop()
    claims = iter([True])

    def interrupted(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        if next(claims, False):
            asyncio.run_coroutine_threadsafe(house.helpdesk.claim(case.id, "Ana"), loop).result(20)
        return echo(conversation, incoming, now)

    await house.works(interrupted)

    assert (await house.conversation()).holder == "staff"
    assert "echo: and more" not in await house.said()
    assert (await house.lines())[-1].text == "and more"


async def test_a_cancelled_worker_gives_back_what_it_holds(house: House) -> None:
    await house.hears("hello")
    thinking = asyncio.Event()
    loop = asyncio.get_running_loop()
    stay = asyncio.Event()

    def slowly(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        loop.call_soon_threadsafe(thinking.set)
        asyncio.run_coroutine_threadsafe(stay.wait(), loop).result(20)
        return echo(conversation, incoming, now)

    running = asyncio.create_task(house.reception(slowly).run())
    await thinking.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    stay.set()
    await house.works()

    assert await house.said() == ["echo: hello"]


async def test_a_ring_wakes_a_worker_that_has_nothing_to_do(house: House) -> None:
    reception = asyncio.create_task(house.reception().run())
    try:
        for number in range(3):
            seen = house.bell.count("entry")
            await house.hears(f"number {number}")
            house.bell.ring("inbox")
            assert await house.bell.wait("entry", 20, seen)
    finally:
        reception.cancel()
        await asyncio.gather(reception, return_exceptions=True)

    assert await house.said() == ["echo: number 0", "echo: number 1", "echo: number 2"]


async def test_what_was_understood_is_kept_with_the_turn(house: House) -> None:
    sequence = await house.hears("hello")
    await house.works()
    async with house.db.read() as tx:
        understood = await turns.of_conversation(tx, (await house.conversation()).id)

    assert sequence is not None
    assert not understood[sequence].relayed
