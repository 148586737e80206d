"""Staff and their sessions. Ana is staff; Boris is shut out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.model.staff import Role
from bot.store import sessions, staff, tables
from bot.store.database import Database
from bot.store.sessions import NewSession
from bot.store.staff import NameTaken

NOW = now()
HOUR = timedelta(hours=1)


async def _ana(db: Database) -> NewSession:
    async with db.write() as tx:
        ana = await staff.create(tx, "Ana", Role.EDITOR, "hash", NOW)
        return await sessions.begin(tx, ana, NOW, HOUR)


async def test_a_member_is_found_by_name_and_a_name_is_taken_once(database: Database) -> None:
    await _ana(database)
    async with database.write() as tx:
        found = await staff.find(tx, "Ana")
        nobody = await staff.find(tx, "Boris")
        with pytest.raises(NameTaken):
            await staff.create(tx, "Ana", Role.STAFF, "other", NOW)
        everyone = await staff.everyone(tx)

    assert found is not None
    assert (found.role, found.password_hash, found.disabled_at) == (Role.EDITOR, "hash", None)
    assert nobody is None
    assert everyone == [found]
    assert "hash" not in repr(found)


@pytest.mark.parametrize("name", ["ana", "ANA", "Aná", "  Ana ", "A\u200bna"])
async def test_a_name_that_would_be_taken_for_another_is_refused(database: Database, name: str) -> None:
    await _ana(database)
    async with database.write() as tx:
        with pytest.raises(NameTaken, match="Ana"):
            await staff.create(tx, name, Role.STAFF, "other", NOW)
        everyone = await staff.everyone(tx)

    assert [member.name for member in everyone] == ["Ana"]


@pytest.mark.parametrize("given", ["Žan Kos", "Z\u030can Kos", "  Žan \t Kos\n"])
async def test_a_name_is_one_name_whichever_way_it_is_typed(database: Database, given: str) -> None:
    async with database.write() as tx:
        member = await staff.create(tx, given, Role.STAFF, "hash", NOW)
        found = await staff.find(tx, "Z\u030can  Kos")

    assert member.name == "Žan Kos"
    assert found is not None
    assert found.id == member.id


async def test_a_session_lasts_as_long_as_it_was_opened_for(database: Database) -> None:
    new = await _ana(database)
    async with database.read() as tx:
        during = await sessions.find(tx, new.token, NOW + HOUR - timedelta(seconds=1))
        over = await sessions.find(tx, new.token, NOW + HOUR)
        unknown = await sessions.find(tx, "guessed", NOW)

    assert during is not None
    assert (during.member.name, during.csrf) == ("Ana", new.csrf)
    assert over is None
    assert unknown is None


async def test_the_database_does_not_hold_what_signs_in(database: Database) -> None:
    new = await _ana(database)
    async with database.read() as tx:
        (row,) = (await tx.execute(select(tables.staff_session))).all()

    assert new.token not in [str(value) for value in row]


async def test_signing_out_ends_a_session(database: Database) -> None:
    new = await _ana(database)
    async with database.write() as tx:
        await sessions.end(tx, new.token)
        assert await sessions.find(tx, new.token, NOW) is None


async def test_a_member_who_is_shut_out_loses_their_sessions_and_can_be_let_in_again(database: Database) -> None:
    new = await _ana(database)
    async with database.write() as tx:
        shut = await staff.disable(tx, "Ana", NOW)
        gone = await sessions.find(tx, new.token, NOW)
        disabled = await staff.find(tx, "Ana")
        opened = await staff.enable(tx, "Ana")
        enabled = await staff.find(tx, "Ana")

    assert (shut, opened, gone) == (True, True, None)
    assert disabled is not None
    assert disabled.disabled_at == NOW
    assert enabled is not None
    assert enabled.disabled_at is None


async def test_another_password_ends_all_sessions(database: Database) -> None:
    new = await _ana(database)
    async with database.write() as tx:
        assert await staff.set_password(tx, "Ana", "new hash")
        assert await sessions.find(tx, new.token, NOW) is None
        ana = await staff.find(tx, "Ana")

    assert ana is not None
    assert ana.password_hash == "new hash"


async def test_nothing_is_done_to_a_member_who_is_not_there(database: Database) -> None:
    async with database.write() as tx:
        assert not await staff.disable(tx, "Boris", NOW)
        assert not await staff.enable(tx, "Boris")
        assert not await staff.set_password(tx, "Boris", "hash")


async def test_failed_attempts_are_counted_for_each_subject_and_forgotten_after_success(database: Database) -> None:
    async with database.write() as tx:
        for minutes in (30, 5, 1):
            await staff.note_failure(tx, "name:ana", NOW - timedelta(minutes=minutes))
        await staff.note_failure(tx, "host:127.0.0.1", NOW)
        when = await staff.failed_at(tx, "name:ana", NOW - timedelta(minutes=15))
        await staff.clear_failures(tx, "name:ana")
        after = [await staff.failed_at(tx, subject, NOW - HOUR) for subject in ("name:ana", "host:127.0.0.1")]

    assert when == [NOW - timedelta(minutes=5), NOW - timedelta(minutes=1)]
    assert after == [[], [NOW]]


async def test_a_session_in_use_goes_on_but_not_for_ever(database: Database) -> None:
    new = await _ana(database)
    ends = []
    for minutes in (30, 100):
        async with database.write() as tx:
            await sessions.prolong(tx, new.token, NOW + timedelta(minutes=minutes), HOUR, 2 * HOUR)
            found = await sessions.find(tx, new.token, NOW)
            assert found is not None
            ends.append(found.expires_at)

    assert ends == [NOW + timedelta(minutes=90), NOW + 2 * HOUR]
