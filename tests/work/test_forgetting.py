"""Who has everything deleted has everything deleted: no table that could hold something of theirs is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select

from bot.model.attached import Enclosure
from bot.model.message import Kind
from bot.store import attachments, conversations, desk_tables, edit_tables, readers, suggestions, tables, told
from bot.store.database import Database
from bot.store.suggestions import Kind as Whose
from bot.store.suggestions import Suggested
from bot.store.told import Telling
from tests.support.house import House
from tests.support.thinking import think

#: These outlive a case on purpose: the topic in the group is deleted because its case is gone, and the lines of a topic go with
#: that.
_OUTLIVE = {desk_tables.group_topic, desk_tables.group_line, edit_tables.case_record}

#: These outlive a conversation that ends, but not one that is forgotten: that deletes their rows and records of cases by name.
_QUESTION, _SUGGESTION = edit_tables.question, desk_tables.suggestion


def _theirs(table: Table) -> bool:
    """Tell whether a table's rows belong to a conversation: by a key that leads there, over whatever other tables."""
    targets = {key.column.table for key in table.foreign_keys}
    return tables.conversation in targets or any(_theirs(each) for each in targets - {table, tables.staff})


def test_every_table_that_names_a_conversation_or_a_case_loses_its_rows_with_them() -> None:
    for table in tables.metadata.tables.values():
        named = {"conversation_id", "case_id", "entry", "call_back_id"} & set(table.columns.keys())
        if not named or table in _OUTLIVE:
            continue
        for name in named:
            keys = table.columns[name].foreign_keys
            assert [key.ondelete for key in keys] == ["SET NULL" if table in {_QUESTION, _SUGGESTION} else "CASCADE"], (
                f"{table.name}.{name}"
            )
        assert _theirs(table), table.name


async def test_nothing_of_a_resident_is_left_in_any_table(house: House) -> None:
    await house.hears("person")
    await house.works()
    await house.delivers()
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana")
    conversation = await house.conversation()
    async with house.db.write() as tx:
        await attachments.put(tx, conversation.id, Enclosure("f" * 32, "a.txt", "text/plain"), b"x", house.now)
        await readers.guard(tx, case.id, {"Ana"})
        await told.put(tx, [Telling(case.id, house.now, "duty", "Ana", "email", case.id)], house.now)
        await _fill(tx, desk_tables.call_back, id="c", kind="phone", value="041", asked_at=house.now, **_of(case))
        await _fill(tx, desk_tables.call_try, call_back_id="c", staff="Ana", reached=False, at=house.now)
        entry = (await tx.execute(select(func.min(tables.entry.c.sequence)))).scalar_one()
        sending = {"channel": "telegram", "address": "ana", "kind": "edit", "state": "sent", "tries": 0}
        its = {"entry": entry, "conversation_id": conversation.id, "due": house.now, "put_at": house.now}
        await _fill(tx, desk_tables.amendment, **sending, **its)
        vote = {"topic": "pension", "country": "si", "helpful": True, "at": house.now}
        await _fill(tx, tables.vote, conversation_id=conversation.id, **vote)
        asked = {"turn": 7, "at": house.now, "channel": "web", "kind": "person", "text": "kje?"}
        await _fill(tx, _QUESTION, conversation_id=conversation.id, **asked)
        wrong = Suggested("znesek je napačen", "", kind=Whose.RESIDENT)
        await suggestions.put(tx, wrong, "", house.now, conversation_id=conversation.id)
    theirs = [table for table in tables.metadata.tables.values() if _theirs(table)]
    filled = await _counts(house, theirs)
    assert all(filled.values()), filled

    async with house.db.write() as tx:
        await conversations.replace_forgotten(tx, conversation, house.now, house.now)
    assert not any((await _counts(house, theirs)).values())


async def test_of_who_presses_the_button_no_address_and_no_word_is_left_but_for_the_last_reply(house: House) -> None:
    for text in ("zgubil sem službo kaj zdaj", "kje dobim hrano"):
        await house.hears(text)
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    await house.helpdesk.claim((await house.case()).id, "Ana")
    await house.delivers()
    await house.helpdesk.reply((await house.case()).id, None, "Come on Monday.", "Ana")  # not sent yet
    before = (await house.conversation()).id
    await house.presses("forget")
    await house.works(think)
    await house.delivers()

    after = await house.conversation()
    addressed = [table for table in tables.metadata.tables.values() if "address" in table.columns]
    assert {table.name for table in addressed} >= {"inbox", "conversation", "outbox", "amendment"}
    async with house.db.read() as tx:
        for table in addressed:
            whose = select(table).where(table.c.address == "ana")
            rows = [row._mapping for row in await tx.execute(whose)]
            assert all(after.id in (row.get("conversation_id"), row.get("id")) for row in rows), table.name
        for table in tables.metadata.tables.values():
            if "conversation_id" in table.columns:
                theirs = select(func.count()).select_from(table).where(table.c.conversation_id == before)
                assert (await tx.execute(theirs)).scalar_one() == 0, table.name
    assert [line.text for line in await house.lines() if line.text] == [house.post.sent[-1][1]]
    assert ("ana", "Come on Monday.") not in house.post.sent


async def test_the_log_of_the_database_is_emptied_at_once(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path / 'f.db'}")
    await db.migrate()
    house = House(db)
    try:
        await house.hears("moja skrivna beseda")
        await house.works(think)
        await house.presses("forget")
        await house.works(think)
        assert _holding(tmp_path, b"skrivna") == []
    finally:
        await db.close()


def _holding(folder: Path, word: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if word in file.read_bytes()]


def _of(case: Any) -> dict[str, str]:
    return {"case_id": case.id, "conversation_id": case.conversation_id}


async def _fill(tx: Any, table: Table, **values: Any) -> None:
    await tx.execute(insert(table).values(**values))


async def _counts(house: House, of: list[Table]) -> dict[str, int]:
    async with house.db.read() as tx:
        return {table.name: (await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in of}
