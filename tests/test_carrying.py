"""`infopoint export`, `import` and `editions`: the live library to files as a clean difference, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.clock import now
from bot.editing import trees
from bot.editing.files import read_folder, source_hash
from bot.editing.folders import write_tree
from bot.knowledge import KnowledgeFolder
from bot.store import audit, editions, shipped
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.editions import Edition, Kind
from bot.store.packing import pack, unpack
from bot.work.updates import Updates
from tests.support.changing import MONTHS, TITLE, at, with_changes
from tests.support.databases import Databases
from tests.support.editing import small_edition

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small edition as files."""
    write_tree(trees.of(small_edition()), tmp_path / "knowledge")
    return tmp_path / "knowledge"


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh("sqlite") as made:
        yield made


def _infopoint(url: str, *arguments: object) -> Result:
    return CliRunner().invoke(
        main, [str(each) for each in arguments], env={"INFOPOINT_DATABASE_URL": url}, catch_exceptions=False
    )


def _in_database(url: str, work: Any) -> Any:
    async def opened() -> Any:
        db = Database.open(url)
        try:
            return await work(db)
        finally:
            await db.close()

    return _run(opened())


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _newest(url: str) -> Edition:
    async def look(db: Database) -> Edition | None:
        async with db.read() as tx:
            return await editions.newest(tx)

    found: Edition | None = _in_database(url, look)
    assert found is not None
    return found


def _publish(url: str, changes: Any) -> None:
    async def publish(db: Database) -> None:
        async with db.write() as tx:
            number = await editions.newest_number(tx)
            content = pack(with_changes(small_edition(), changes))
            await editions.publish(tx, number, content, "edited", now(), "the new title", kind=Kind.EDITED, published_by="ana")

    _in_database(url, publish)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_edited_amount_is_a_difference_of_one_line(url: str, folder: Path) -> None:
    _publish(url, {MONTHS: {"kind": "months", "value": "4", "source": "s2"}})
    before = _contents(folder)

    done = _infopoint(url, "export", folder)

    after = _contents(folder)
    [file] = [name for name in before if before[name] != after[name]]
    lines = zip(before[file].decode().splitlines(), after[file].decode().splitlines(), strict=True)
    assert file == MONTHS[0]
    assert [new for old, new in lines if old != new] == ["  late_months: {kind: months, value: 4, source: s2}"]
    assert "changed  facts/si/debts.yaml  (answer:debts/si)" in done.output
    assert "holds edition 1 now: 1 changed, 0 new, 0 gone." in done.output


def test_an_export_of_what_is_there_touches_nothing(url: str, folder: Path) -> None:
    _publish(url, {})
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}

    done = _infopoint(url, "export", folder)

    assert "nothing was changed" in done.output
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_was_exported_is_no_update_at_the_next_start(url: str, folder: Path) -> None:
    async def take(db: Database) -> int:
        return (await Updates(db, Bell(db), KnowledgeFolder(folder)).take()).edition.number

    _in_database(url, take)
    _publish(url, {TITLE: "Naš naslov"})
    _infopoint(url, "export", folder)
    _publish(url, {TITLE: "Naš drugi naslov"})

    async def contradictions(db: Database) -> int:
        async with db.read() as tx:
            return len(await shipped.contradictions(tx))

    assert _in_database(url, take) == 3
    assert _in_database(url, contradictions) == 0


def test_a_new_folder_is_made(url: str, tmp_path: Path) -> None:
    _publish(url, {})

    _infopoint(url, "export", tmp_path / "made")

    assert read_folder(tmp_path / "made").library == small_edition()


def test_a_folder_of_something_else_is_left_alone(url: str, tmp_path: Path) -> None:
    _publish(url, {})
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "mine.yaml").write_text("mine: yes\n", encoding="utf-8")

    refused = _infopoint(url, "export", tmp_path)

    assert refused.exit_code == 1
    assert "is no knowledge folder" in refused.output
    assert _contents(tmp_path) == {"topics/mine.yaml": b"mine: yes\n"}


def test_without_an_edition_there_is_nothing_to_export(url: str, tmp_path: Path) -> None:
    assert "There is no edition yet" in _infopoint(url, "export", tmp_path / "made").output


