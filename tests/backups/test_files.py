"""The file of a backup is whole and what was written, or nothing is done with it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import stat
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy import insert

from bot import clock
from bot.__main__ import main
from bot.backups.container import BackupError, manifest_of, verify
from bot.backups.restoring import restore
from bot.backups.taking import take
from bot.store import guard_tables, tables
from bot.store.database import Database
from bot.store.migrations import HEAD
from tests.backups.filling import MONTH, at
from tests.support.databases import Databases


def _names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def _kept(databases: Databases, path: Path) -> Path:
    with databases.fresh("sqlite") as url:
        return (await take(at(url), path, MONTH)).path


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _turn_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo("conversation.jsonl").header_offset
    content[offset + 90] ^= 0xFF
    path.write_bytes(content)


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _change_a_row(path: Path) -> None:
    _rewritten(path, lambda members: members.update({"staff.jsonl": members["staff.jsonl"].replace(b"1", b"2")}))


def _drop_a_table(path: Path) -> None:
    _rewritten(path, lambda members: members.__delitem__("staff.jsonl"))


def _add_a_member(path: Path) -> None:
    _rewritten(path, lambda members: members.update({"../evil": b"x"}))


def _drop_the_manifest(path: Path) -> None:
    _rewritten(path, lambda members: members.__delitem__("manifest.json"))


def _say(**more: Any) -> Callable[[Path], None]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **more}).encode()

    return lambda path: _rewritten(path, change)


def _be_foreign(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _turn_a_byte,
        _change_a_row,
        _drop_a_table,
        _add_a_member,
        _drop_the_manifest,
        _say(format="another"),
        _say(version=2),
        _say(step="9999"),
        _be_foreign,
    ],
)
async def test_a_file_that_is_not_what_was_written_is_refused_before_anything_is(
    spoil: Callable[[Path], None], sound: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(sound, tmp_path / "kept.zip"))
    spoil(path)
    target = tmp_path / "new.db"

    with pytest.raises(BackupError, match=str(path)):
        await restore(at(f"sqlite:///{target}"), path)
    assert not target.exists()


async def test_rows_of_other_tables_leave_the_database_empty(sound: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(sound, tmp_path / "kept.zip"))
    parts = json.loads(zipfile.ZipFile(path).read("manifest.json"))["parts"]
    _say(parts=[{**part, "columns": [["strange", "text"]]} if part["table"] == "staff" else part for part in parts])(path)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with pytest.raises(BackupError, match="other tables"):
        await restore(at(url), path)

    await restore(at(url), sound)


async def test_an_empty_database_is_not_kept(fresh: Callable[[str], str], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to keep"):
        await take(at(fresh("sqlite")), tmp_path / "kept.zip", MONTH)
    with pytest.raises(BackupError, match="nothing to keep"):
        await take(at(f"sqlite:///{tmp_path}/none.db"), tmp_path / "kept.zip", MONTH)
    with pytest.raises(BackupError, match="no folder"):
        await take(at(fresh("sqlite")), tmp_path / "none" / "kept.zip", MONTH)
    assert _names(tmp_path) == set()


async def test_a_backup_is_for_its_owner_alone_and_replaces_nothing(databases: Databases, tmp_path: Path) -> None:
    path = await _kept(databases, tmp_path / "kept.zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    before = path.read_bytes()
    with pytest.raises(BackupError, match="there already"):
        await _kept(databases, path)
    assert path.read_bytes() == before


async def test_nothing_is_left_of_a_backup_for_which_there_is_no_room(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite") as url:
        db = Database.open(url)
        async with db.write() as tx:
            values = {"fingerprint": "a", "content": os.urandom(1_000_000), "kept_at": clock.now()}
            await tx.execute(insert(tables.weights).values(values))
        await db.close()
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))  # no file may grow beyond, as on a full disk
        try:
            with pytest.raises(BackupError, match="File too large"):
                await take(at(url), tmp_path / "kept.zip", MONTH)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert _names(tmp_path) == set()


async def test_in_a_folder_backups_whose_time_is_over_are_deleted_and_nothing_else(databases: Databases, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old, young = await _kept(databases, folder / "old.zip"), await _kept(databases, folder / "young.zip")
    _say(made_at=(clock.now() - timedelta(days=31)).isoformat())(old)
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        archive.writestr("manifest.json", "{}")
    (folder / "notes.zip").write_text("of somebody")
    with databases.fresh("sqlite") as url:
        taken = await take(at(url), folder, MONTH)

    assert taken.deleted == (old,)
    assert _names(folder) == {young.name, taken.path.name, "photos.zip", "notes.zip"}
    assert manifest_of(taken.path).step == HEAD
    verify(taken.path, taken.manifest)


async def test_what_a_killed_backup_left_goes_with_the_next_one_of_another_day(databases: Databases, tmp_path: Path) -> None:
    left, under_way = tmp_path / ".infopoint-20261120-020000.zip.1a2b.part", tmp_path / ".infopoint-20261122-020000.zip.3c4d.part"
    for each in (left, under_way):
        each.write_bytes(b"half of it")
    os.utime(left, (0, (clock.now() - timedelta(days=2)).timestamp()))
    with databases.fresh("sqlite") as url:
        taken = await take(at(url), tmp_path, MONTH)

    assert _names(tmp_path) == {taken.path.name, under_way.name}


async def test_a_backup_names_the_keys_that_it_needs_and_holds_none(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite") as url:
        db = Database.open(url)
        async with db.write() as tx:
            for name, retired in (("spring", clock.now()), ("autumn", None)):
                values = {"id": name, "made_at": clock.now(), "retired_at": retired}
                await tx.execute(insert(guard_tables.sealing_key).values(values))
        await db.close()
        taken = await take(at(url), tmp_path / "kept.zip", MONTH)

    assert taken.manifest.keys == ("autumn",)
    assert "autumn, " not in str(taken)
    assert "autumn" in str(taken)


def test_the_commands_tell_what_they_did(databases: Databases, tmp_path: Path) -> None:
    def run(url: str, *arguments: str) -> Result:
        environment = {"INFOPOINT_DATABASE_URL": url}
        try:
            return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)
        finally:
            structlog.reset_defaults()

    with databases.fresh("sqlite") as url:
        made, again = (run(url, "backup", str(tmp_path / "kept.zip"), "--keep", "1") for _ in range(2))
        back = run(f"sqlite:///{tmp_path}/new.db", "restore", str(tmp_path / "kept.zip"))
        refused = run(url, "restore", str(tmp_path))

    assert (made.exit_code, again.exit_code) == (0, 1)
    assert "kept.zip holds" in made.output
    assert "there already" in again.output
    assert back.exit_code == 0
    assert "Everything is back as it was" in back.output
    assert refused.exit_code == 2
