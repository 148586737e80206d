"""Which case somebody has open, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.staff import Role
from bot.store import presence, sessions, staff
from bot.store.database import Database

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LASTING = timedelta(hours=2)


async def signed_in(database: Database, name: str) -> str:
    """Return the token in the forms of somebody who signs in now."""
    async with database.write() as tx:
        member = await staff.find(tx, name) or await staff.create(tx, name, Role.STAFF, "hash", NOW)
        return (await sessions.begin(tx, member, NOW, LASTING)).csrf


async def opens(database: Database, csrf: str, case_id: str, *, unless_another: bool = False) -> bool:
    async with database.write() as tx:
        return await presence.open_case(tx, csrf, case_id, unless_another=unless_another)


async def leaves(database: Database, csrf: str, case_id: str) -> bool:
    async with database.write() as tx:
        return await presence.leave_case(tx, csrf, case_id)


async def reading(database: Database, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
    async with database.read() as tx:
        return dict(await presence.reading(tx, now))


async def test_who_opens_a_case_reads_it_until_they_leave_it(database: Database) -> None:
    ana, boris = [await signed_in(database, name) for name in ("ana", "boris")]
    assert [await opens(database, csrf, "c1") for csrf in (boris, ana, ana)] == [True, True, False]
    assert await reading(database) == {"c1": ("ana", "boris")}
    assert await leaves(database, boris, "c1")
    assert await reading(database) == {"c1": ("ana",)}
    assert not await leaves(database, boris, "c1")


async def test_of_several_pages_the_one_opened_last_counts(database: Database) -> None:
    ana = await signed_in(database, "ana")
    await opens(database, ana, "c1")
    assert await opens(database, ana, "c2")
    assert not await opens(database, ana, "c1", unless_another=True)
    assert await reading(database) == {"c2": ("ana",)}
    assert not await leaves(database, ana, "c1")
    assert await leaves(database, ana, "c2")
    assert await opens(database, ana, "c1", unless_another=True)
    assert await reading(database) == {"c1": ("ana",)}


async def test_one_name_is_told_once_however_many_browsers_they_sit_at(database: Database) -> None:
    for csrf in [await signed_in(database, "ana") for _ in range(2)]:
        await opens(database, csrf, "c1")
    assert await reading(database) == {"c1": ("ana",)}


@pytest.mark.parametrize("gone", ["seen long ago", "disabled"])
async def test_who_is_not_there_any_more_reads_nothing(database: Database, gone: str) -> None:
    await opens(database, await signed_in(database, "ana"), "c1")
    if gone == "disabled":
        async with database.write() as tx:
            await staff.disable(tx, "ana", NOW)
        assert await reading(database) == {}
    else:
        assert await reading(database, NOW + sessions.PRESENT) == {}


async def test_a_session_that_is_over_opens_nothing(database: Database) -> None:
    assert not await opens(database, "no such token", "c1")
    assert await reading(database) == {}
