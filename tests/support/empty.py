"""An empty file of SQLite that has all tables, made once in a process and written out for each test."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.database import Database


def empty(path: Path) -> str:
    """Write the file at ``path`` unless there is one, and return the URL of it."""
    if not path.exists():
        path.write_bytes(_migrated())
    return f"sqlite:///{path}"


async def migrate(url: str) -> None:
    """Make the tables of the database at ``url``."""
    db = Database.open(url)
    await db.migrate()
    await db.close()


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="infopoint-empty-") as folder, ThreadPoolExecutor(1) as pool:
        file = Path(folder) / "empty.db"
        pool.submit(asyncio.run, migrate(f"sqlite:///{file}")).result()  # an event loop of its own, whether or not one runs here
        return file.read_bytes()
