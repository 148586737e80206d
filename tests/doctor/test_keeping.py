"""What is amiss in the database, and what waits there, is found."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot import clock
from bot.doctor import keeping
from bot.doctor.findings import Finding, Grade
from bot.store import chores, inbox, keyfile, keys, probing, tables
from bot.store import told as tellings
from bot.store.chores import Chore, Clock
from bot.store.database import Database, Transaction
from bot.work.escalation import EMAIL
from tests.doctor.reading import every, given
from tests.support.house import House

NOW = clock.now()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def _found(database: Database, now: datetime = NOW, key_file: Path = Path("none")) -> dict[str, Finding]:
    async with database.read() as tx:
        return await every(keeping.examined(tx, database, given(key_file=key_file), now))


async def test_a_database_that_is_kept_well_is_told_so(database: Database) -> None:
    async with database.write() as tx:
        await chores.put(tx, chores.HOUSEKEEPING, Chore(NOW, NOW, {"gone": {}, "failed": []}))
    found = await _found(database)

    assert {each.grade for each in found.values()} == {Grade.OK}
    assert set(found) == {"clock", "needed keys", "housekeeping", "inbox", "outbox", "set aside"}


@pytest.mark.parametrize(("step", "grade"), [("0006", Grade.OK), ("0005", Grade.WRONG), ("9999", Grade.WRONG)])
async def test_tables_of_another_program_are_found(database: Database, step: str, grade: Grade) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = :step"), {"step": step})
        current, finding = await keeping.is_current(tx)
        await tx.execute(text("DROP TABLE alembic_version"))
        empty, told = await keeping.is_current(tx)

    assert (current, finding.grade) == (grade is Grade.OK, grade)
    assert (empty, told.grade) == (False, Grade.LOOK)


@pytest.mark.parametrize(("kind", "works", "grade"), [("pre", True, Grade.LOOK), ("post", False, Grade.WRONG)])
async def test_an_update_that_is_on_its_way_is_found_by_the_older_program(
    database: Database, kind: str, works: bool, grade: Grade
) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        await tx.execute(text("INSERT INTO step (number, kind) VALUES ('0007', :kind)"), {"kind": kind})
        current, finding = await keeping.is_current(tx)

    assert (current, finding.grade) == (works, grade)


async def test_an_update_that_was_not_brought_to_its_end_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "POST", frozenset({"0006"}))
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '0005'"))
        current, finding = await keeping.is_current(tx)

    assert (current, finding.grade) == (True, Grade.LOOK)
    assert "migrate --finish" in finding.do


async def test_keys_that_are_needed_and_not_there_are_named(database: Database, tmp_path: Path) -> None:
    async with database.write() as tx:
        await keys.enter(tx, "0badbeef", NOW)
    assert (await _found(database))["needed keys"].grade is Grade.WRONG
    assert "0badbeef" in (await _found(database))["needed keys"].says

    database.sealer.ring = ring = keyfile.make(tmp_path / "keys")
    async with database.write() as tx:
        await keys.retire(tx, ["0badbeef"], NOW)
        await keys.enter(tx, ring.newest, NOW)
    assert (await _found(database))["needed keys"].grade is Grade.OK


@pytest.mark.parametrize(
    ("chore", "grade"),
    [
        (None, Grade.LOOK),
        (Chore(NOW, None, {}), Grade.LOOK),
        (Chore(NOW, NOW - 2 * 60 * MINUTE, {}), Grade.LOOK),
        (Chore(NOW, NOW - 2 * DAY, {}), Grade.WRONG),
        (Chore(NOW, NOW, {"failed": ["attachments"]}), Grade.WRONG),
    ],
)
async def test_housekeeping_that_is_late_or_fails_is_found(database: Database, chore: Chore | None, grade: Grade) -> None:
    if chore is not None:
        async with database.write() as tx:
            await chores.put(tx, chores.HOUSEKEEPING, chore)

    assert (await _found(database))["housekeeping"].grade is grade


@pytest.mark.parametrize(("minutes", "grade"), [(0.5, Grade.OK), (5, Grade.LOOK), (30, Grade.WRONG)])
async def test_what_waits_for_long_is_found(database: Database, minutes: float, grade: Grade) -> None:
    house = House(database)
    await house.hears("hm", "ana")
    await house.works()
    await house.hears("hm", "berta")
    since = house.now
    found = await _found(database, since + minutes * MINUTE)

    assert (found["inbox"].grade, found["outbox"].grade) == (grade, grade)


async def test_what_was_set_aside_is_counted(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, "telegram", "1", None, {"text": "kanarček"}, NOW)
    found = (await _found(database))["set aside"]

    assert found.grade is Grade.LOOK
    assert found.says.startswith("1 ")
    assert "kanar" not in str(found)


async def test_staff_who_are_not_reached_are_found(database: Database) -> None:
    telling = tellings.Telling("gap/ptuj", NOW, "2026-11-23", "Ana", EMAIL)
    async with database.write() as tx:
        await tellings.put(tx, [telling], NOW - 5 * MINUTE)
        await tellings.take(tx, tellings.Open(telling, 0), NOW - 5 * MINUTE, NOW)

    assert (await _found(database))["telling staff"].grade is Grade.WRONG


async def test_a_clock_that_has_gone_far_ahead_is_found(database: Database) -> None:
    async with database.write() as tx:
        await chores.put_clock(tx, Clock(NOW - 9 * DAY, NOW, NOW))

    assert (await _found(database))["clock"].grade is Grade.WRONG


@pytest.mark.parametrize(("apart", "grade"), [(1, Grade.OK), (30, Grade.LOOK), (90, Grade.WRONG)])
async def test_a_clock_that_is_off_that_of_the_server_is_found(
    database: Database, apart: int, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def moment(_: Transaction) -> datetime:
        return clock.now() - timedelta(seconds=apart)

    monkeypatch.setattr(probing, "moment", moment)
    assert (await _found(database))["clock"].grade is grade


async def test_a_server_tells_its_time_and_a_file_has_none(database: Database) -> None:
    async with database.read() as tx:
        moment = await probing.moment(tx)

    assert (moment is None) == database.is_sqlite
    assert moment is None or abs(moment - clock.now()) < MINUTE


async def test_counting_what_was_set_aside_passes_over_the_rest(database: Database) -> None:
    house = House(database)
    await house.hears("hm")
    async with database.write() as tx:
        await tx.execute(update(tables.inbox).values(state="done"))
    async with database.read() as tx:
        assert await probing.set_aside(tx) == 0
