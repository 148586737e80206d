"""Who has everything deleted leaves no byte in the database's file: the raw files are searched, sealed and unsealed.

On PostgreSQL the rows are gone, too (`test_forgetting`); their bytes go when autovacuum has freed the place and other rows have
taken it, and in its log when that is written over. What they hold is sealed, and says nothing without the key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, cast, delete, func, insert, select
from structlog.testing import capture_logs

from bot.clock import new_id
from bot.model.attached import Enclosure
from bot.model.case import Case
from bot.model.contact import Contact, ContactKind
from bot.model.conversation import Asked, Pending
from bot.store import (
    amendments,
    attachments,
    callbacks,
    conversations,
    desk_tables,
    edit_tables,
    retention,
    suggestions,
    tables,
)
from bot.store.database import Database
from bot.store.retention import Periods
from bot.store.sealing import Keyring
from bot.store.suggestions import Suggested
from bot.work import rewriting
from bot.work.closing import Ending
from bot.work.housekeeping import Housekeeping
from tests.support.databases import Databases
from tests.support.house import MONDAY, TELEGRAM, House

#: Columns that hold what was said, or lead to who said it.
_WORDS = {"address", "body", "content", "name", "value", "question", "text", "remote_id", "payload"}

#: Bytes that do not stand somewhere by chance.
_TELLING = 8

_LATER = MONDAY + timedelta(days=2)


#: What a resident writes in the tests of the file itself, and how they can be reached.
SAID = "moj mož me tepe, živim v Solkanu na Soški cesti 5"
ADDRESS, NAME, NUMBER = "resident-7731904", "potrdilo-o-bivanju.pdf", "041 999 555"


@pytest.mark.parametrize("ring", [Keyring((b"k" * 32,)), None], ids=["sealed", "plain"])
async def test_no_byte_of_a_resident_is_left_in_the_file(databases: Databases, ring: Keyring | None) -> None:
    with databases.fresh("sqlite") as url:
        house = House(Database.open(url, ring))
        case = await _a_life(house, ADDRESS)
        await _a_life(house, "somebody else", "zgubil sem službo, stanujem v Kranju")
        raw = sorted(await _kept(house, ADDRESS) - await _kept(house, "somebody else"))  # without what is said to everybody
        path = Path(url.removeprefix("sqlite:///"))
        there = _found(path, raw)
        async with house.db.read() as tx:
            theirs = select(func.count()).where(desk_tables.suggestion.c.conversation_id == case.conversation_id)
            passed_on = (await tx.execute(theirs)).scalar_one()

        await house.hears("forget", ADDRESS)
        await house.works()
        await house.delivers()
        gone = [each for each in there if each != ADDRESS.encode()]  # the empty conversation carries the last reply to it
        left = _found(path, gone)
        async with house.db.write() as tx:
            await retention.carry_out(tx, retention.FAREWELLS, [((await house.conversation(ADDRESS)).id,)], _LATER, Periods())
        await house.db.settle()
        at_last = _found(path, [ADDRESS.encode(), case.id.encode()])
        others = await house.said("somebody else")
        await house.db.close()

    assert len(there) > 40
    assert passed_on == 2  # by the resident and by staff
    assert len(there) > 0.8 * len(raw)  # of a large file some parts lie across two pages
    assert (SAID.encode() in there) is (ring is None)  # as it was written, only where there is no key
    assert left == []
    assert at_last == []
    assert len(others) > 1


async def test_what_was_left_where_rows_were_moved_goes_when_the_file_is_written_anew(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        house = House(Database.open(url), MONDAY.replace(hour=2))
        addresses = [f"{number * 7919 % 1000:03}-{'x' * (number % 90)}-{number}" for number in range(250)]
        async with house.db.write() as tx:
            for address in addresses:
                await conversations.ensure(tx, TELEGRAM, address, house.now)
            for address in addresses[::2]:
                found = await conversations.find(tx, TELEGRAM, address)
                assert found is not None
                await conversations.save(tx, replace(found, pending=Pending(Asked.COUNTRY, address * 9)), house.now)
            for address in addresses:
                found = await conversations.find(tx, TELEGRAM, address)
                assert found is not None
                await conversations.replace_forgotten(tx, found, house.now, house.now)
            await tx.execute(delete(tables.conversation))
        rewritten = [await rewriting.rewrite(house.db, each) for each in (MONDAY, house.now, house.now)]
        left = _found(Path(url.removeprefix("sqlite:///")), [f"{each}-".encode() for each in addresses if len(each) > 12])
        await house.db.close()

    assert rewritten == [False, True, False]  # at night, and once
    assert left == []


async def test_after_the_night_housekeeping_has_left_nothing_of_it(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        house = House(Database.open(url), MONDAY)
        path = Path(url.removeprefix("sqlite:///"))
        words = [SAID.encode()]
        with closing(sqlite3.connect(path, isolation_level=None)) as other:  # a program that leaves there what it deletes
            other.execute("PRAGMA secure_delete = OFF")
            for number in range(50):
                values = (f"{SAID * 9} {number}", "2026-11-22 10:00:00.000000")
                other.execute("INSERT INTO chore (name, began_at) VALUES (?, ?)", values)
            other.execute("DELETE FROM chore")
        await Housekeeping(house.db, clock=house.clock).tidy()
        by_day = _found(path, words)
        house.later(hours=17)  # two in the night
        await Housekeeping(house.db, clock=house.clock).tidy()
        by_night = _found(path, words)
        await house.db.close()

    assert by_day != []  # else this proves nothing
    assert by_night == []


async def test_a_file_that_is_too_large_is_not_written_anew_and_that_is_told_once_a_night(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "LARGEST", 1000)
    with databases.fresh("sqlite") as url:
        house = House(Database.open(url), MONDAY.replace(hour=2))
        with capture_logs() as logged:
            done = [await rewriting.rewrite(house.db, house.now) for _ in range(3)]
        await house.db.close()

    assert done == [False] * 3
    assert ["too large" in each["event"] for each in logged] == [True]


async def _a_life(house: House, address: str, said: str = SAID) -> Case:
    """Let a resident say much, call a person, attach and leave things, and have what was said to them changed.

    In the end the case is closed, and what was asked and answered passed on to the editors.
    """
    for number in range(12):
        await house.hears(f"{said} {address} {number}", address)
    await house.hears("person", address)
    await house.works()
    await house.delivers()
    case, conversation = await house.case(address), await house.conversation(address)
    await house.helpdesk.claim(case.id, "Ana")
    await house.hears(f"{said} {address}, kam naj grem", address)
    await house.works()
    await house.helpdesk.reply(case.id, None, f"Odgovor za {address}: {said}", "Ana")
    await house.delivers()
    async with house.db.write() as tx:
        file = Enclosure(new_id(), f"{address}-{NAME}", "text/plain")
        await attachments.put(tx, conversation.id, file, said.encode() * 900, house.now)
        await callbacks.put(tx, conversation.id, case.id, Contact(ContactKind.PHONE, f"{NUMBER} {address}"), house.now)
        last = await amendments.last_of(tx, conversation.id, "Ana")
        assert last is not None
        assert await amendments.edit(tx, last, f"Popravek za {address}: {said * 30}", 99, house.now)
        await suggestions.put(tx, Suggested(said + address, said), "", house.now, conversation_id=conversation.id)
        asked = {"turn": len(address), "at": house.now, "channel": TELEGRAM, "kind": "person", "text": said + address}
        await tx.execute(insert(edit_tables.question).values(conversation_id=conversation.id, **asked))
    closed = await house.closing.close(case.id, "Ana", how=Ending(unknown=True))
    async with house.db.write() as tx:
        waits = replace(await house.conversation(address), pending=Pending(Asked.COUNTRY, said + address))
        await conversations.save(tx, waits, house.now)
    return closed


async def _kept(house: House, address: str) -> set[bytes]:
    """Return every value that hangs on the resident's conversation as it stands in the file, and parts of long ones."""
    conversation = await house.conversation(address)
    found: set[bytes] = {address.encode(), conversation.id.encode()}
    async with house.db.read() as tx:
        for table in tables.metadata.sorted_tables:
            if "conversation_id" not in table.columns:
                continue
            words = [each for each in table.columns if each.name in _WORDS]
            for column in words:
                theirs = select(cast(column, LargeBinary)).where(table.c.conversation_id == conversation.id, column.is_not(None))
                found |= {bytes(each) for each in (await tx.execute(theirs)).scalars()}
        pending = select(cast(tables.conversation.c.pending, LargeBinary)).where(tables.conversation.c.id == conversation.id)
        found.add(bytes((await tx.execute(pending)).scalar_one()))
    parts = {each[begin : begin + 60] for each in found if len(each) > 300 for begin in range(16, len(each) - 60, 2000)}
    found |= {SAID.encode()} if house.db.sealer.ring is None and address == ADDRESS else set()
    return {each[-200:] for each in found if len(each) >= _TELLING} | parts


def _found(path: Path, wanted: Iterable[bytes]) -> list[bytes]:
    """Return which of these bytes stand anywhere in the files of a database."""
    files = [each.read_bytes() for each in path.parent.glob(f"{path.name}*")]
    return [each for each in wanted if any(each in file for file in files)]
