"""Older and newer programs on the same tables: both survive steps that only add; those that take away wait for the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import now
from bot.store import programs
from bot.store.database import Database
from bot.store.migrations import HEAD, OURS, NewerDatabase, OlderPrograms, Steps, fits, migrate, revision, unfinished
from tests.support.databases import Databases
from tests.support.steps import ADDS, ADDS_MORE, TAKES, release


async def _stands(db: Database) -> str | None:
    async with db.read() as tx:
        return await revision(tx)


async def _runs(db: Database, steps: Steps = OURS, name: str = "a", *, ago: timedelta = timedelta(0)) -> None:
    async with db.write() as tx:
        await programs.enter(tx, name, now() - ago, steps)


@pytest.fixture
async def empty(databases: Databases) -> AsyncIterator[Database]:
    """A database without tables."""
    with databases.fresh("sqlite", migrated=False) as url:
        db = Database.open(url)
        yield db
        await db.close()


async def test_an_older_program_works_on_tables_that_only_gained(database: Database, tmp_path: Path) -> None:
    await _runs(database)
    newer = release(tmp_path, ADDS)
    assert await migrate(database, newer)
    assert await _stands(database) == ADDS

    assert not await database.migrate(), "the older program starts again and finds nothing to do"
    await _runs(database, name="b")
    async with database.write() as tx:
        await programs.beat(tx, "a", now())
    async with database.read() as tx:
        await fits(tx)
        assert await unfinished(tx) == []


async def test_what_takes_away_waits_until_the_operator_says_so(database: Database, tmp_path: Path) -> None:
    newer = release(tmp_path, TAKES)
    worked = [await migrate(database, newer), await migrate(database, newer)]
    assert worked == [True, False]
    assert await _stands(database) == ADDS
    async with database.read() as tx:
        assert await unfinished(tx, newer) == [TAKES]

    worked = [await migrate(database, newer, finish=True), await migrate(database, newer, finish=True)]
    assert worked == [True, False]
    assert await _stands(database) == TAKES
    async with database.read() as tx:
        assert await unfinished(tx, newer) == []


async def test_nothing_is_taken_away_while_an_older_program_runs(database: Database, tmp_path: Path) -> None:
    newer = release(tmp_path, TAKES)
    await migrate(database, newer)
    await _runs(database)
    await _runs(database, newer, "b")
    with pytest.raises(OlderPrograms, match=f"1 of them run .they know steps up to {HEAD}"):
        await migrate(database, newer, finish=True)
    assert await _stands(database) == ADDS

    async with database.write() as tx:
        await programs.leave(tx, "a")
    assert await migrate(database, newer, finish=True)


async def test_a_program_that_was_not_seen_for_a_minute_is_not_waited_for(database: Database, tmp_path: Path) -> None:
    newer = release(tmp_path, TAKES)
    await _runs(database, ago=programs.UNSEEN + timedelta(seconds=1))

    assert await migrate(database, newer, finish=True)


async def test_a_program_for_which_too_much_was_taken_away_does_not_start_and_ends(database: Database, tmp_path: Path) -> None:
    newer = release(tmp_path, TAKES)
    await _runs(database, ago=programs.UNSEEN * 2)
    await migrate(database, newer, finish=True)

    with pytest.raises(NewerDatabase, match=f"no longer has what this program needs, which knows steps up to {HEAD}"):
        await database.migrate()
    for name in ("a", "b"):  # one that was frozen, one that looked at the tables just before
        with pytest.raises(NewerDatabase):
            async with database.write() as tx:
                await programs.beat(tx, name, now())
    with pytest.raises(NewerDatabase):
        await _runs(database)
    await _runs(database, newer, "c")


async def test_a_step_that_takes_away_is_done_before_the_next_that_adds(database: Database, tmp_path: Path) -> None:
    """An installation that never brought its last update to its end."""
    newest = release(tmp_path, ADDS_MORE)
    await _runs(database, Steps(TAKES))
    assert await migrate(database, newest)
    assert await _stands(database) == ADDS_MORE
    async with database.read() as tx:
        await fits(tx, Steps(TAKES))
        with pytest.raises(NewerDatabase):
            await fits(tx)


async def test_a_release_is_not_skipped_while_programs_run_that_would_not_survive_it(database: Database, tmp_path: Path) -> None:
    newest = release(tmp_path, ADDS_MORE)
    await _runs(database)
    with pytest.raises(OlderPrograms):
        await migrate(database, newest)

    assert await _stands(database) == HEAD, "not even the first step was done"


async def test_new_tables_are_made_as_they_will_be_in_the_end(empty: Database, tmp_path: Path) -> None:
    newer = release(tmp_path, TAKES)
    assert await migrate(empty, newer)

    assert await _stands(empty) == TAKES
    async with empty.read() as tx:
        assert await unfinished(tx, newer) == []


async def test_a_step_that_nobody_noted_is_not_worked_on(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = :next"), {"next": ADDS})
    with pytest.raises(NewerDatabase):
        await database.migrate()


@pytest.mark.postgres
async def test_a_step_gives_way_to_who_reads_for_long_and_lets_others_write(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL whoever waits to change a table holds up all who come after."""
    monkeypatch.setattr("bot.store.database._LOCKED", 0.2)
    monkeypatch.setattr("bot.store.migrations._PAUSE", 0.05)
    with databases.fresh("postgres") as url:
        db = Database.open(url)
        async with db.read() as backup:
            await backup.execute(text("SELECT count(*) FROM vote"))
            changing = asyncio.create_task(migrate(db, release(tmp_path, ADDS)))
            for _ in range(5):
                async with asyncio.timeout(3), db.write() as tx:
                    await tx.execute(text("DELETE FROM vote"))
                    await asyncio.sleep(0.1)
            assert not changing.done()
        assert await changing
        await db.close()
