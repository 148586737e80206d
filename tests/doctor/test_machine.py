"""What can be seen without the database is found, and what is sound is told so."""

from __future__ import annotations

import shutil
import zipfile
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.backups.container import FORMAT, VERSION, Manifest, written
from bot.doctor import machine
from bot.doctor.findings import Grade
from bot.store import keyfile
from tests.doctor.reading import by_name, given

SOUND = {"public_url": "https://info.example.org", "metrics_token": "t" * 32}


def test_sound_settings_are_told_so() -> None:
    found = by_name(machine.of_settings(given(**SOUND)))

    assert {finding.grade for finding in found.values()} == {Grade.OK}


@pytest.mark.parametrize(
    ("settings", "about", "grade"),
    [
        ({"public_url": "http://info.example.org"}, "address", Grade.WRONG),
        ({"public_url": "", "host": "0.0.0.0"}, "address", Grade.WRONG),  # noqa: S104 - as an operator may
        ({"public_url": ""}, "address", Grade.LOOK),
        ({"metrics_token": "short"}, "metrics", Grade.WRONG),
        ({"telegram_webhook_secret": "has spaces"}, "webhook", Grade.WRONG),
        ({"encoder": "https://encoder.example.org/v1", "encoder_model": "m"}, "encoder", Grade.LOOK),
    ],
)
def test_settings_that_do_not_go_together_are_found(settings: dict[str, Any], about: str, grade: Grade) -> None:
    found = by_name(machine.of_settings(given(**SOUND | settings)))

    assert found[about].grade is grade
    assert found[about].do


def test_no_secret_is_told() -> None:
    secrets = {"metrics_token": "hunter2", "telegram_webhook_secret": "hunter 2"}
    settings = given(**SOUND | secrets)
    told = [*machine.of_settings(settings), *machine.of_keys(settings)]

    assert len([each for each in told if each.grade is Grade.WRONG]) == 2
    assert "hunter" not in " ".join(map(str, told))


def test_a_key_file_is_looked_for_and_into(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    missing = by_name(machine.of_keys(given(key_file=path)))["keys"]
    ring = keyfile.make(path)
    sound = by_name(machine.of_keys(given(key_file=path)))["keys"]
    path.chmod(0o640)
    read_by_others = by_name(machine.of_keys(given(key_file=path)))["keys"]

    assert [each.grade for each in (missing, sound, read_by_others)] == [Grade.LOOK, Grade.OK, Grade.WRONG]
    assert ring.newest in sound.says
    assert "chmod 600" in read_by_others.says


@pytest.mark.parametrize(("free", "grade"), [(5e9, Grade.OK), (5e8, Grade.LOOK), (1e6, Grade.WRONG)])
def test_a_disk_that_is_nearly_full_is_found(free: float, grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as the library's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1e12, 1e12, free))

    assert by_name(machine.of_disk(given(database_url=f"sqlite:///{tmp_path}/x.db")))["disk"].grade is grade


def test_a_database_that_others_may_read_is_found(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.touch(0o600)
    settings = given(database_url=f"sqlite:///{path}")
    assert "file" not in by_name(machine.of_disk(settings))

    path.chmod(0o644)
    assert by_name(machine.of_disk(settings))["file"].grade is Grade.WRONG


def test_a_folder_that_is_not_there_yet_and_a_server_elsewhere_have_no_disk_of_ours(tmp_path: Path) -> None:
    assert by_name(machine.of_disk(given(database_url=f"sqlite:///{tmp_path}/none/x.db")))["disk"].grade is Grade.LOOK
    assert list(machine.of_disk(given(database_url="postgresql://h/n"))) == []


def _back_up(path: Path, days: float) -> None:
    with written(path) as writing:
        writing.end(
            Manifest(
                format=FORMAT,
                version=VERSION,
                program="0",
                step="0006",
                made_at=clock.now() - timedelta(days=days),
                keys=(),
                numbers={},
                parts=(),
            )
        )


def test_backups_are_to_be_of_today_and_none_too_old(tmp_path: Path) -> None:
    settings = given(keep_backups=30, key_file=tmp_path / "elsewhere" / "keys")
    folder = tmp_path / "backups"

    def graded(about: str = "backups") -> Grade | None:
        found = by_name(machine.of_backups(settings, folder, clock.now()))
        return found[about].grade if about in found else None

    assert by_name(machine.of_backups(settings, None, clock.now()))["backups"].grade is Grade.LOOK
    assert graded() is Grade.WRONG  # no folder
    folder.mkdir()
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        archive.writestr("a", "b")
    assert graded() is Grade.WRONG  # none of ours
    _back_up(folder / "a.zip", 1.1)
    assert graded() is Grade.WRONG  # of yesterday
    _back_up(folder / "b.zip", 0.9)
    assert (graded(), graded("old backups")) == (Grade.OK, None)
    _back_up(folder / "c.zip", 32)
    assert graded("old backups") is Grade.WRONG


def test_a_key_beside_the_backups_is_found(tmp_path: Path) -> None:
    found = by_name(machine.of_backups(given(key_file=tmp_path / "keys"), tmp_path, clock.now()))

    assert found["key and backups"].grade is Grade.WRONG
