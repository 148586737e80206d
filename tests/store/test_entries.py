"""The transcript can be read from its end, or from where a stream broke off."""

from __future__ import annotations

from bot.clock import now
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
