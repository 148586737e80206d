"""What was kept comes back whole, into a database of either kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from bot import clock
from bot.backups.container import BackupError
from bot.backups.restoring import restore
from bot.backups.taking import take
from bot.store import backups, desk_tables, tables
from bot.store.backups import LEFT_OUT, shapes
from bot.store.database import Database
from bot.store.migrations import HEAD, upgrade
from tests.backups.filling import ALL, MONTH, at, fill, held
from tests.support.house import House


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
async def test_every_table_comes_back_row_by_row_into_either_database(
    database_url: str, target: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    await fill(database_url)
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    url = fresh(target)
    await restore(at(url), taken.path)

    assert await held(url) == await held(database_url)


async def test_every_table_is_carried_or_named_as_left_out(database: Database) -> None:
    async with database.read() as tx:
        assert {shape.name for shape in await shapes(tx)} == set(ALL) - LEFT_OUT


async def test_what_was_still_to_be_sent_is_sent_after_a_restore_and_what_was_sent_is_not(
    database_url: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    before = House(Database.open(database_url))
    await before.hears("first")
    await before.works()
    await before.delivers()
    await before.hears("second")
    await before.works()
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    await before.delivers()
    await before.db.close()
    url = fresh("sqlite")
    restored = await restore(at(url), taken.path)
    after = House(Database.open(url))
    after.later(minutes=1)
    await after.delivers()
    await after.db.close()

    assert before.post.sent == [("ana", "echo: first"), ("ana", "echo: second")]
    assert after.post.sent == [("ana", "echo: second")]
    assert (restored.unsent, restored.unanswered) == (1, 0)
    assert "1 messages to residents" in str(restored)


@pytest.mark.postgres
async def test_numbers_go_on_after_the_highest_ever_given(database_url: str, fresh: Callable[[str], str], tmp_path: Path) -> None:
    db = Database.open(database_url)
    row = {"at": clock.now(), "staff": "ana", "action": "x", "subject": "", "detail": {}}
    async with db.write() as tx:
        for _ in range(5):
            await tx.execute(insert(desk_tables.audit).values(row))
        await tx.execute(desk_tables.audit.delete().where(desk_tables.audit.c.sequence == 5))
    await db.close()
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    url = fresh("sqlite" if database_url.startswith("postgres") else "postgres")
    await restore(at(url), taken.path)

    db = Database.open(url)
    async with db.write() as tx:
        number = (await tx.execute(insert(desk_tables.audit).values(row).returning(desk_tables.audit.c.sequence))).scalar_one()
    await db.close()
    assert number == 6


async def test_json_null_and_no_value_are_told_apart(database_url: str, fresh: Callable[[str], str], tmp_path: Path) -> None:
    db = Database.open(database_url)
    async with db.write() as tx:
        await tx.execute(
            text(
                "INSERT INTO inbox (channel, external_id, address, payload, received_at, state, tries, due) VALUES "
                "('web', 'a', '', 'null', '2026-11-22 10:00:00+00', 'done', 0, '2026-11-22 10:00:00+00'), "
                "('web', 'b', '', NULL, '2026-11-22 10:00:00+00', 'done', 0, '2026-11-22 10:00:00+00')"
            )
        )
    await db.close()
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    url = fresh("sqlite")
    await restore(at(url), taken.path)

    db = Database.open(url)
    async with db.read() as tx:
        found = (await tx.execute(text("SELECT external_id FROM inbox WHERE payload IS NULL"))).scalars().all()
    await db.close()
    assert list(found) == ["b"]


async def test_a_backup_of_an_older_database_is_brought_up_on_its_way_back(fresh: Callable[[str], str], tmp_path: Path) -> None:
    old, new = fresh("sqlite"), fresh("sqlite")
    db = Database.open(old)
    async with db.exclusive() as tx:
        await tx.run_sync(upgrade, "0004")
        await tx.execute(text("INSERT INTO saved_reply VALUES ('a', 'Ž', NULL, '{}', 1, 'ana', '2026-11-22 10:00:00')"))
    await db.close()
    taken = await take(at(old), tmp_path / "kept.zip", MONTH)
    await restore(at(new), taken.path)

    db = Database.open(new)
    async with db.read() as tx:
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == HEAD
        assert (await tx.execute(text("SELECT name FROM saved_reply"))).scalar_one() == "Ž"
    await db.close()
    assert taken.manifest.step == "0004"


async def test_a_database_in_use_is_not_restored_into(database_url: str, tmp_path: Path) -> None:
    await fill(database_url)
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    before = await held(database_url)

    with pytest.raises(BackupError, match="in use"):
        await restore(at(database_url), taken.path)
    assert await held(database_url) == before


async def test_a_database_that_was_only_migrated_takes_a_backup(sound: Path, database_url: str) -> None:
    await restore(at(database_url), sound)

    assert len((await held(database_url))["conversation"]) == 2


async def test_a_backup_is_one_state_of_the_database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(database_url)
    before = await held(database_url)
    writer = Database.open(database_url)
    counted = backups.count

    async def and_write(*given: Any) -> int:
        number = await counted(*given)
        async with writer.write() as tx:  # somebody writes while it is read
            await tx.execute(tables.vote.delete())
        return number

    monkeypatch.setattr(backups, "count", and_write)
    taken = await take(at(database_url), tmp_path / "kept.zip", MONTH)
    await writer.close()

    rows = {part.table: part.rows for part in taken.manifest.parts}
    assert rows == {name: len(found) for name, found in before.items()}


async def test_a_row_that_none_of_ours_can_be_is_not_written(database: Database) -> None:
    async with database.write() as tx:
        key = next(shape for shape in await backups.shapes(tx) if shape.name == "sealing_key")
        for row in (["a", "not a moment", None], ["a"]):
            with pytest.raises(backups.Misfit):
                await backups.put(tx, key, [row])
