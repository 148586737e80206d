"""Steps that are used once, and recovery codes. Ana has a second factor."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.model.staff import Member, Role
from bot.store import desk_tables, second_factor, staff
from bot.store.database import Database

NOW = now()
CODES = ["AAAA-BBBB-CCCC", "DDDD-EEEE-FFFF"]


@pytest.fixture
async def ana(database: Database) -> Member:
    async with database.write() as tx:
        member = await staff.create(tx, "Ana", Role.STAFF, "hash", NOW)
        await second_factor.keep(tx, member.id, "SECRET")
        await second_factor.put_recovery(tx, member.id, CODES)
    return member


async def _spend(db: Database, member: Member, steps: list[int], under: str = "SECRET") -> bool:
    async with db.write() as tx:
        return await second_factor.spend(tx, member.id, under, steps)


async def _recover(db: Database, member: Member, code: str) -> bool:
    async with db.write() as tx:
        return await second_factor.spend_recovery(tx, member.id, code, NOW)


async def test_a_step_is_used_once_and_none_before_it_any_more(database: Database, ana: Member) -> None:
    tried = [await _spend(database, ana, [step]) for step in (10, 10, 9, 11, 10)]
    assert tried == [True, False, False, True, False]


async def test_no_step_and_another_secret_open_nothing(database: Database, ana: Member) -> None:
    assert not await _spend(database, ana, [])
    assert not await _spend(database, ana, [10], under="OTHER")


async def test_a_code_that_belongs_to_two_steps_is_good_for_each(database: Database, ana: Member) -> None:
    assert [await _spend(database, ana, [10, 11]) for _ in range(3)] == [True, True, False]


async def test_of_many_who_send_the_same_code_at_once_one_is_let_in(database: Database, ana: Member) -> None:
    tried = await asyncio.gather(*(_spend(database, ana, [10]) for _ in range(8)))
    assert sorted(tried) == [False] * 7 + [True]


async def test_of_many_who_send_the_same_recovery_code_at_once_one_is_let_in(database: Database, ana: Member) -> None:
    tried = await asyncio.gather(*(_recover(database, ana, CODES[0]) for _ in range(8)))
    assert sorted(tried) == [False] * 7 + [True]


@pytest.mark.parametrize("typed", ["AAAA-BBBB-CCCC", "aaaabbbbcccc", " aaaa bbbb cccc "])
async def test_a_recovery_code_is_good_once_however_it_is_typed(database: Database, ana: Member, typed: str) -> None:
    assert [await _recover(database, ana, typed) for _ in range(2)] == [True, False]
    async with database.read() as tx:
        assert await second_factor.recovery_left(tx, ana.id) == 1


async def test_a_recovery_code_is_good_for_its_member_alone(database: Database, ana: Member) -> None:
    async with database.write() as tx:
        boris = await staff.create(tx, "Boris", Role.STAFF, "hash", NOW)
        await second_factor.keep(tx, boris.id, "OTHER")
        await second_factor.put_recovery(tx, boris.id, CODES)  # the same codes, and yet others
    assert await _recover(database, boris, CODES[0])
    assert await _recover(database, ana, CODES[0])


async def test_the_database_does_not_hold_the_codes(database: Database, ana: Member) -> None:
    async with database.read() as tx:
        kept = str((await tx.execute(select(desk_tables.recovery_code))).all())
    assert ana.id in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in CODES)


async def test_new_codes_make_the_old_ones_void(database: Database, ana: Member) -> None:
    async with database.write() as tx:
        await second_factor.put_recovery(tx, ana.id, ["GGGG-HHHH-JJJJ"])
    assert not await _recover(database, ana, CODES[0])
    assert await _recover(database, ana, "GGGG-HHHH-JJJJ")


async def test_what_is_taken_away_is_gone_with_its_codes(database: Database, ana: Member) -> None:
    async with database.write() as tx:
        assert await second_factor.remove(tx, ana.id)
        assert not await second_factor.remove(tx, ana.id)
    assert not await _recover(database, ana, CODES[0])
    assert not await _spend(database, ana, [10])


async def test_another_secret_begins_anew(database: Database, ana: Member) -> None:
    assert await _spend(database, ana, [10])
    async with database.write() as tx:
        await second_factor.keep(tx, ana.id, "OTHER")
    assert not await _spend(database, ana, [11])
    assert await _spend(database, ana, [9], under="OTHER")
    assert not await _recover(database, ana, CODES[0])
