"""Residents whose phone is read by others: what they did not ask for tells nothing, and they can hide it and leave no trace."""

from __future__ import annotations

from sqlalchemy import select

from bot.clock import new_id
from bot.model.attached import PDF, Enclosure, Tidied
from bot.model.conversation import Holder
from bot.model.message import Author, Kind, Outgoing, Veil
from bot.store import attachments, conversations, inbox, tables
from bot.store.desk_tables import attachment
from bot.store.entries import Entry
from bot.work.commit import put_out
from tests.support.house import TELEGRAM, WEB, House, Post
from tests.support.thinking import think

SECRET = "The shelter has a bed for you."


class Attentive(Post):
    """Keeps all of what it is to send and to change."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Outgoing] = []

    async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
        """Send."""
        self.given.append(outgoing)
        return await super().send(outgoing, address, content)

    async def edit(self, outgoing: Outgoing, address: str, remote_id: str, content: bytes | None = None) -> str:
        """Change."""
        self.given.append(outgoing)
        return await super().edit(outgoing, address, remote_id, content)


async def _told(house: House) -> list[Outgoing]:
    """Return what is to be sent of each line, in order."""
    return [line.outgoing() for line in await house.lines() if line.author in (Author.BOT, Author.STAFF)]


async def _with_a_person(house: House) -> str:
    """Let a resident be discreet and have staff take their case."""
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    await house.delivers()
    return case.id


async def _last(house: House) -> Entry:
    return next(line for line in reversed(await house.lines()) if line.author is Author.STAFF)


async def test_what_staff_write_is_behind_a_neutral_sentence(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    reply = await _last(house)
    assert reply.outgoing().veil == Veil(reply.sequence, drawn=True)
    assert reply.text == SECRET  # staff read what they wrote


async def test_what_a_resident_asked_for_is_shown_and_can_be_hidden(house: House) -> None:
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)
    (*_, last) = await _told(house)
    assert last.veil is not None
    assert not last.veil.drawn
    assert (await house.conversation()).discreet


async def test_a_hidden_message_is_shown_by_its_button_and_hidden_again(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    await house.delivers()
    reply = await _last(house)
    before = len(await house.said())
    for verb, drawn in (("show", False), ("hide", True), ("show", False)):
        await house.presses(f"{verb}:{reply.sequence}")
        await house.works(think)
        await house.delivers()
        assert (await _last(house)).outgoing().veil == Veil(reply.sequence, drawn=drawn)
    assert [text for _, _, text in house.post.changed] == [SECRET] * 3
    assert len(await house.said()) == before  # nothing is said besides
    assert (await house.conversation()).holder is Holder.STAFF


async def test_a_message_that_is_still_to_go_out_goes_as_it_is_by_then(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    await house.presses(f"show:{(await _last(house)).sequence}")
    await house.works(think)
    await house.delivers()
    assert house.post.changed == []
    assert house.post.sent[-1] == ("ana", SECRET)


async def test_what_was_on_its_way_when_no_trace_was_to_be_left_is_taken_back(house: House) -> None:
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)

    class Slow(Post):
        async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
            if not self.sent:
                await house.presses("traceless:yes")
                await house.works(think)
            return await super().send(outgoing, address, content)

    slow = Slow()
    sending = house.another_delivery(slow)
    while await sending.step(TELEGRAM):
        pass
    assert [text for _, text in slow.sent[1:]] == ["Done."]
    assert slow.changed == [("ana", "1", "withdrawn")]


async def test_what_an_outage_delayed_goes_as_the_resident_wants_it_by_then(house: House) -> None:
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    await house.helpdesk.reply(case.id, None, SECRET, "Ana")  # nothing is sent yet
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)
    there = Attentive()
    sending = house.another_delivery(there)
    while await sending.step(TELEGRAM):
        pass
    reply = await _last(house)
    (sent,) = (each for each in there.given if each.text == SECRET)
    assert sent.veil == Veil(reply.sequence, drawn=True)
    await house.presses(f"show:{reply.sequence}")
    await house.works(think)
    while await sending.step(TELEGRAM):
        pass
    assert there.given[-1].text == SECRET
    assert there.given[-1].veil == Veil(reply.sequence, drawn=False)


async def test_what_was_just_asked_for_is_hidden_when_it_comes_late(house: House) -> None:
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    await house.hears("pomoč")
    await house.works(think)
    house.later(minutes=3)  # the channel was away
    there = Attentive()
    while await house.another_delivery(there).step(TELEGRAM):
        pass
    assert there.given
    assert all(each.veil is not None and each.veil.drawn for each in there.given)


async def test_what_was_asked_for_while_the_program_was_away_is_hidden(house: House) -> None:
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    await house.hears("pomoč")
    house.later(minutes=3)
    await house.works(think)
    veils = [each.veil for each in await _told(house)]
    assert veils[-1] is not None
    assert veils[-1].drawn


async def test_what_was_pressed_to_be_shown_while_the_program_was_away_stays_hidden(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    await house.delivers()
    reply = await _last(house)
    await house.presses(f"show:{reply.sequence}")
    house.later(minutes=3)  # who pressed may have put the phone down
    await house.works(think)
    there = Attentive()
    sending = house.another_delivery(there)
    while await sending.step(TELEGRAM):
        pass
    assert SECRET not in [each.text for each in there.given if each.veil is None or not each.veil.drawn]
    await house.presses(f"show:{reply.sequence}")
    await house.works(think)
    while await sending.step(TELEGRAM):
        pass
    assert there.given[-1].veil == Veil(reply.sequence, drawn=False)


async def test_what_was_to_be_shown_and_comes_late_is_hidden(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    await house.delivers()
    reply = await _last(house)
    await house.presses(f"show:{reply.sequence}")
    await house.works(think)
    house.later(minutes=3)  # the channel was away
    there = Attentive()
    while await house.another_delivery(there).step(TELEGRAM):
        pass
    assert [each.veil for each in there.given] == [Veil(reply.sequence, drawn=True)]


async def test_what_staff_change_afterwards_is_hidden_from_who_is_discreet_by_then(house: House) -> None:
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    await house.helpdesk.reply(case.id, None, "Please wait.", "Ana")
    await house.delivers()
    await house.hears("discreet", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    reply = await _last(house)
    await house.amending.edit(case.id, reply.sequence, None, SECRET, "Ana")
    house.later(minutes=1)  # the process that sent until now is gone
    there = Attentive()
    while await house.another_delivery(there).step(TELEGRAM):
        pass
    assert [each.veil for each in there.given] == [Veil(reply.sequence, drawn=True)]


async def test_a_file_goes_out_only_when_it_is_shown(house: House) -> None:
    await _with_a_person(house)
    conversation = await house.conversation()
    file = attachments.described(Tidied("letter.pdf", PDF, b"%PDF"))
    async with house.db.write() as tx:
        locked = await conversations.lock(tx, conversation.id)
        assert locked is not None
        await attachments.put(tx, conversation.id, file, b"%PDF", house.now, staff="Ana")
        await put_out(tx, locked, (Outgoing("", "sl", Author.STAFF, file=file),), house.now, staff="Ana")
    await house.delivers()
    assert house.post.contents == []
    await house.presses(f"show:{(await _last(house)).sequence}")
    await house.works(think)
    await house.delivers()
    assert house.post.contents == [b"%PDF"]


async def test_nobody_shows_what_is_not_theirs_or_no_more(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    await house.delivers()
    theirs = (await _last(house)).sequence
    for press in (f"show:{theirs}", "show:999", "show:x", "hide:"):
        await house.presses(press, "eve")
    await house.works(think)
    told = await house.said("eve")
    assert "I am the automatic assistant" in told[0]
    assert sum("no longer works" in text for text in told) == 4
    assert (await _last(house)).outgoing().veil == Veil(theirs, drawn=True)


async def test_in_full_again_when_nobody_reads_along_any_more(house: House) -> None:
    case_id = await _with_a_person(house)
    await house.presses("discreet:off")
    await house.works(think)
    await house.helpdesk.reply(case_id, None, SECRET, "Ana")
    assert (await _last(house)).outgoing().veil is None


async def test_on_the_web_nothing_is_hidden_since_nothing_is_sent(house: House) -> None:
    await house.hears("discreet", channel=WEB, kind=Kind.COMMAND)
    await house.works(think)
    assert all(line.outgoing().veil is None for line in await house.lines(channel=WEB))


async def _writes(house: House, number: int) -> None:
    payload = {"kind": Kind.TEXT, "text": "pomoč", "remote_id": f"r{number}"}
    async with house.db.write() as tx:
        await inbox.put(tx, TELEGRAM, new_id(), "ana", payload, house.now)
    await house.works(think)
    await house.delivers()


async def test_no_trace_is_left_in_the_chat_nor_in_the_database(house: House) -> None:
    await _writes(house, 1)
    house.later(hours=50)
    await _writes(house, 2)
    sent = len(house.post.sent)
    await house.presses("traceless")
    await house.works(think)
    await house.delivers()
    asked = await house.said()
    assert "48 hours" in asked[-1]
    house.post.changed.clear()
    await house.presses("traceless:yes")
    await house.works(think)
    await house.delivers()
    assert house.post.sent[-1] == ("ana", "Done.")
    ((address, swept, what),) = house.post.changed
    assert (address, what) == ("ana", "withdrawn")
    assert "r2" in swept.split(",")
    assert "r1" not in swept.split(",")  # too old for the channel
    assert str(sent) in swept.split(",")
    async with house.db.read() as tx:
        bodies = list((await tx.execute(select(tables.entry.c.body))).scalars())
        payloads = list((await tx.execute(select(tables.inbox.c.payload))).scalars())
    assert [body["text"] for body in bodies if body["text"]] == ["Done."]
    assert not any(payloads)


async def test_many_messages_are_deleted_by_hundreds(house: House) -> None:
    await _writes(house, 1)
    conversation = await house.conversation()
    async with house.db.write() as tx:
        locked = await conversations.lock(tx, conversation.id)
        assert locked is not None
        await put_out(tx, locked, [Outgoing(f"{each}", "sl") for each in range(120)], house.now)
    await house.delivers()
    house.post.changed.clear()
    await house.presses("traceless:yes")
    await house.works(think)
    await house.delivers()
    counts = [len(swept.split(",")) for _, swept, _ in house.post.changed]
    assert counts[0] == 100
    assert len(counts) == 2


async def test_everything_that_is_kept_goes_along_when_it_is_asked_for(house: House) -> None:
    packed: list[str] = []

    async def pack(conversation_id: str) -> tuple[Enclosure, bytes] | None:
        packed.append(conversation_id)
        return Enclosure("", "my-data.zip", "application/zip"), b"PK"

    house.delivery = house.another_delivery(house.post, pack)
    await house.hears("mydata", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    assert packed == [(await house.conversation()).id]
    assert house.post.contents == [b"PK"]
    async with house.db.read() as tx:
        assert (await tx.execute(select(attachment))).first() is None  # it was never kept


async def test_what_was_forgotten_meanwhile_is_not_sent(house: House) -> None:
    async def pack(_: str) -> None:
        return None

    house.delivery = house.another_delivery(house.post, pack)
    await house.hears("mydata", kind=Kind.COMMAND)
    await house.works(think)
    await house.delivers()
    assert house.post.contents == []
    failed = [line.text for line in await house.lines() if line.author is Author.NOTE]
    assert failed == ["nothing-is-kept"]


async def test_after_a_person_the_assistant_says_again_that_it_is_none(house: House) -> None:
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    await house.helpdesk.release(case.id, "Ana")
    await house.hears("hvala")
    await house.works(think)
    assert "I am the automatic assistant" in (await house.said())[-2]
