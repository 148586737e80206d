"""What is sealed and cannot be opened, because a byte of it changed or its key is missing, holds nobody else up."""

from __future__ import annotations

from sqlalchemy import JSON, Column, LargeBinary, Text, func, select, type_coerce, update

from bot.model.case import Reason
from bot.store import entries, questions, tables
from bot.store.edit_tables import question
from bot.work.likening import unpacked
from tests.support.house import House
from tests.support.town import Town


async def damage(house: House, column: Column[object], address: str = "ana") -> None:
    """Let the newest value of ``address`` in a column be one that no key opens."""
    table, broken = column.table, type_coerce("sealed:00000000:AAAA", JSON())
    if table is tables.entry:
        its = tables.conversation.c.id == tables.entry.c.conversation_id
        newest = select(func.max(tables.entry.c.sequence)).select_from(tables.entry.join(tables.conversation, its))
        newest = newest.where(tables.conversation.c.address == address).correlate(None)
        these = tables.entry.c.sequence == newest.scalar_subquery()
    else:
        these = table.c.address == address
    async with house.db.write() as tx:
        assert (
            await tx.execute(update(tables.metadata.tables[str(table.name)]).where(these).values({column.name: broken}))
        ).rowcount


async def test_a_message_that_cannot_be_opened_is_set_aside_and_a_person_called_and_others_go_on(house: House) -> None:
    await house.hears("damaged")
    await damage(house, tables.inbox.c.payload)
    await house.hears("hello", "berta")
    await house.works()
    assert await house.said("berta") == ["echo: hello"]
    for _ in range(3):
        house.later(seconds=30)
        await house.works()

    assert await house.said() == ["sorry"]
    assert (await house.case()).reason is Reason.FAILURE
    assert await house.inbox() == {"aside": 1, "done": 1}
    await house.hears("again")
    await house.works()
    assert await house.said() == ["sorry", "echo: again"]


async def test_a_conversation_that_cannot_be_opened_holds_nobody_else_up(house: House) -> None:
    await house.hears("hello")
    await house.works()
    await damage(house, tables.conversation.c.pending)
    await house.hears("once more")
    await house.hears("hello", "berta")
    await house.works()

    assert await house.said("berta") == ["echo: hello"]
    assert await house.inbox() == {"new": 1, "done": 2}


async def test_a_reply_that_cannot_be_opened_holds_nobody_else_up_and_is_given_up_after_a_day(house: House) -> None:
    await house.hears("first")
    await house.works()
    await damage(house, tables.entry.c.body)
    await house.hears("second")
    await house.hears("hello", "berta")
    await house.works()
    await house.delivers()
    assert house.post.sent == [("berta", "echo: hello")]
    house.later(hours=25)
    await house.delivers()  # given up
    await house.delivers()

    assert house.post.sent[1:] == [("ana", "echo: second")]


async def test_a_change_that_cannot_be_opened_holds_nobody_else_up(house: House) -> None:
    for resident in ("ana", "berta"):
        await house.hears("person", resident)
    await house.works()
    for resident in ("ana", "berta"):
        case = (await house.case(resident)).id
        await house.helpdesk.claim(case, "Ana")
        await house.helpdesk.reply(case, None, "a slip", "Ana")
    await house.delivers()
    for resident in ("ana", "berta"):
        line = next(each for each in await house.lines(resident) if each.text == "a slip")
        await house.amending.edit((await house.case(resident)).id, line.sequence, None, "as meant", "Ana")
    async with house.db.write() as tx:
        found = select(tables.entry.c.sequence, tables.conversation.c.address).join(
            tables.conversation, tables.conversation.c.id == tables.entry.c.conversation_id
        )
        rows = [row.sequence for row in await tx.execute(found.where(tables.conversation.c.address == "ana"))]
        slips = [number for number, each in (await entries.get_many(tx, rows)).items() if each.text == "as meant"]
        broken = type_coerce("sealed:00000000:AAAA", JSON())
        await tx.execute(update(tables.entry).where(tables.entry.c.sequence.in_(slips)).values(body=broken))
    await house.delivers()

    assert [each[::2] for each in house.post.changed] == [("berta", "as meant")]


async def test_a_message_that_came_before_the_clock_was_set_back_is_answered_at_once(house: House) -> None:
    house.later(hours=3)
    await house.hears("hello")
    house.later(hours=-3)
    await house.works()
    await house.delivers()

    assert house.post.sent == [("ana", "echo: hello")]


async def test_a_reply_that_was_written_before_the_clock_was_set_back_is_sent_at_once(house: House) -> None:
    house.later(hours=3)
    await house.hears("hello")
    await house.works()
    house.later(hours=-3)
    await house.delivers()

    assert house.post.sent == [("ana", "echo: hello")]


async def test_a_line_that_cannot_be_opened_keeps_no_other_question_from_being_gathered(house: House) -> None:
    town = Town(house.db)
    await town.sends("answer/pension where is it", address="ana")
    async with house.db.write() as tx:
        await tx.execute(update(tables.entry).values(body=type_coerce("sealed:00000000:AAAA", JSON())))
    await town.sends("answer/pension how much", address="berta")

    assert [each.text for each in await town.gathered()] == ["answer/pension how much"]


async def test_a_question_that_cannot_be_opened_keeps_no_other_from_being_gathered_and_shown(house: House) -> None:
    town = Town(house.db)
    await town.sends("person/pension where is it", address="ana")
    await town.gathering().gather()
    async with house.db.write() as tx:
        await tx.execute(update(question).values(text=type_coerce("sealed:00000000:AAAA", Text())))
    await town.sends("person/pension how much", address="berta")
    await town.gathering().gather()

    async with house.db.read() as tx:
        assert [each.text for each in await questions.latest(tx)] == ["person/pension how much"]
        assert [each.text for each, _ in await questions.unsettled(tx, "sl", 10)] == ["person/pension how much"]
        assert [each.text for each in await questions.without_vector(tx, 10)] == ["person/pension how much"]


async def test_a_vector_that_cannot_be_opened_is_computed_anew(house: House) -> None:
    town = Town(house.db)
    await town.sends("person/pension where is it")
    await town.gathering().gather()
    async with house.db.write() as tx:
        await tx.execute(update(question).values(vector=type_coerce(b"sealed:00000000:AAAA", LargeBinary())))
    async with house.db.read() as tx:
        (content,) = (await questions.vectors(tx)).values()

    assert unpacked(content, "tiny") is None
