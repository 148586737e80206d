"""Whether it knows what it should, and whether somebody is there, is found."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.doctor import knowing
from bot.doctor.findings import Finding, Grade
from bot.editing.files import source_hash
from bot.model.library import Library
from bot.model.schedule import Shift
from bot.model.staff import Role
from bot.settings import shipped as shipped_folder
from bot.store import editions, shifts, shipped, staff
from bot.store.database import Database
from bot.store.packing import pack
from tests.doctor.reading import every, given
from tests.support.small_library import small_library

NOW = clock.now()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge folder without what was learned."""
    path = tmp_path_factory.mktemp("knowledge") / "knowledge"
    shutil.copytree(shipped_folder("knowledge"), path, ignore=shutil.ignore_patterns("trained.npz"))
    return path


async def _publish(database: Database, library: Library, folder: Path) -> None:
    async with database.write() as tx:
        hashed = source_hash(folder)
        await editions.publish(tx, await editions.newest_number(tx), pack(library), hashed, NOW)
        await shipped.know(tx, hashed, NOW)


async def _found(database: Database, folder: Path, **more: Any) -> dict[str, Finding]:
    async with database.read() as tx:
        return await every(knowing.examined(tx, given(encoder="none", knowledge=folder, **more), NOW))


async def test_an_empty_house_is_told_so(database: Database, folder: Path) -> None:
    found = await _found(database, folder)

    assert (found["accounts"].grade, found["edition"].grade) == (Grade.WRONG, Grade.LOOK)


async def test_accounts_are_looked_for(database: Database, folder: Path) -> None:
    async with database.write() as tx:
        await staff.create(tx, "Ana", Role.STAFF, "x", NOW)
    assert (await _found(database, folder))["accounts"].grade is Grade.LOOK  # no admin

    async with database.write() as tx:
        await staff.create(tx, "Berta", Role.ADMIN, "x", NOW)
    assert (await _found(database, folder))["accounts"].grade is Grade.OK

    async with database.write() as tx:
        await staff.disable(tx, "Ana", NOW)
        await staff.disable(tx, "Berta", NOW)
    assert (await _found(database, folder))["accounts"].grade is Grade.WRONG


async def test_an_edition_that_cannot_be_read_is_found(database: Database, folder: Path) -> None:
    async with database.write() as tx:
        await editions.publish(tx, 0, b"nothing", "", NOW)
    found = await _found(database, folder)

    assert found["edition"].grade is Grade.WRONG
    assert "1" in found["edition"].says


async def test_a_knowledge_folder_that_is_newer_than_what_was_taken_is_found(
    database: Database, folder: Path, tmp_path: Path
) -> None:
    await _publish(database, small_library(), folder)
    assert (await _found(database, folder))["knowledge folder"].grade is Grade.OK

    changed = shutil.copytree(folder, tmp_path / "changed")
    with (changed / "points.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# something new\n")
    assert (await _found(database, changed))["knowledge folder"].grade is Grade.LOOK
    assert (await _found(database, tmp_path / "none"))["knowledge folder"].grade in (Grade.LOOK, Grade.WRONG)


async def test_examples_that_were_not_learned_are_found(database: Database, folder: Path) -> None:
    await _publish(database, small_library(), folder)
    found = await _found(database, folder)

    assert found["learning"].grade is Grade.LOOK
    assert found["encoder"].grade is Grade.OK


async def test_an_encoder_that_does_not_answer_is_found(database: Database, folder: Path) -> None:
    await _publish(database, small_library(), folder)
    settings = given(encoder="http://127.0.0.1:1/v1", encoder_model="m", encoder_key="hunter2", knowledge=folder)
    async with database.read() as tx:
        found = await every(knowing.examined(tx, settings, NOW))

    assert found["encoder"].grade is Grade.WRONG
    assert "hunter2" not in str(found)


async def test_a_processor_that_cannot_run_the_encoder_is_found(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _publish(database, small_library(), folder)
    monkeypatch.setattr("bot.work.encoders.e5.load", lambda _: None)
    async with database.read() as tx:
        found = await every(knowing.examined(tx, given(encoder="e5", knowledge=folder), NOW))

    assert found["encoder"].grade is Grade.LOOK


async def test_help_lines_that_nobody_has_phoned_are_counted(database: Database, folder: Path) -> None:
    library = small_library()
    heard = tuple(replace(line, confirmed_on=date(2026, 11, 1)) for line in library.help_lines)
    await _publish(database, replace(library, help_lines=heard), folder)
    assert (await _found(database, folder))["help lines"].grade is Grade.OK

    unheard = tuple(replace(line, confirmed_on=None) for line in library.help_lines)
    await _publish(database, replace(library, help_lines=unheard), folder)
    assert (await _found(database, folder))["help lines"].grade is Grade.LOOK


async def test_hours_and_a_roster_are_looked_for(database: Database, folder: Path) -> None:
    library = small_library()
    points = {name: replace(point, hours="24/7") for name, point in library.points.items()}
    await _publish(database, replace(library, points=points), folder)
    found = await _found(database, folder)
    assert (found["hours"].grade, found["duty"].grade) == (Grade.OK, Grade.LOOK)

    async with database.write() as tx:
        ana = await staff.create(tx, "Ana", Role.ADMIN, "x", NOW)
        await shifts.put(tx, Shift("s", ana.id, frozenset(points), "si", "Mo 08:00-09:00"))
    gaps = (await _found(database, folder))["duty"]
    assert gaps.grade is Grade.LOOK
    assert "nobody is on duty" in gaps.says

    async with database.write() as tx:
        await shifts.put(tx, Shift("t", ana.id, frozenset(points), "si", "24/7"))
    assert (await _found(database, folder))["duty"].grade is Grade.OK

    unknown = {name: replace(point, hours=None) for name, point in library.points.items()}
    await _publish(database, replace(library, points=unknown), folder)
    assert (await _found(database, folder))["hours"].grade is Grade.LOOK
