"""Who is at the desk, in which browsers, and how far in. Ana is staff, Cilka is an admin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import now
from bot.model.staff import Member, Role
from bot.store import second_factor, sessions, staff
from bot.store.database import Database
from bot.store.sessions import NewSession, Stage

NOW = now()
HOUR = timedelta(hours=1)


async def _hire(db: Database, name: str, role: Role = Role.STAFF) -> Member:
    async with db.write() as tx:
        return await staff.create(tx, name, role, "hash", NOW)


async def _sign_in(db: Database, member: Member, *, label: str = "", minutes: float = 0) -> NewSession:
    async with db.write() as tx:
        return await sessions.begin(tx, member, NOW + timedelta(minutes=minutes), HOUR, label=label)


async def _stage(db: Database, new: NewSession) -> Stage:
    async with db.read() as tx:
        found = await sessions.find(tx, new.token, NOW)
    assert found is not None
    return found.stage


async def _present(db: Database, **later: float) -> list[str]:
    async with db.read() as tx:
        return await sessions.present(tx, NOW + timedelta(**later))


@pytest.mark.parametrize(
    ("role", "stage"), [(role, Stage.FULL) for role in Role if role is not Role.ADMIN] + [(Role.ADMIN, Stage.SETUP)]
)
async def test_without_a_second_factor_all_are_in_but_admins(database: Database, role: Role, stage: Stage) -> None:
    member = await _hire(database, "Ana", role)
    assert await _stage(database, await _sign_in(database, member)) is stage


async def test_with_a_second_factor_a_session_is_half_until_it_is_shown(database: Database) -> None:
    ana = await _hire(database, "Ana")
    before = await _sign_in(database, ana)
    async with database.write() as tx:
        await second_factor.keep(tx, ana.id, "SECRET")
    after = await _sign_in(database, ana)
    assert [await _stage(database, each) for each in (before, after)] == [Stage.CODE, Stage.CODE]
    async with database.write() as tx:
        await sessions.confirm(tx, after.token)
    assert [await _stage(database, each) for each in (before, after)] == [Stage.CODE, Stage.FULL]


async def test_an_admin_whose_second_factor_is_taken_away_has_to_set_up_another(database: Database) -> None:
    cilka = await _hire(database, "Cilka", Role.ADMIN)
    new = await _sign_in(database, cilka)
    async with database.write() as tx:
        await second_factor.keep(tx, cilka.id, "SECRET")
        await sessions.confirm(tx, new.token)
    assert await _stage(database, new) is Stage.FULL
    async with database.write() as tx:
        await second_factor.remove(tx, cilka.id)
    assert await _stage(database, new) is Stage.SETUP


async def test_who_was_seen_a_moment_ago_is_present(database: Database) -> None:
    for name in ("Boris", "Ana"):
        await _sign_in(database, await _hire(database, name))
    await _hire(database, "Dana")
    assert await _present(database, minutes=1) == ["Ana", "Boris"]
    assert await _present(database, minutes=2) == []


async def test_who_is_away_or_shut_out_or_half_in_is_not_present(database: Database) -> None:
    away, out, half, new = [await _hire(database, name) for name in ("Ana", "Boris", "Cilka", "Dana")]
    admin = await _hire(database, "Eva", Role.ADMIN)
    for member in (away, out, half, new, admin):
        await _sign_in(database, member)
    async with database.write() as tx:
        await staff.set_away(tx, away.id, away=True)
        await second_factor.keep(tx, half.id, "SECRET")
        await staff.disable(tx, out.name, NOW)
    assert await _present(database) == ["Dana"]


async def test_two_browsers_of_one_person_are_one_person(database: Database) -> None:
    ana = await _hire(database, "Ana")
    for _ in range(2):
        await _sign_in(database, ana)
    assert await _present(database) == ["Ana"]
    async with database.read() as tx:
        assert await sessions.counts(tx, NOW) == {ana.id: 2}


async def test_it_is_written_down_at_most_once_a_minute_that_somebody_is_here(database: Database) -> None:
    ana = await _hire(database, "Ana")
    new, seen = await _sign_in(database, ana), []
    for seconds in (30, 60, 90, 150):
        async with database.write() as tx:
            await sessions.see(tx, new.token, NOW + timedelta(seconds=seconds))
            (browser,) = await sessions.of_member(tx, ana.id, NOW)
            last = await staff.last_seen(tx)
        seen.append((browser.seen_at - NOW).total_seconds())
        assert last == {ana.id: browser.seen_at}
    assert seen == [0, 60, 60, 150]


async def test_when_somebody_was_seen_last_outlives_their_sessions(database: Database) -> None:
    ana = await _hire(database, "Ana")
    await _hire(database, "Boris")
    new = await _sign_in(database, ana, minutes=5)
    async with database.write() as tx:
        await sessions.end(tx, new.token)
        last = await staff.last_seen(tx)
    assert last == {ana.id: NOW + timedelta(minutes=5)}


async def test_a_member_sees_their_own_sessions_and_ends_one_or_all_others(database: Database) -> None:
    ana, boris = await _hire(database, "Ana"), await _hire(database, "Boris")
    mine = [await _sign_in(database, ana, label=label, minutes=number) for number, label in enumerate(("a", "b", "c"))]
    his = await _sign_in(database, boris)
    async with database.write() as tx:
        listed = await sessions.of_member(tx, ana.id, NOW)
        assert [each.label for each in listed] == ["c", "b", "a"]
        assert not await sessions.end_one(tx, boris.id, listed[0].id)
        assert await sessions.end_one(tx, ana.id, listed[0].id)
        assert not await sessions.end_one(tx, ana.id, listed[0].id)
        assert await sessions.end_all(tx, ana.id, but=mine[1].token) == 1
        assert [each.label for each in await sessions.of_member(tx, ana.id, NOW)] == ["b"]
        assert await sessions.find(tx, his.token, NOW) is not None
        assert await sessions.end_all(tx, ana.id) == 1


async def test_a_session_that_is_over_is_not_listed(database: Database) -> None:
    ana = await _hire(database, "Ana")
    await _sign_in(database, ana)
    async with database.read() as tx:
        assert await sessions.of_member(tx, ana.id, NOW + HOUR) == []
        assert await sessions.counts(tx, NOW + HOUR) == {}


async def test_a_secret_that_is_offered_is_kept_with_the_session_until_it_is_confirmed(database: Database) -> None:
    new = await _sign_in(database, await _hire(database, "Ana"))
    offered = []
    async with database.write() as tx:
        await sessions.offer(tx, new.token, "SECRET")
        for _ in range(2):
            found = await sessions.find(tx, new.token, NOW)
            assert found is not None
            assert "SECRET" not in repr(found)
            offered.append(found.offered)
            await sessions.confirm(tx, new.token)
    assert offered == ["SECRET", None]
