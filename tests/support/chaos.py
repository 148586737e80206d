"""What can befall the machine that the real program runs on."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import pytest

from tests.editing import small_folder
from tests.fakes.telegram import FakeTelegram
from tests.support.program import Program

#: What somebody asks whom the small knowledge can help, and a part of the answer.
ASKED, TOLD = "храна за бедни", "12,50"


def small_program(url: str, folder: Path, telegram: FakeTelegram | None = None, **more: str) -> Program:
    """Return the real program with little to know, which starts fast and understands by words alone."""
    knowledge = folder / "knowledge"
    if not knowledge.exists():
        small_folder.write(knowledge)
    given = {"INFOPOINT_KNOWLEDGE": str(knowledge), "INFOPOINT_ENCODER": "none", "INFOPOINT_KEY_FILE": str(folder / "key")}
    return Program(url, folder, telegram, **given | more)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Keep a file of SQLite's from being written to, as a program does that was left in the midst of a change."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Make a disk of its own at ``place``; where that is not allowed the test is skipped with a word."""
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no disk can be mounted here; that takes root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill a disk to its last byte meanwhile."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        for size in (65536, 1):
            _write_until_full(file, b"0" * size)
    try:
        yield
    finally:
        filling.unlink()


def _write_until_full(file: FileIO, piece: bytes) -> None:
    try:
        while file.write(piece):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
