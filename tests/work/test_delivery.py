"""Sending: at least once, each address in order, as the channel asks, until it is sent or given up."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, select

from bot.channels.contract import SendFailure
from bot.model.attached import Upload
from bot.model.message import Author, Kind, Outgoing
from bot.store import conversations, leases, outbox, tables
from bot.store.desk_tables import attachment
from bot.work import delivery
from bot.work.casework import Unreachable
from bot.work.enclosing import NoFile, NotTaken
from tests.support.house import TELEGRAM, House, Post


async def _answered(house: House, *texts: str, address: str = "ana") -> None:
    for text in texts:
        await house.hears(text, address)
    await house.works()


async def _states(house: House) -> list[str]:
    async with house.db.read() as tx:
        return [str(state) for state, number in (await outbox.counts(tx)).items() for _ in range(number)]


async def test_each_message_is_sent_once_in_order(house: House) -> None:
    await _answered(house, "1", "2", "3")
    await _answered(house, "4", address="berta")
    await house.delivers()
    await house.delivers()

    assert [text for address, text in house.post.sent if address == "ana"] == ["echo: 1", "echo: 2", "echo: 3"]
    assert [text for address, text in house.post.sent if address == "berta"] == ["echo: 4"]
    assert await _states(house) == ["sent"] * 4


async def test_a_message_is_put_off_as_long_as_the_channel_asks(house: House) -> None:
    await _answered(house, "1", "2")
    house.post.failures.append(SendFailure(permanent=False, retry_after=7.0))
    await house.delivers()
    at_first = list(house.post.sent)
    house.later(seconds=6.9)
    await house.delivers()
    too_early = list(house.post.sent)
    house.later(seconds=0.1)
    await house.delivers()

    assert at_first == too_early == []
    assert house.post.sent == [("ana", "echo: 1"), ("ana", "echo: 2")]


async def test_a_failure_that_passes_is_tried_again_ever_later(house: House) -> None:
    await _answered(house, "1")
    house.post.failures += [SendFailure(permanent=False), OSError("no route")]
    pauses = []
    for _ in range(2):
        await house.delivers()
        waited = 0
        while not house.post.sent and waited < 3:
            house.later(seconds=1)
            waited += 1
            async with house.db.read() as tx:
                if await outbox.has_due(tx, TELEGRAM, house.now):
                    break
        pauses.append(waited)
    house.later(seconds=10)
    await house.delivers()

    assert pauses == [2, 3]
    assert house.post.sent == [("ana", "echo: 1")]


async def test_what_failed_for_a_day_is_given_up_with_a_note(house: House) -> None:
    await _answered(house, "1")
    house.later(hours=25)
    house.post.failures.append(SendFailure(permanent=False, detail="unreachable"))
    await house.delivers()

    note = (await house.lines())[-1]
    assert (note.author, note.kind, note.text) == (Author.NOTE, "send-failed", "unreachable")
    assert await _states(house) == ["failed"]


async def test_a_message_that_can_never_be_sent_becomes_a_note_and_the_next_is_sent(house: House) -> None:
    await _answered(house, "1", "2")
    house.post.failures.append(SendFailure(permanent=True, detail="too-long"))
    await house.delivers()

    notes = [(line.kind, line.text) for line in await house.lines() if line.author is Author.NOTE]
    assert notes == [("send-failed", "too-long")]
    assert house.post.sent == [("ana", "echo: 2")]
    assert not (await house.conversation()).stopped


async def test_a_resident_who_blocked_us_gets_nothing_more_and_the_rest_is_dropped(house: House) -> None:
    await _answered(house, "1", "2", "3")
    await _answered(house, "4", address="berta")
    house.post.failures.append(SendFailure(permanent=True, blocked=True, detail="blocked"))
    await house.delivers()

    notes = [line.kind for line in await house.lines() if line.author is Author.NOTE]
    assert notes == ["blocked"]
    assert (await house.conversation()).stopped
    assert house.post.sent == [("berta", "echo: 4")]
    assert await _states(house) == ["sent", "failed", "failed", "failed"]


async def test_what_was_being_sent_at_a_crash_is_sent_again(house: House) -> None:
    await _answered(house, "1")
    async with house.db.write() as tx:
        assert await leases.take(tx, f"send/{TELEGRAM}", "dead", house.now, delivery.LEASE)
        assert len(await outbox.take_due(tx, TELEGRAM, house.now, 8)) == 1
    await house.delivers()
    while_held = list(house.post.sent)
    house.later(seconds=31)
    await house.delivers()

    assert while_held == []
    assert house.post.sent == [("ana", "echo: 1")]


async def test_only_one_process_sends_on_a_channel(house: House) -> None:
    await _answered(house, "1", "2")
    other = Post()
    assert await house.delivery.step(TELEGRAM)
    assert not await house.another_delivery(other).step(TELEGRAM)
    house.later(seconds=31)
    assert await house.another_delivery(other).step(TELEGRAM)

    assert house.post.sent == [("ana", "echo: 1")]
    assert other.sent == [("ana", "echo: 2")]


async def test_who_stops_sending_lets_another_process_send_at_once(house: House) -> None:
    seen = house.bell.count("outbox")
    running = asyncio.create_task(house.delivery.run())
    await _answered(house, "1")
    assert house.bell.count("outbox") != seen
    async with asyncio.timeout(20):
        while await _states(house) != ["sent"]:
            await house.bell.wait("never", 0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await _answered(house, "2")
    other = Post()
    assert await house.another_delivery(other).step(TELEGRAM)

    assert (house.post.sent, other.sent) == ([("ana", "echo: 1")], [("ana", "echo: 2")])


async def test_what_is_on_its_way_when_the_program_ends_is_noted_and_not_sent_again(house: House) -> None:
    sending, out = asyncio.Event(), asyncio.Event()

    class Slow(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
            sending.set()
            await out.wait()
            return await super().send(outgoing, address, content)

    await _answered(house, "1")
    slow = Slow()
    running = asyncio.create_task(house.another_delivery(slow).run())
    await sending.wait()
    running.cancel()
    await asyncio.sleep(0)
    out.set()
    await asyncio.gather(running, return_exceptions=True)
    await house.delivers()

    assert (slow.sent, house.post.sent) == ([("ana", "echo: 1")], [])
    assert await _states(house) == ["sent"]


async def test_what_never_gets_out_holds_up_the_end_of_a_program_for_a_moment_only(house: House) -> None:
    sending = asyncio.Event()

    class Hanging(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:  # noqa: ARG002 - as `Sender` asks
            sending.set()
            await asyncio.Event().wait()
            raise AssertionError

    await _answered(house, "1")
    running = asyncio.create_task(house.another_delivery(Hanging()).run())
    await sending.wait()
    running.cancel()
    async with asyncio.timeout(10 * delivery.FAREWELL):
        await asyncio.gather(running, return_exceptions=True)
    await house.delivers()

    assert house.post.sent == [("ana", "echo: 1")]


async def test_a_sender_that_hangs_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:  # noqa: ARG002 - as `Sender` asks
            await asyncio.Event().wait()
            return ""

    monkeypatch.setattr(delivery, "SEND_TIMEOUT", 0.01)
    await _answered(house, "1")
    assert await house.another_delivery(Hanging()).step(TELEGRAM)

    assert await _states(house) == ["new"]


async def test_who_takes_long_over_a_file_goes_on_being_the_only_one_that_sends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PROLONG", 0.01)
    monkeypatch.setattr(delivery, "SEND_TIMEOUT", 0.01)
    refused: list[bool] = []

    class Slow(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
            if content is not None:
                for _ in range(2):
                    house.later(seconds=20)
                    await _until_held(house)
                refused.append(not await house.another_delivery(Post()).step(TELEGRAM))
            return await super().send(outgoing, address, content)

    await _sent_a_file(house)
    slow = Slow()
    sending = house.another_delivery(slow)
    while await sending.step(TELEGRAM):
        pass

    assert refused == [True]
    assert slow.contents == [b"the content"]


async def _until_held(house: House) -> None:
    """Wait until the lease to send is held for longer than from now to its end at most."""
    async with asyncio.timeout(20):
        while True:
            async with house.db.read() as tx:
                until = (
                    await tx.execute(select(tables.lease.c.until).where(tables.lease.c.name == f"send/{TELEGRAM}"))
                ).scalar_one()
            if until >= house.now + delivery.LEASE:
                return
            await house.bell.wait("never", 0.01)


async def test_a_message_forgotten_while_it_was_sent_is_no_trouble(house: House) -> None:
    await _answered(house, "1")

    class Slow(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:  # noqa: ARG002 - as `Sender` asks
            await _answered(house, "forget")
            raise SendFailure(permanent=True)

    assert await house.another_delivery(Slow()).step(TELEGRAM)
    assert [line.text for line in await house.lines()] == ["echo: forget"]


async def _sent_a_file(house: House) -> str:
    """Let Ana send a file to a resident; return the file's id."""
    await house.hears("person")
    await house.works()
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    version = (await house.conversation()).version
    await house.enclosing.attach(case.id, version, "Look", Upload("a.txt", b"the content"), "Ana")
    file = (await house.lines())[-1].file
    assert file is not None
    return file.id


