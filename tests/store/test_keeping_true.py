"""Owners of topics, reminders, and the private links of offices: what keeps the knowledge true."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.model.staff import Role
from bot.store import edit_tables, owners, provider_links, reminders, retention, staff
from bot.store.database import Database
from tests.support.tidying import carry_out

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = "si/employment-ptuj"


async def _hire(database: Database, name: str) -> str:
    async with database.write() as tx:
        return (await staff.create(tx, name, Role.EDITOR, "hash", NOW)).id


async def test_a_topic_has_one_owner_at_a_time(database: Database) -> None:
    ana, dora = await _hire(database, "ana"), await _hire(database, "dora")
    async with database.write() as tx:
        await owners.entrust(tx, "debts", ana)
        await owners.entrust(tx, "pension", ana)
        await owners.entrust(tx, "debts", dora)
    async with database.read() as tx:
        assert await owners.of_topics(tx) == {"debts": dora, "pension": ana}


async def test_a_topic_can_be_everybodys_again(database: Database) -> None:
    ana = await _hire(database, "ana")
    async with database.write() as tx:
        await owners.entrust(tx, "debts", ana)
        await owners.entrust(tx, "debts", None)
    async with database.read() as tx:
        assert await owners.of_topics(tx) == {}


@pytest.mark.parametrize("before", [None, NOW - timedelta(days=7)])
async def test_of_two_processes_one_reminds(database: Database, before: datetime | None) -> None:
    ana = await _hire(database, "ana")
    async with database.write() as tx:
        if before is not None:
            assert await reminders.take(tx, ana, None, before)

    async def take() -> bool:
        async with database.write() as tx:
            return await reminders.take(tx, ana, before, NOW)

    assert sorted(await asyncio.gather(take(), take())) == [False, True]
    async with database.read() as tx:
        assert await reminders.last(tx, ana) == NOW


@pytest.mark.parametrize("before", [None, NOW - timedelta(days=7)])
async def test_what_did_not_come_through_is_due_again(database: Database, before: datetime | None) -> None:
    ana = await _hire(database, "ana")
    async with database.write() as tx:
        if before is not None:
            await reminders.take(tx, ana, None, before)
        await reminders.take(tx, ana, before, NOW)
        await reminders.give_back(tx, ana, before, NOW)
        assert await reminders.last(tx, ana) == before


async def test_a_link_opens_the_page_of_its_office_until_it_is_over(database: Database) -> None:
    async with database.write() as tx:
        token = await provider_links.make(tx, OFFICE, "dora", NOW)
        found = await provider_links.find(tx, token, NOW)
        assert found is not None
        assert (found.office, found.made_by, found.used_at) == (OFFICE, "dora", None)
        assert await provider_links.find(tx, token, NOW + provider_links.LASTING - timedelta(seconds=1)) is not None
        assert await provider_links.find(tx, token, NOW + provider_links.LASTING) is None
        assert await provider_links.find(tx, "forged\udcff", NOW) is None


async def test_the_link_itself_is_not_kept(database: Database) -> None:
    async with database.write() as tx:
        token = await provider_links.make(tx, OFFICE, "dora", NOW)
        rows = (await tx.execute(select(edit_tables.provider_link))).all()
    assert token not in str(rows)


async def test_a_new_link_ends_the_one_before(database: Database) -> None:
    async with database.write() as tx:
        first = await provider_links.make(tx, OFFICE, "dora", NOW)
        second = await provider_links.make(tx, OFFICE, "dora", NOW)
        other = await provider_links.make(tx, "it/centre", "dora", NOW)
        assert await provider_links.find(tx, first, NOW) is None
        assert await provider_links.find(tx, second, NOW) is not None
        assert await provider_links.find(tx, other, NOW) is not None
        assert set(await provider_links.open_ones(tx, NOW)) == {OFFICE, "it/centre"}


async def test_an_ended_link_is_not_used(database: Database) -> None:
    async with database.write() as tx:
        found = await provider_links.find(tx, await provider_links.make(tx, OFFICE, "dora", NOW), NOW)
        assert found is not None
        assert await provider_links.use(tx, found.id, NOW)
        assert (await provider_links.open_ones(tx, NOW))[OFFICE].used_at == NOW
        assert await provider_links.end(tx, OFFICE, NOW)
        assert not await provider_links.end(tx, OFFICE, NOW)
        assert not await provider_links.use(tx, found.id, NOW)


async def test_links_that_are_long_over_are_deleted(database: Database) -> None:
    async with database.write() as tx:
        await provider_links.make(tx, OFFICE, "dora", NOW)
        await provider_links.make(tx, OFFICE, "dora", NOW)
        assert await carry_out(tx, retention.PROVIDER_LINKS, NOW + retention.LINKS_KEPT) == 0
        assert await carry_out(tx, retention.PROVIDER_LINKS, NOW + retention.LINKS_KEPT + timedelta(days=1)) == 1
        assert await carry_out(tx, retention.PROVIDER_LINKS, NOW + retention.LINKS_KEPT + timedelta(days=91)) == 1
