"""Making a backup, while the program runs: one state of the database, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bot import clock
from bot.backups.container import DRAFT, FORMAT, VERSION, BackupError, Manifest, manifest_of, written
from bot.settings import Settings
from bot.store import backups, numbering, probing
from bot.store.database import Database

#: What a backup that goes into a folder is named: by its moment, in UTC.
_NAME = "infopoint-%Y%m%d-%H%M%S.zip"

#: No backup takes longer.
_UNDER_WAY = timedelta(days=1)

#: Rows after which it is told how far it is.
_OFTEN = 500


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: the table at hand, and the share of all rows that is done."""

    stage: str
    share: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made, and older ones in the same folder that were deleted because their time was over."""

    path: Path
    manifest: Manifest
    size: int
    deleted: tuple[Path, ...]

    def __str__(self) -> str:
        """Return what the operator is told."""
        rows = sum(part.rows for part in self.manifest.parts)
        lines = [f"{self.path} holds {rows} rows ({self.size / 1e6:.1f} MB)."]
        if self.manifest.keys:
            lines.append(
                f"What residents wrote can be read with these keys alone, which are not in it: {', '.join(self.manifest.keys)}."
            )
            lines.append("Keep a copy of the key file apart from the backups.")
        lines += [f"Deleted, its time was over: {path}" for path in self.deleted]
        return "\n".join(lines)


async def take(settings: Settings, target: Path, keep: timedelta, tell: Callable[[Step | None], None] = lambda _: None) -> Taken:
    """Write everything to ``target``: a new file, or a folder in which backups older than ``keep`` are then deleted.

    Raises `BackupError` and `StoreError`; no part of a file is left then.
    """
    now = clock.now()
    path = _path(target, now)
    url = settings.database_url.get_secret_value()
    if url.startswith("sqlite:///") and not _is_there(url.removeprefix("sqlite:///")):
        raise BackupError("There is no database yet: there is nothing to keep.")
    db = Database.open(url)
    try:
        manifest = await _write(db, path, now, tell)
    finally:
        tell(None)
        await db.close()
    if path != target:
        _delete_left(target, now - _UNDER_WAY)
    deleted = () if path == target else tuple(_delete_over(target, now - keep, path))
    return Taken(path, manifest, _size(path), deleted)


def of_folder(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """Yield the backups in a folder, known by what they say of themselves; other files are passed over."""
    for path in sorted(folder.glob("*.zip")):
        try:
            yield path, manifest_of(path)
        except BackupError:
            continue


def _path(target: Path, now: datetime) -> Path:
    path = target / now.strftime(_NAME) if target.is_dir() else target
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}.")
    return path


async def _write(db: Database, path: Path, now: datetime, tell: Callable[[Step | None], None]) -> Manifest:
    async with db.read() as tx:
        step, shapes = await probing.step(tx), await backups.shapes(tx)
        if step is None:
            raise BackupError("The database is empty: there is nothing to keep.")
        counts = {shape.name: await backups.count(tx, shape) for shape in shapes}
        total, done = max(sum(counts.values()), 1), 0
        with written(path) as writing:
            for shape in shapes:
                with writing.table(shape.name, shape.columns) as lines:
                    async for row in backups.rows(tx, shape):
                        lines.put(row)
                        done += 1
                        if done % _OFTEN == 0:
                            tell(Step(shape.name, done / total))
            manifest = Manifest(
                format=FORMAT,
                version=VERSION,
                program=version("infopoint"),
                step=step,
                made_at=now,
                keys=tuple(await backups.keys_needed(tx, shapes)),
                numbers=await numbering.highest(tx, counts),
                parts=tuple(writing.parts),
            )
            writing.end(manifest)
    return manifest


def _is_there(file: str) -> bool:
    return Path(file).is_file()


def _size(path: Path) -> int:
    return path.stat().st_size


def _delete_left(folder: Path, before: datetime) -> None:
    """Delete what was left of backups that were killed: residents are told that nothing is kept for longer than backups are."""
    for path in folder.glob(f".infopoint-*.zip.*{DRAFT}"):
        with suppress(OSError):  # it is gone, or somebody else's
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def _delete_over(folder: Path, before: datetime, newest: Path) -> Iterator[Path]:
    for path, manifest in list(of_folder(folder)):
        if manifest.made_at < before and path != newest:
            try:
                path.unlink()
            except OSError as error:
                raise BackupError(f"The backup is made, but {path} cannot be deleted: {error.strerror}.") from None
            yield path
