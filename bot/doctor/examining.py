"""All that is looked at, in the order in which an operator would mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot import clock
from bot.doctor import keeping, knowing, machine, reaching
from bot.doctor.findings import Finding, look, wrong
from bot.opening import database, sqlite_file
from bot.settings import Settings
from bot.store import editions
from bot.store.database import Database, StoreError


async def examine(settings: Settings, backups: Path | None = None) -> list[Finding]:
    """Look at everything and return what was found; ``backups`` is the folder where they are kept. Nothing is changed."""
    now = clock.now()
    found = [*machine.of_settings(settings), *machine.of_keys(settings), *machine.of_disk(settings)]
    found += machine.of_backups(settings, backups, now)
    kept, newest = await _kept(settings, now)
    found += [*kept, await reaching.mail(settings)]
    found += [each async for each in reaching.telegram(settings, now)]
    found += [each async for each in reaching.program(settings, newest)]
    return found


async def _kept(settings: Settings, now: datetime) -> tuple[list[Finding], int]:
    """Return what is found in the database, and the number of the newest edition there; 0 for none."""
    path = sqlite_file(settings)
    if path is not None and not path.is_file():
        return [look("database", f"There is no file {path} yet.", "`infopoint run` makes it.")], 0
    found: list[Finding] = []
    newest = 0
    try:
        async with _opened(settings) as db, db.read() as tx:
            current, finding = await keeping.is_current(tx)
            found.append(finding)
            if current:
                newest = await editions.newest_number(tx)
                found += [each async for each in keeping.examined(tx, db, settings, now)]
                found += [each async for each in knowing.examined(tx, settings, now)]
    except StoreError as error:
        says = str(error).rstrip(".")
        do = "See INFOPOINT_DATABASE_URL, and whether its server runs."
        found.append(wrong("database", f"{says[:1].upper()}{says[1:]}.", do))
    return found, newest


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    try:
        db = database(settings)
    except StoreError:  # of the keys, which is told already
        db = Database.open(settings.database_url.get_secret_value())
    try:
        yield db
    finally:
        await db.close()