async def test_a_file_is_sent_with_its_content_in_its_place(house: House) -> None:
    await _sent_a_file(house)
    await house.helpdesk.reply((await house.case()).id, (await house.conversation()).version, "Well?", "Ana")
    await house.delivers()

    assert [text for _, text in house.post.sent][-2:] == ["Look", "Well?"]
    assert house.post.contents == [b"the content"]


async def test_a_file_that_is_gone_is_told_to_staff(house: House) -> None:
    identifier = await _sent_a_file(house)
    async with house.db.write() as tx:
        await tx.execute(delete(attachment).where(attachment.c.id == identifier))
    await house.delivers()

    note = (await house.lines())[-1]
    assert (note.kind, note.text) == ("send-failed", "file-is-gone")


async def test_no_file_is_sent_to_who_blocked_us_and_none_that_is_not_taken(house: House) -> None:
    await _sent_a_file(house)
    case_id, version = (await house.case()).id, (await house.conversation()).version
    for upload, refusal in ((None, NoFile), (Upload("a.exe", b"MZ\x00"), NotTaken)):
        with pytest.raises(refusal):
            await house.enclosing.attach(case_id, version, "Look", upload, "Ana")
    await house.hears("", kind=Kind.BLOCKED)
    await house.works()
    async with house.db.write() as tx:
        await conversations.stop(tx, (await house.conversation()).id)
    with pytest.raises(Unreachable):
        await house.enclosing.attach(case_id, (await house.conversation()).version, "Look", Upload("a.txt", b"1"), "Ana")

    assert len([line for line in await house.lines() if line.file is not None]) == 1


async def test_a_sender_that_is_ended_while_it_stops_prolonging_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await _answered(house, "1")
    stopping, stop = asyncio.Event(), asyncio.Event()

    async def as_one_that_waits_for_the_database(_delivery: object, _channel: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopping.set()
            await stop.wait()

    monkeypatch.setattr(delivery.Delivery, "_prolong", as_one_that_waits_for_the_database)
    sending = asyncio.create_task(house.delivery.step(TELEGRAM))
    async with asyncio.timeout(10):
        await stopping.wait()
        sending.cancel()
        stop.set()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert house.post.sent == [("ana", "echo: 1")]
