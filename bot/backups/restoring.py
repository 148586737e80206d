"""From a backup back into a database, also one of the other kind: that is how an installation moves to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.backups.container import BackupError, Manifest, Part, manifest_of, rows, verify
from bot.backups.taking import Step
from bot.settings import Settings
from bot.store import backups, gauges, numbering
from bot.store.backups import Shape
from bot.store.database import Database, Transaction
from bot.store.migrations import HEAD

#: Rows that are written at once, and the bytes at which fewer are.
_ROWS, _BYTES = 500, 4_000_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; ``unsent`` messages to residents and ``unanswered`` ones of theirs stood open in it."""

    manifest: Manifest
    unsent: int
    unanswered: int

    def __str__(self) -> str:
        """Return what the operator is told."""
        back = self.manifest
        lines = [
            f"Everything is back as it was on {back.made_at:%Y-%m-%d %H:%M} UTC: {sum(part.rows for part in back.parts)} rows."
        ]
        if back.keys:
            lines.append(f"What residents wrote can be read with these keys alone: {', '.join(back.keys)}.")
        if self.unsent or self.unanswered:
            lines.append(
                f"Open then: {self.unsent} messages to residents and {self.unanswered} of theirs. They are sent and answered "
                "once the program runs, also where that was done since: twice is better than never. To try a backup out, leave "
                "INFOPOINT_TELEGRAM_TOKEN and INFOPOINT_SMTP_URL empty, else residents and staff are written to."
            )
        return "\n".join(lines)


async def restore(settings: Settings, path: Path, tell: Callable[[Step | None], None] = lambda _: None) -> Restored:
    """Bring everything that ``path`` holds into the database of ``settings``, which nobody may have used.

    The file is verified before anything is written, and all of it is written in one transaction: afterwards everything is
    there, or the database is as it was. Raises `BackupError` and `StoreError`.
    """
    manifest = manifest_of(path)
    if manifest.step > HEAD:
        raise BackupError(f"{path} was made by a newer program ({manifest.program}); restore it with that one.")
    verify(path, manifest)
    db = Database.open(settings.database_url.get_secret_value())
    try:
        async with db.exclusive() as tx:
            if not await backups.is_vacant(tx):
                raise BackupError("The database is in use. A backup is restored only into an empty one; name another.")
            await _load(tx, path, manifest, tell)
            await backups.bring_up(tx)
            stands = await gauges.look(tx)
    finally:
        tell(None)
        await db.close()
    return Restored(manifest, stands.outbox.number, stands.inbox.number)


async def _load(tx: Transaction, path: Path, manifest: Manifest, tell: Callable[[Step | None], None]) -> None:
    shapes = {shape.name: shape for shape in await backups.build(tx, manifest.step)}
    parts = {part.table: part for part in manifest.parts}
    if any(part.table not in shapes or not set(part.columns) <= set(shapes[part.table].columns) for part in manifest.parts):
        raise BackupError(f"{path} holds other tables than this program has at step {manifest.step}.")
    total, done = max(sum(part.rows for part in manifest.parts), 1), 0
    for name in shapes:  # in their own order: what is pointed to comes first
        if name not in parts:
            continue
        for batch in _batches(path, parts[name]):
            await backups.put(tx, Shape(name, parts[name].columns), batch)
            done += len(batch)
            tell(Step(name, done / total))
    await numbering.go_on_after(tx, manifest.numbers)


def _batches(path: Path, part: Part) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    held = 0
    for row, size in rows(path, part):
        batch.append(row)
        held += size
        if len(batch) == _ROWS or held >= _BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
