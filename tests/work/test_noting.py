"""What was sent is noted: together where several wait, and by somebody else where one of them is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.store import outbox
from bot.store.database import Database, Transaction, Unavailable
from bot.work.noting import Notes
from tests.support.house import TELEGRAM, House


@pytest.fixture
async def house(database: Database) -> House:
    """A house in which four residents are being answered."""
    made = House(database)
    for number in range(4):
        await made.hears("hello", f"resident {number}")
    await made.works()
    return made


async def _on_their_way(house: House) -> Sequence[int]:
    async with house.db.write() as tx:
        return [letter.entry for letter in await outbox.take_due(tx, TELEGRAM, house.now, 4)]


async def _sent(house: House) -> int:
    async with house.db.read() as tx:
        return (await outbox.counts(tx))[outbox.State.SENT]


async def test_all_who_wait_are_noted(house: House) -> None:
    notes, letters = Notes(house.db), await _on_their_way(house)

    assert await asyncio.gather(*(notes.sent(entry, str(entry)) for entry in letters)) == [True] * 4
    assert await _sent(house) == 4


async def test_a_letter_that_is_gone_is_told_and_holds_up_no_other(house: House) -> None:
    notes, letters = Notes(house.db), await _on_their_way(house)
    gone = max(letters) + 1

    assert await asyncio.gather(*(notes.sent(entry, "1") for entry in (*letters, gone))) == [True] * 4 + [False]


@pytest.mark.parametrize("which", range(4))
async def test_whoever_is_cancelled_leaves_the_others_noted(house: House, which: int) -> None:
    notes, letters = Notes(house.db), await _on_their_way(house)
    noting = [asyncio.create_task(notes.sent(entry, "1")) for entry in letters]
    await asyncio.sleep(0)
    noting[which].cancel()
    found = await asyncio.gather(*noting, return_exceptions=True)

    assert [each for number, each in enumerate(found) if number != which] == [True] * 3
    assert isinstance(found[which], asyncio.CancelledError)
    assert await _sent(house) in (3, 4)


async def test_a_database_that_is_away_is_told_to_all(house: House) -> None:
    letters = await _on_their_way(house)
    away = Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    notes = Notes(away)
    found = await asyncio.gather(*(notes.sent(entry, "1") for entry in letters), return_exceptions=True)
    await away.close()

    assert [type(each) for each in found] == [Unavailable] * 4
    assert await _sent(house) == 0


async def test_what_nobody_foresaw_is_raised_once_and_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    notes, letters = Notes(house.db), await _on_their_way(house)
    write, failures = house.db.write, iter([None, RuntimeError()])

    @asynccontextmanager
    async def failing() -> AsyncIterator[Transaction]:
        async with write() as tx:
            yield tx
            if failure := next(failures, None):
                raise failure

    monkeypatch.setattr(house.db, "write", failing)
    noting = asyncio.gather(*(notes.sent(entry, "1") for entry in letters), return_exceptions=True)
    async with asyncio.timeout(10):
        found = await noting

    assert [each for each in found if each is True] == [True] * 3
    assert [type(each) for each in found if each is not True] == [RuntimeError]
    assert await _sent(house) == 3