def test_an_edition_that_cannot_be_read_is_not_exported(url: str, folder: Path) -> None:
    async def damage(db: Database) -> None:
        async with db.write() as tx:
            await editions.publish(tx, 0, b"damaged", "x", now())

    _in_database(url, damage)
    before = _contents(folder)

    refused = _infopoint(url, "export", folder)

    assert (refused.exit_code, _contents(folder)) == (1, before)
    assert "edition 1 cannot be used" in refused.output


def test_a_folder_that_cannot_be_written_is_told(url: str, folder: Path) -> None:
    _publish(url, {TITLE: "Naš naslov"})
    (folder / "sl" / ".debts.yaml.new").mkdir()

    refused = _infopoint(url, "export", folder)

    assert refused.exit_code == 1
    assert "could not be written" in refused.output


def test_an_imported_folder_is_the_next_edition(url: str, folder: Path) -> None:
    _publish(url, {TITLE: "Naš naslov"})

    done = _infopoint(url, "import", folder, "--note", "back to the files")

    newest = _newest(url)
    assert unpack(newest) == small_edition()
    assert (newest.number, newest.kind, newest.note, newest.published_by) == (2, Kind.IMPORTED, "back to the files", None)
    assert newest.source_hash == source_hash(folder)
    assert "  answer:debts/si\nEdition 2 is published: 1 changed." in done.output


def test_an_import_stands_in_the_audit_log(url: str, folder: Path) -> None:
    async def logged(db: Database) -> list[tuple[str, str, str]]:
        async with db.read() as tx:
            return [(act.staff, act.action, act.subject) for act in await audit.latest(tx)]

    _infopoint(url, "import", folder)

    assert _in_database(url, logged) == [("-", "import-library", "1")]


def test_an_import_of_what_is_live_publishes_nothing(url: str, folder: Path) -> None:
    _publish(url, {})

    done = _infopoint(url, "import", folder)

    assert "nothing was published" in done.output
    assert _newest(url).number == 1


def test_a_folder_with_errors_is_refused_with_all_of_them(url: str, folder: Path) -> None:
    _publish(url, {})
    (folder / "points.yaml").write_text("{", encoding="utf-8")
    (folder / "topics" / "debts.yaml").unlink()

    refused = _infopoint(url, "import", folder)

    assert refused.exit_code == 1
    assert "points.yaml:1: error: this is not YAML" in refused.output
    assert "debts" in refused.output
    assert "nothing was imported" in refused.output
    assert _newest(url).number == 1


def test_what_is_to_be_weighed_is_told_beside(url: str, folder: Path) -> None:
    done = _infopoint(url, "import", folder)

    assert "warning" in done.stderr
    assert done.stdout == "Edition 1 is published.\n"


def test_a_note_that_is_no_sentence_is_refused(url: str, folder: Path) -> None:
    assert "more than 300" in _infopoint(url, "import", folder, "--note", "x" * 301).output


def test_an_exported_edition_comes_back_as_it_was(url: str, tmp_path: Path) -> None:
    _publish(url, {TITLE: "Naš: naslov"})
    _infopoint(url, "export", tmp_path / "made")
    _publish(url, {})

    _infopoint(url, "import", tmp_path / "made")

    assert at(unpack(_newest(url)), TITLE) == "Naš: naslov"


def test_editions_are_listed_newest_first(url: str, folder: Path) -> None:
    assert _infopoint(url, "editions").output == "There is no edition yet.\n"
    _publish(url, {TITLE: "Naš naslov"})
    _infopoint(url, "import", folder, "--note", "back")

    lines = _infopoint(url, "editions").output.splitlines()
    last = _infopoint(url, "editions", "--limit", "1").output.splitlines()

    assert lines[0].split()[0] == "2"
    assert lines[0].endswith("UTC  imported  back")
    assert lines[1].endswith("UTC  edited by ana  the new title")
    assert last == lines[:1]


async def test_a_command_wakes_those_who_wait_in_other_processes(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    bell = Bell(database)
    hearing = asyncio.create_task(bell.run())
    try:
        await bell.wait("edition", 10)  # it rings when it begins to hear
        seen = bell.count("edition")
        async with other.write() as tx:
            await editions.publish(tx, 0, b"x", "x", now())
        await Bell(other).tell("edition")

        assert await bell.wait("edition", 10, seen)
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing
        await other.close()
