"""The database of an installation, opened with the keys that seal it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot import clock
from bot.settings import Settings
from bot.store import keyfile, keys
from bot.store.database import Database, StoreError, Transaction
from bot.store.sealing import Keyring


class NoKey(StoreError):  # noqa: N818 - a word of the house
    """What the database holds takes keys that are not here; the message names them by their ids and says what to do."""


class NoDatabase(StoreError):  # noqa: N818 - a word of the house
    """There is no file of a database where the settings name one."""


def database(settings: Settings) -> Database:
    """Return the database with the keys that there are, which may be none yet; nothing is connected. Raises `StoreError`."""
    url = settings.database_url.get_secret_value()
    if given := settings.sealing_keys.get_secret_value():
        return Database.open(url, Keyring.parse(given))
    again = partial(keyfile.read, settings.key_file)
    return Database.open(url, again(), again=again)


async def unlock(db: Database, settings: Settings, *, make: bool = False) -> None:
    """See to it that what ``db``, which is up to date, holds can be read, and note the key that seals it from now on.

    With ``make`` a first key is made where there is none, and none is needed. Raises `NoKey`, or `StoreError`.
    """
    async with db.read() as tx:
        needed = await _checked(tx, db.sealer.ring, settings)
    if db.sealer.ring is None:
        if not make:
            return
        db.sealer.ring = keyfile.make(settings.key_file)
    ring = db.sealer.ring
    if ring.newest not in needed:
        async with db.exclusive() as tx:  # of two that start at once with a key each, one is refused
            await _checked(tx, ring, settings)
            await keys.enter(tx, ring.newest, clock.now())
    if make:  # a program before this one kept these plainly; all else waits for a rotation
        async with db.write() as tx:
            await keys.seal_secrets(tx)


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of the database, None where it is on a server."""
    url = settings.database_url.get_secret_value()
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


@asynccontextmanager
async def opened(settings: Settings, *, make: bool = False) -> AsyncIterator[Database]:
    """Open the database, up to date and with its keys, for one command. Raises `StoreError`.

    Without ``make`` a file that is not there is refused: who mistypes its path must not get an empty one.
    """
    file = sqlite_file(settings)
    if not make and file is not None and not file.is_file():
        raise NoDatabase(f"the database's file {file} is not there: `infopoint run` makes it. See INFOPOINT_DATABASE_URL.")
    db = database(settings)
    try:
        await db.migrate()
        await unlock(db, settings)
        yield db
    finally:
        await db.close()


async def _checked(tx: Transaction, ring: Keyring | None, settings: Settings) -> frozenset[str]:
    """Return the ids of the keys that are needed, all of which are there. Raises `NoKey`."""
    needed = await keys.needed(tx)
    missing = sorted(needed - set(() if ring is None else ring.ids))
    if not missing:
        return needed
    place, back = "INFOPOINT_SEALING_KEYS", "Add them there"
    if not settings.sealing_keys.get_secret_value():
        place, back = str(settings.key_file), "Bring that file back from its copy, or set INFOPOINT_SEALING_KEYS"
    raise NoKey(
        f"What residents wrote in this database is sealed with keys that are not in {place}: {', '.join(missing)}. {back}. "
        "Without them nobody can read it."
    )
