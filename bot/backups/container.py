"""The file of a backup: a ZIP archive with the rows of each table as lines of JSON, and a manifest that tells what is in it.

Any tool for archives can look into it. The rows stand as they stood in the database: what is sealed there is sealed here, and the
keys are in neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: What the manifest says that it is, and its own version. A file of a later version is refused.
FORMAT, VERSION = "infopoint backup", 1

#: How the name of a file ends that is being written.
DRAFT = ".part"

_MANIFEST = "manifest.json"

#: The most bytes that a manifest has; what says more is none.
_LONGEST_MANIFEST = 1_000_000

#: Bytes that are read at once to take a sum.
_PIECE = 1 << 20

#: Everything that reading an archive which is none, or a broken one, comes to.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


class BackupError(Exception):
    """It cannot be written or used; the message says why. Nothing was changed."""


class Part(BaseModel):
    """A table in the file: its columns with their kinds (see `bot.store.backups`), how many rows, and the sum of its lines."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str = Field(pattern=r"^[a-z_]{1,60}$")
    columns: tuple[tuple[str, str], ...]
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What is in the file. ``step`` is that of the tables, ``numbers`` the highest of each table that numbers its rows."""

    model_config = ConfigDict(frozen=True)

    format: str
    version: int
    program: str
    step: str = Field(pattern=r"^[0-9]{4}$")
    made_at: datetime
    keys: tuple[str, ...]
    numbers: Mapping[str, int]
    parts: tuple[Part, ...]


class Writing:
    """A backup that is being written; see `written`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: list[Part] = []

    @contextmanager
    def table(self, name: str, columns: tuple[tuple[str, str], ...]) -> Iterator[_Lines]:
        """Open a table, to which rows are given."""
        with self._archive.open(_member(name), "w", force_zip64=True) as member:
            lines = _Lines(member)
            yield lines
        self.parts.append(Part(table=name, columns=columns, rows=lines.rows, sha256=lines.sum.hexdigest()))

    def end(self, manifest: Manifest) -> None:
        """Write what is in it: a file without this is none."""
        self._archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))


class _Lines:
    """Writes rows and takes their sum."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self.rows = 0
        self.sum = hashlib.sha256()

    def put(self, row: Sequence[Any]) -> None:
        """Write one row."""
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
        self.sum.update(line)
        self._member.write(line)
        self.rows += 1


@contextmanager
def written(path: Path) -> Iterator[Writing]:
    """Write a backup under another name, for the owner's eyes alone, and give it its own when it is whole and on the disk.

    Nothing is left of it when anything is raised. Raises `BackupError` when there is a file already or the disk is full.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup never replaces a file.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{DRAFT}")
    try:
        with _private(draft) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield Writing(archive)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def manifest_of(path: Path) -> Manifest:
    """Return what a backup says of itself. Raises `BackupError` for a file that is none of ours, or of a later program."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_MANIFEST) as member:
            manifest = Manifest.model_validate_json(member.read(_LONGEST_MANIFEST))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (*_BROKEN, ValidationError):
        raise BackupError(f"{path} is no backup of this program, or it is not whole.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{path} is no backup of this program.")
    if manifest.version > VERSION:
        raise BackupError(f"{path} was made by a newer program ({manifest.program}).")
    return manifest


def verify(path: Path, manifest: Manifest) -> None:
    """Read everything once. Raises `BackupError` when a byte is other than it was written."""
    changed = BackupError(f"{path} is damaged or was changed: it is not what was written.")
    try:
        with zipfile.ZipFile(path) as archive:
            if sorted(archive.namelist()) != sorted([_MANIFEST, *(_member(part.table) for part in manifest.parts)]):
                raise changed
            for part in manifest.parts:
                taken = hashlib.sha256()
                with archive.open(_member(part.table)) as member:
                    while piece := member.read(_PIECE):
                        taken.update(piece)
                if taken.hexdigest() != part.sha256:
                    raise changed
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from None
    except _BROKEN:
        raise changed from None


def rows(path: Path, part: Part) -> Iterator[tuple[list[Any], int]]:
    """Yield the rows of a table, each with the bytes of its line. Raises `BackupError` if the file is changed meanwhile."""
    taken = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_member(part.table)) as member:
            for line in member:
                taken.update(line)
                yield json.loads(line), len(line)
    except (OSError, *_BROKEN):
        raise BackupError(f"{path} cannot be read any more.") from None
    if taken.hexdigest() != part.sha256:
        raise BackupError(f"{path} was changed while it was read.")


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def _settle(folder: Path) -> None:
    """Have the new name of a file survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _member(table: str) -> str:
    return f"{table}.jsonl"
