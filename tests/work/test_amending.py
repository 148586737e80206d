"""What staff said last is changed or taken back, also when it is on its way to the resident."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.channels.contract import SendFailure
from bot.model.message import Author, Outgoing
from bot.store import amendments, cases, conversations, entries, leases, outbox
from bot.store.entries import Entry
from bot.work.amending import Elsewhere, TooLate
from bot.work.casework import NothingSaid, NotYours, Unreachable
from bot.work.delivery import LEASE
from tests.support.house import TELEGRAM, WEB, House, Post


async def _answered(house: House, *texts: str, channel: str = TELEGRAM) -> str:
    """Let Ana take a case and write ``texts``; return the case's id."""
    await house.hears("person", channel=channel)
    await house.works()
    case = await house.case(channel=channel)
    await house.helpdesk.claim(case.id, "Ana")
    for text in texts:
        await house.helpdesk.reply(case.id, (await house.conversation(channel=channel)).version, text, "Ana")
    return case.id


async def _last(house: House, channel: str = TELEGRAM) -> Entry:
    """Return the last line that staff wrote."""
    return next(line for line in reversed(await house.lines(channel=channel)) if line.author is Author.STAFF)


async def _edit(house: House, case_id: str, text: str, channel: str = TELEGRAM) -> None:
    last = await _last(house, channel)
    await house.amending.edit(case_id, last.sequence, last.changed, text, "Ana")


async def _withdraw(house: House, case_id: str, channel: str = TELEGRAM) -> None:
    last = await _last(house, channel)
    await house.amending.withdraw(case_id, last.sequence, last.changed, "Ana")


