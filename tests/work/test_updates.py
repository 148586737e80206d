"""Updates that come with the program are taken into the editions once, on both databases, and no editor's work is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.clock import now
from bot.editing import trees
from bot.editing.folders import write_tree
from bot.editing.items import Spot
from bot.knowledge import KnowledgeFolder
from bot.model.library import Library
from bot.store import editions, shipped
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.editions import Kind
from bot.store.packing import pack, unpack
from bot.work.updates import Taken, United, Updates
from tests.support.changing import EXAMPLES, NAME, TITLE, at, with_changes
from tests.support.editing import small_edition

NOW = now()
OURS, THEIRS = "Naš naslov", "Njihov naslov"


def _folder(path: Path, library: Library) -> KnowledgeFolder:
    write_tree(trees.of(library), path)
    return KnowledgeFolder(path)


async def _take(database: Database, source: KnowledgeFolder) -> Taken:
    return await Updates(database, Bell(database), source).take()


async def _edit(database: Database, changes: dict[Spot, object]) -> None:
    async with database.write() as tx:
        newest = await editions.newest(tx)
        assert newest is not None
        content = pack(with_changes(unpack(newest), changes))
        await editions.publish(tx, newest.number, content, "edited", now(), kind=Kind.EDITED)


async def _newest(database: Database) -> tuple[int, Library]:
    async with database.read() as tx:
        newest = await editions.newest(tx)
    assert newest is not None
    return newest.number, unpack(newest)


async def test_an_update_and_the_work_of_an_editor_are_both_in_the_next_edition(database: Database, tmp_path: Path) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    await _edit(database, {TITLE: OURS})

    taken = await _take(database, _folder(tmp_path, with_changes(base, {NAME: "Dolgovi in rubež"})))

    assert taken.trouble == ""
    assert await _newest(database) == (3, with_changes(base, {TITLE: OURS, NAME: "Dolgovi in rubež"}))


async def test_where_the_update_says_otherwise_the_editor_is_kept_and_it_is_told_until_it_is_settled(
    database: Database, tmp_path: Path
) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    await _edit(database, {TITLE: OURS})

    await _take(database, _folder(tmp_path, with_changes(base, {TITLE: THEIRS})))

    async with database.write() as tx:
        [told] = await shipped.contradictions(tx)
        settled = [await shipped.settle(tx, told.file, told.path) for _ in range(2)]
        left = await shipped.contradictions(tx)
    assert await _newest(database) == (2, with_changes(base, {TITLE: OURS}))
    assert ((told.file, told.path), told.base, told.ours, told.theirs) == (TITLE, at(base, TITLE), OURS, THEIRS)
    assert (settled, left) == ([True, False], [])


async def test_a_later_update_of_the_same_place_is_told_in_place_of_the_former(database: Database, tmp_path: Path) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    await _edit(database, {TITLE: OURS})
    for theirs in (THEIRS, "Še en naslov"):
        await _take(database, _folder(tmp_path, with_changes(base, {TITLE: theirs})))

    async with database.read() as tx:
        told = await shipped.contradictions(tx)

    assert [each.theirs for each in told] == ["Še en naslov"]


async def test_an_older_folder_beside_a_newer_one_leaves_things_as_they_are(database: Database, tmp_path: Path) -> None:
    base = small_edition()
    old = _folder(tmp_path / "old", base)
    new = _folder(tmp_path / "new", with_changes(base, {TITLE: THEIRS}))
    for folder in (old, new, old, new, old):
        await _take(database, folder)

    number, library = await _newest(database)

    assert number == 2
    assert at(library, TITLE) == THEIRS


async def test_of_processes_that_start_at_once_one_takes_the_update(database: Database, tmp_path: Path) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    await _edit(database, {TITLE: OURS})
    folder = _folder(tmp_path, with_changes(base, {NAME: "Dolgovi in rubež"}))

    taken = await asyncio.gather(*(_take(database, folder) for _ in range(3)))

    assert {each.edition.number for each in taken} == {3}
    assert (await _newest(database))[0] == 3


class _Meanwhile(KnowledgeFolder):
    """A folder while whose update is being put together an editor publishes, once."""

    url = ""

    def unite(self, base: Library | None, ours: Library, theirs: Library, now: datetime) -> United:
        if self.url:
            asyncio.run(self._publish())
            self.url = ""
        return super().unite(base, ours, theirs, now)

    async def _publish(self) -> None:
        db = Database.open(self.url)
        await _edit(db, {EXAMPLES: ["izvršba na plačo"]})
        await db.close()


async def test_what_an_editor_publishes_meanwhile_is_in_it_too(database: Database, database_url: str, tmp_path: Path) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    await _edit(database, {TITLE: OURS})
    folder = _Meanwhile(_folder(tmp_path, with_changes(base, {NAME: "Dolgovi in rubež"})).folder)
    folder.url = database_url

    taken = await _take(database, folder)

    number, library = await _newest(database)
    assert taken.edition.number == number == 4
    assert (at(library, TITLE), at(library, NAME)) == (OURS, "Dolgovi in rubež")
    assert at(library, EXAMPLES) == ["izvršba na plačo"]


async def test_an_update_that_is_not_sound_beside_the_work_of_editors_is_told_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    base = small_edition()
    await _take(database, _folder(tmp_path, base))
    async with database.write() as tx:
        await editions.publish(tx, 1, pack(replace(base, help_lines=())), "of stricter days", NOW, kind=Kind.EDITED)

    taken = await _take(database, _folder(tmp_path, with_changes(base, {NAME: "Dolgovi in rubež"})))

    assert taken.edition.number == 2
    assert taken.trouble == "the update of the knowledge does not go together with the work of editors"


async def test_a_folder_with_errors_is_told_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = _folder(tmp_path, small_edition())
    await _take(database, folder)
    (tmp_path / "points.yaml").write_text("{", encoding="utf-8")

    taken = await _take(database, folder)

    assert (taken.edition.number, taken.trouble) == (1, "the knowledge folder has errors and is not loaded")


async def test_a_database_from_before_folders_were_remembered_takes_its_newest_edition_for_the_folder(
    database: Database, tmp_path: Path
) -> None:
    base = small_edition()
    async with database.write() as tx:
        await editions.publish(tx, 0, pack(base), "of old", NOW)
    changed = with_changes(base, {TITLE: THEIRS})

    await _take(database, _folder(tmp_path, changed))

    async with database.read() as tx:
        assert await shipped.contradictions(tx) == []
    assert await _newest(database) == (2, changed)


async def test_what_was_imported_before_the_first_start_stays_and_later_changes_of_the_folder_are_updates(
    database: Database, tmp_path: Path
) -> None:
    base = small_edition()
    theirs = with_changes(base, {TITLE: THEIRS})
    async with database.write() as tx:
        await editions.publish(tx, 0, pack(base), "imported", NOW, kind=Kind.IMPORTED)
    await _take(database, _folder(tmp_path, theirs))
    first = await _newest(database)

    await _take(database, _folder(tmp_path, with_changes(theirs, {NAME: "Dolgovi in rubež"})))

    async with database.read() as tx:
        assert await shipped.contradictions(tx) == []
    assert first == (1, base)
    assert await _newest(database) == (2, with_changes(base, {NAME: "Dolgovi in rubež"}))


async def test_a_folder_that_cannot_be_read_any_more_makes_all_that_differs_an_editors_work(
    database: Database, tmp_path: Path
) -> None:
    base = small_edition()
    async with database.write() as tx:
        await shipped.take(tx, "of old", b"damaged", NOW)
        await editions.publish(tx, 0, pack(with_changes(base, {TITLE: OURS})), "edited", NOW, kind=Kind.EDITED)

    await _take(database, _folder(tmp_path, base))

    assert at((await _newest(database))[1], TITLE) == OURS
