"""One-time links: invitations, new passwords, and codes that link a Telegram account. Ana is staff."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.model.staff import Member, Role
from bot.store import desk_tables, invitations, link_codes, retention, staff
from bot.store.database import Database
from bot.store.invitations import Invitation
from tests.support.tidying import carry_out

NOW = now()


@pytest.fixture
async def ana(database: Database) -> Member:
    async with database.write() as tx:
        return await staff.create(tx, "Ana", Role.STAFF, "hash", NOW)


async def _invite(db: Database, name: str = "Boris", points: frozenset[str] | None = None) -> str:
    async with db.write() as tx:
        return await invitations.make(tx, name, Role.COORDINATOR, points, "Cilka", NOW)


async def _use(db: Database, token: str, **later: float) -> Invitation | None:
    async with db.write() as tx:
        return await invitations.use(tx, token, NOW + timedelta(**later))


@pytest.mark.parametrize("points", [None, frozenset({"ptuj", "dalgopol"}), frozenset[str]()])
async def test_an_invitation_keeps_what_it_is_for(database: Database, points: frozenset[str] | None) -> None:
    found = await _use(database, await _invite(database, "  Boris ", points))
    assert found is not None
    assert (found.name, found.role, found.points, found.made_by) == ("Boris", Role.COORDINATOR, points, "Cilka")
    assert found.staff_id is None


async def test_an_invitation_is_used_once(database: Database) -> None:
    token = await _invite(database)
    used = await asyncio.gather(*(_use(database, token) for _ in range(6)))
    assert len([each for each in used if each is not None]) == 1
    async with database.read() as tx:
        assert await invitations.find(tx, token, NOW) is None
        assert await invitations.all_open(tx, NOW) == []


async def test_an_invitation_is_over_after_three_days(database: Database) -> None:
    token = await _invite(database)
    assert await _use(database, token, hours=72) is None
    assert await _use(database, token, hours=71, minutes=59) is not None


async def test_a_guessed_link_opens_nothing(database: Database) -> None:
    await _invite(database)
    for guess in ("", "guess", "\0", "\ud800"):
        assert await _use(database, guess) is None


async def test_the_database_does_not_hold_the_link(database: Database) -> None:
    token = await _invite(database)
    async with database.read() as tx:
        assert token not in str((await tx.execute(select(desk_tables.invitation))).all())


async def test_inviting_again_makes_the_first_link_void(database: Database) -> None:
    first, second = await _invite(database), await _invite(database)
    assert await _use(database, first) is None
    assert await _use(database, second) is not None


async def test_a_link_for_a_new_password_names_its_member_and_the_newest_alone_is_good(database: Database, ana: Member) -> None:
    tokens = []
    for _ in range(2):
        async with database.write() as tx:
            tokens.append(await invitations.make_for(tx, ana, "Cilka", NOW))
    assert await _use(database, tokens[0]) is None
    found = await _use(database, tokens[1])
    assert found is not None
    assert found.staff_id == ana.id


async def test_links_are_withdrawn_by_their_id_and_void_for_who_is_shut_out(database: Database, ana: Member) -> None:
    token = await _invite(database)
    async with database.write() as tx:
        await invitations.make_for(tx, ana, "Cilka", NOW)
        await invitations.void(tx, ana)
        (pending,) = await invitations.all_open(tx, NOW)
        gone = await invitations.withdraw(tx, pending.id)
        assert await invitations.withdraw(tx, pending.id) is None
        assert await invitations.withdraw(tx, token) is None
    assert gone is not None
    assert gone.name == "Boris"
    assert await _use(database, token) is None


async def test_what_is_used_or_over_is_deleted(database: Database) -> None:
    await _use(database, await _invite(database, "Boris"))
    await _invite(database, "Dana")
    async with database.write() as tx:
        assert await carry_out(tx, retention.INVITATIONS, NOW) == 1
        assert await carry_out(tx, retention.INVITATIONS, NOW + invitations.LASTING) == 1


async def _link(db: Database, code: str, user: str = "77", **later: float) -> Member | None:
    async with db.write() as tx:
        return await link_codes.use(tx, code, user, NOW + timedelta(**later))


async def _code(db: Database, member: Member) -> str:
    async with db.write() as tx:
        return await link_codes.make(tx, member, NOW)


async def test_a_code_links_a_telegram_account_once(database: Database, ana: Member) -> None:
    code = await _code(database, ana)
    linked = await _link(database, f" {code.lower()} ")
    assert linked is not None
    assert (linked.id, linked.telegram) == (ana.id, "77")
    assert await _link(database, code, "78") is None
    async with database.read() as tx:
        found = await staff.get(tx, ana.id)
    assert found is not None
    assert found.telegram == "77"


async def test_a_code_is_good_for_a_quarter_of_an_hour_and_void_when_there_is_a_newer_one(
    database: Database, ana: Member
) -> None:
    first = await _code(database, ana)
    second = await _code(database, ana)
    assert await _link(database, first) is None
    assert await _link(database, second, minutes=15) is None
    assert await _link(database, second, minutes=14) is not None


async def test_a_telegram_account_belongs_to_the_last_who_linked_it(database: Database, ana: Member) -> None:
    async with database.write() as tx:
        boris = await staff.create(tx, "Boris", Role.STAFF, "hash", NOW)
    await _link(database, await _code(database, ana))
    await _link(database, await _code(database, boris))
    async with database.write() as tx:
        assert [each.telegram for each in await staff.everyone(tx)] == [None, "77"]
        await staff.unlink_telegram(tx, boris.id)
        assert [each.telegram for each in await staff.everyone(tx)] == [None, None]


async def test_who_is_shut_out_links_nothing(database: Database, ana: Member) -> None:
    code = await _code(database, ana)
    async with database.write() as tx:
        await staff.disable(tx, "Ana", NOW)
    assert await _link(database, code) is None