async def test_a_message_that_is_out_is_changed_there(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _edit(house, case_id, "Come at ten")
    await _edit(house, case_id, "Come at eleven")
    await house.delivers()
    last = await _last(house)

    assert (last.text, last.earlier, last.edited_at) == ("Come at eleven", ("Come at nine", "Come at ten"), house.now)
    # One after the other, each with the text that holds when it goes out.
    assert [(text, who) for who, _, text in house.post.changed] == [("Come at eleven", "ana")] * 2
    assert house.post.changed[0][1] == str(house.post.sent.index(("ana", "Come at nine")) + 1)


async def test_a_message_that_is_out_is_taken_back_there(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _withdraw(house, case_id)
    await house.delivers()
    last = await _last(house)

    assert (last.text, last.earlier, last.withdrawn_at) == ("", ("Come at nine",), house.now)
    assert [text for _, _, text in house.post.changed] == ["withdrawn"]


async def test_a_message_that_waits_goes_out_in_its_new_form_or_not_at_all(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await _edit(house, case_id, "Come at ten")
    await house.delivers()
    await house.helpdesk.reply(case_id, (await house.conversation()).version, "With your papers", "Ana")
    await _withdraw(house, case_id)
    await house.delivers()

    assert ("ana", "Come at ten") in house.post.sent
    assert ("ana", "Come at nine") not in house.post.sent
    assert ("ana", "With your papers") not in house.post.sent
    assert house.post.changed == []


async def test_a_change_follows_a_message_that_is_being_sent(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    changes: list[Callable[[], Awaitable[None]]] = [lambda: _edit(house, case_id, "Come at ten")]

    class Slow(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
            remote_id = await super().send(outgoing, address, content)
            if outgoing.text == "Come at nine":
                await changes.pop()()
            return remote_id

    post = Slow()
    delivery = house.another_delivery(post)
    while await delivery.step(TELEGRAM):
        pass

    assert post.sent[-1] == ("ana", "Come at nine")
    assert post.changed == [("ana", str(len(post.sent)), "Come at ten")]


async def test_what_was_withdrawn_while_it_was_sent_and_then_the_process_died_is_not_sent_again(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    async with house.db.write() as tx:
        assert await leases.take(tx, f"send/{TELEGRAM}", "dead", house.now, LEASE)
        while (letters := await outbox.take_due(tx, TELEGRAM, house.now, 8)) and letters[0].outgoing.text != "Come at nine":
            await outbox.sent(tx, letters[0].entry, "1")
    await _withdraw(house, case_id)
    house.later(seconds=31)
    await house.delivers()

    assert (house.post.sent, house.post.changed) == ([], [])
    # Nobody knows whether the resident has it, and staff are told.
    assert [(line.kind, line.text) for line in await house.lines()][-1] == ("not-withdrawn", "was-being-sent")


async def test_a_change_that_was_being_made_at_a_crash_is_made_again(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _edit(house, case_id, "Come at ten")
    house.later(seconds=31)
    async with house.db.write() as tx:
        assert await leases.take(tx, f"send/{TELEGRAM}", "dead", house.now, LEASE)
        (correction,) = await amendments.take_due(tx, TELEGRAM, house.now, 8)
    house.later(seconds=31)
    await house.delivers()
    await house.delivers()

    assert house.post.changed == [("ana", correction.remote_id, "Come at ten")]


@pytest.mark.parametrize(("change", "kind"), [("edit", "not-edited"), ("withdraw", "not-withdrawn")])
async def test_what_the_channel_does_not_change_becomes_a_note(house: House, change: str, kind: str) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await (_edit(house, case_id, "Come at ten") if change == "edit" else _withdraw(house, case_id))
    house.post.failures.append(SendFailure(permanent=True, detail="too-old"))
    await house.delivers()
    await house.delivers()

    note = (await house.lines())[-1]
    assert (note.author, note.kind, note.text) == (Author.NOTE, kind, "too-old")


async def test_a_change_is_tried_again_and_put_off_as_the_channel_asks(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _edit(house, case_id, "Come at ten")
    house.post.failures += [SendFailure(permanent=False), SendFailure(permanent=False, retry_after=7.0)]
    await house.delivers()
    house.later(seconds=2)
    await house.delivers()
    house.later(seconds=6.9)
    await house.delivers()
    too_early = list(house.post.changed)
    house.later(seconds=0.1)
    await house.delivers()

    assert too_early == []
    assert len(house.post.changed) == 1


async def test_changes_end_where_the_resident_has_blocked_us(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _edit(house, case_id, "Come at ten")
    await _edit(house, case_id, "Come at eleven")
    house.post.failures.append(SendFailure(permanent=True, blocked=True, detail="blocked"))
    await house.delivers()

    assert house.post.changed == []
    assert (await house.lines())[-1].kind == entries.BLOCKED
    with pytest.raises(Unreachable):
        await _edit(house, case_id, "Come at twelve")


async def test_a_message_that_was_refused_needs_no_note_about_its_change(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    changes: list[Callable[[], Awaitable[None]]] = [lambda: _edit(house, case_id, "Come at ten")]

    class Refusing(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
            if outgoing.text == "Come at nine":
                await changes.pop()()
                raise SendFailure(permanent=True, detail="refused")
            return await super().send(outgoing, address, content)

    delivery = house.another_delivery(Refusing())
    while await delivery.step(TELEGRAM):
        pass

    assert [line.kind for line in await house.lines() if line.author is Author.NOTE] == ["send-failed"]


async def test_only_the_last_message_of_ones_own_is_changed_once_and_while_one_has_the_case(house: House) -> None:
    case_id = await _answered(house, "Come at nine", "Bring your papers")
    first, last = [line for line in await house.lines() if line.author is Author.STAFF]

    with pytest.raises(TooLate):
        await house.amending.edit(case_id, first.sequence, None, "Come at ten", "Ana")
    with pytest.raises(NotYours):
        await house.amending.edit(case_id, last.sequence, None, "Come at ten", "Boris")
    with pytest.raises(NothingSaid):
        await _edit(house, case_id, " \n")
    with pytest.raises(Elsewhere):
        await house.amending.edit(case_id, last.sequence, 1, "Come at ten", "Ana")
    await _edit(house, case_id, "Bring your papers")
    assert await _last(house) == last, "the same text is no change"
    await _withdraw(house, case_id)
    with pytest.raises(TooLate):
        await _withdraw(house, case_id)
    await house.helpdesk.take_over(case_id, "Ana", "Boris")
    with pytest.raises(TooLate):
        await house.amending.edit(case_id, last.sequence, None, "Mine", "Boris")


async def test_of_two_changes_at_once_one_is_refused(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    last = await _last(house)
    outcomes = await asyncio.gather(
        *(house.amending.edit(case_id, last.sequence, last.changed, f"Come at {hour}", "Ana") for hour in ("ten", "eleven")),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Elsewhere", "NoneType"]
    assert (await _last(house)).earlier == ("Come at nine",)


async def test_on_our_own_page_nothing_has_to_be_sent(house: House) -> None:
    case_id = await _answered(house, "Come at nine", channel=WEB)
    await _edit(house, case_id, "Come at ten", WEB)

    async with house.db.read() as tx:
        assert not await amendments.has_due(tx, WEB, house.now)
    assert (await _last(house, WEB)).text == "Come at ten"


async def test_whoever_has_everything_deleted_leaves_no_changes_behind(house: House) -> None:
    case_id = await _answered(house, "Come at nine")
    await house.delivers()
    await _edit(house, case_id, "Come at ten")
    await house.closing.close(case_id, "Ana")
    await house.hears("forget")
    await house.works()
    await house.delivers()

    assert house.post.changed == []
    async with house.db.read() as tx:
        found = await conversations.find(tx, TELEGRAM, "ana")
        assert found is not None
        assert await cases.of_conversation(tx, found.id) is None
