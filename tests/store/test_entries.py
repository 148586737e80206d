"""The transcript can be read from its end, or from where a stream broke off."""

from __future__ import annotations

from bot.clock import now
from bot.model.attached import Enclosure
from bot.model.message import Incoming, Kind, Outgoing
from bot.store import conversations, entries
from bot.store.database import Database


async def test_the_last_lines_come_oldest_first_and_notes_for_staff_only(database: Database) -> None:
    async with database.write() as tx:
        its = (await conversations.ensure(tx, "web", "ana", now())).id
        other = (await conversations.ensure(tx, "web", "berta", now())).id
        for text in "1234":
            await entries.put_outgoing(tx, its, Outgoing(text, "sl"), now())
        await entries.put_note(tx, its, "a note", now(), staff="Ana")
        await entries.put_outgoing(tx, other, Outgoing("other", "sl"), now())
    async with database.read() as tx:
        residents = [line.text for line in await entries.latest(tx, its, limit=2)]
        staffs = [line.text for line in await entries.latest(tx, its, notes=True, limit=2)]

    assert residents == ["3", "4"]
    assert staffs == ["4", "a note"]


async def test_a_stream_goes_on_after_the_line_it_saw_last(database: Database) -> None:
    async with database.write() as tx:
        its = (await conversations.ensure(tx, "web", "ana", now())).id
        numbers = [await entries.put_outgoing(tx, its, Outgoing(text, "sl"), now()) for text in "123"]
    async with database.read() as tx:
        seen = [[line.text for line in await entries.since(tx, its, after)] for after in (0, numbers[0], numbers[2])]

    assert seen == [["1", "2", "3"], ["2", "3"], []]


async def test_a_command_reads_as_the_resident_typed_it(database: Database) -> None:
    async with database.write() as tx:
        conversation = await conversations.ensure(tx, "web", "ana", now())
        for kind in (Kind.COMMAND, Kind.TEXT):
            await entries.put_incoming(
                tx, conversation, Incoming(int(kind is Kind.TEXT), "web", "ana", "e", kind, now(), "person"), now()
            )
        said = [line.text for line in await entries.latest(tx, conversation.id)]

    assert said == ["/person", "person"]


async def test_a_message_that_a_resident_changed_shows_what_it_said_before(database: Database) -> None:
    async with database.write() as tx:
        conversation = await conversations.ensure(tx, "telegram", "501", now())

        async def said(sequence: int, text: str, remote_id: str | None, kind: Kind = Kind.TEXT) -> None:
            incoming = Incoming(sequence, "telegram", "501", str(sequence), kind, now(), text, remote_id=remote_id)
            await entries.put_incoming(tx, conversation, incoming, now())

        await said(1, "ob devetih", "77")
        await said(2, "hvala", "78")
        await said(3, "ob desetih", "77", Kind.EDIT)
        await said(4, "ob enajstih", "77", Kind.EDIT)
        await said(5, "nekaj od prej", "12", Kind.EDIT)
        await said(6, "brez številke", None, Kind.EDIT)
        lines = await entries.latest(tx, conversation.id)

    assert [line.earlier for line in lines] == [(), (), ("ob devetih",), ("ob desetih",), (), ()]


async def test_a_file_is_told_of_by_the_line_that_it_came_with(database: Database) -> None:
    file = Enclosure("1", "odločba.pdf", "application/pdf")
    async with database.write() as tx:
        conversation = await conversations.ensure(tx, "web", "ana", now())
        sent = Incoming(1, "web", "ana", "1", Kind.FILE, now(), attachment=file.reference, file=file)
        await entries.put_incoming(tx, conversation, sent, now())
        await entries.put_outgoing(tx, conversation.id, Outgoing("", "sl", file=file), now())
        lines = await entries.latest(tx, conversation.id)

    assert [(line.file, line.attachment) for line in lines] == [(file, "file:1")] * 2
    assert lines[1].outgoing().file == file
