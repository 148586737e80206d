"""Whoever locks a member and what hangs on them locks the member first, so that on PostgreSQL nobody waits in a circle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.clock import now
from bot.model.staff import Member, Role
from bot.store import invitations, sessions, staff
from bot.store.bell import Bell
from bot.store.database import Database, Transaction
from bot.work.people import NoLonger, People

NOW = now()
HOUR = timedelta(hours=1)


@pytest.fixture
async def ana(database: Database) -> Member:
    async with database.write() as tx:
        return await staff.create(tx, "Ana", Role.STAFF, "hash", NOW)


@asynccontextmanager
async def _shutting_out(database: Database) -> AsyncIterator[Transaction]:
    """Open the transaction of an admin who is about to shut somebody out."""
    async with database.write() as tx:
        await staff.lock_everyone(tx)
        yield tx


async def _until_it_waits(task: asyncio.Task[object]) -> None:
    await asyncio.wait({task}, timeout=0.3)
    assert not task.done()


async def test_somebody_seen_at_the_desk_while_they_are_shut_out(database: Database, ana: Member) -> None:
    async with database.write() as tx:
        session = await sessions.begin(tx, ana, NOW, HOUR)

    async def see() -> None:
        async with database.write() as tx:
            await sessions.see(tx, session.token, NOW + timedelta(minutes=5))

    async with _shutting_out(database) as tx:
        seeing: asyncio.Task[object] = asyncio.create_task(see())
        await _until_it_waits(seeing)
        assert await sessions.end_all(tx, ana.id) == 1
    await seeing

    async with database.read() as tx:
        assert await sessions.find(tx, session.token, NOW) is None


async def test_a_password_link_used_while_its_member_is_shut_out(database: Database, ana: Member) -> None:
    people = People(database, Bell(database))
    token = await people.password_link(ana.id, "Cilka")

    async with _shutting_out(database) as tx:
        accepting: asyncio.Task[object] = asyncio.create_task(people.accept(token, "new hash"))
        await _until_it_waits(accepting)
        await staff.disable(tx, ana.name, NOW)
        await invitations.void(tx, ana)
    with pytest.raises(NoLonger):
        await accepting
