"""The keys that seal what residents wrote: listed, made, and everything sealed anew while the program runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot import clock
from bot.opening import opened
from bot.settings import Settings
from bot.store import keyfile, keys, probing
from bot.store.database import Database
from bot.store.desk_tables import attachment
from bot.store.engines import PATIENCE
from bot.store.sealing import LOOK, Keyring, new_key, written

#: Rows of a transaction, and of one with files, which may be large.
_ROWS, _FILES = 100, 2

#: Seconds after which everybody who reads the key file seals with the newest key in it, and has committed what was sealed before:
#: on SQLite a transaction begins with its first statement, and what that writes is sealed before it is let in, or gives up.
_SETTLED = LOOK + PATIENCE + 3

#: Seconds that a transaction of another program is waited for, which the server ends when it is idle for one minute
#: (`bot.store.engines.IDLE`), and between two looks at it.
_OPEN_FOR, _GLANCE = 120.0, 0.2

#: How often what others held, or sealed with an old key meanwhile, is looked for.
_PASSES = 20


@dataclass(frozen=True, slots=True)
class Sealing:
    """How far it is (`bot.progress.Step`)."""

    share: float
    stage: str = "what is kept"


Progress = Callable[[Sealing | None], None]


class KeyRefused(Exception):  # noqa: N818 - a word of the house
    """It cannot be done with the keys as they are; the message says why, and nothing was changed."""


async def listed(settings: Settings) -> str:
    """Return a line for each key: its id, since when it is known, how many values it sealed, and whether it is needed."""
    async with opened(settings) as db:
        async with db.read() as tx:
            known, counts = await keys.known(tx), await keys.count(tx)
        ring = db.sealer.ring
    lines = [_line(each, counts.get(each.id, 0), ring) for each in reversed(known)]
    lines += [f"{name}  {'':<20}  {0:>9}  not used yet" for name in (ring.ids if ring else ()) if not _has(known, name)]
    if plain := counts.get(keys.PLAIN, 0):
        lines.append(f"{'not sealed':<30}  {plain:>9}  `infopoint keys rotate` seals them")
    return "\n".join(lines) or "There is no key yet: `infopoint run` makes the first."


def fresh() -> str:
    """Return a new key as it is written down. Secret."""
    return written([new_key()])[0]


async def new(settings: Settings) -> str:
    """Add a newest key to the key file, and return what to do next. Raises `KeyRefused`."""
    if settings.sealing_keys.get_secret_value():
        raise KeyRefused(
            "The keys come from INFOPOINT_SEALING_KEYS. `infopoint keys new --print` prints another one: add it there behind the "
            "others and restart every process, then put it first and restart them again, then run `infopoint keys rotate`."
        )
    # One at a time changes the file, else one would write over the other's key.
    async with opened(settings, make=True) as db, db.exclusive() as tx:
        made = _add(settings.key_file)  # before it is entered: a key that the database needs must be in the file
        await keys.enter(tx, made.newest, clock.now())
    return (
        f"{made.newest} is the newest key now. Copy {settings.key_file} to where its copy is kept, and to other machines "
        "that use this database. `infopoint keys rotate` then seals with it what is kept already."
    )


async def rotate(settings: Settings, progress: Progress, *, prune: bool = False) -> str:
    """Seal everything with the newest key, retire the others, and return what to do next. Raises `KeyRefused`.

    It may be stopped and begun again at any time, and the program goes on meanwhile.
    """
    async with opened(settings) as db:
        ring = db.sealer.ring
        if ring is None:
            raise KeyRefused("There is no key yet: `infopoint run` makes the first, or `infopoint keys new`.")
        await _wait_for_others(settings)
        await _wait_for_what_is_open(db)
        unreadable = await _everything(db, ring.newest, progress)
        progress(None)
        async with db.exclusive() as tx:
            present = _present(settings, ring)  # others may have made a key meanwhile
            counts = await keys.count(tx)
            stays = {ring.newest, present.newest}
            old = [each.id for each in await keys.known(tx) if each.id not in stays and not counts.get(each.id)]
            await keys.retire(tx, old, clock.now())
            over = _over(settings, present, old, prune=prune)
        left = sum(number for name, number in counts.items() if name != ring.newest)
        told = [f"{counts.get(ring.newest, 0)} values are sealed with the key {ring.newest}."]
        if unreadable:
            told.append(f"{unreadable} rows are damaged or lack their key, and stay as they are.")
        elif left:
            told.append(f"{left} values were sealed otherwise meanwhile: run this again when every process has the newest key.")
        told += over
    return "\n".join(told)


def _add(path: Path) -> Keyring:
    """Put a new key first in the key file."""
    ring = keyfile.read(path)
    return keyfile.make(path) if ring is None else keyfile.write(path, [new_key(), *ring.keys], ring.former)


def _present(settings: Settings, ring: Keyring) -> Keyring:
    """Return the keys as they are now; ``ring`` where they come from a setting."""
    return ring if settings.sealing_keys.get_secret_value() else keyfile.read(settings.key_file) or ring


def _over(settings: Settings, ring: Keyring, old: list[str], *, prune: bool) -> list[str]:
    """Return what is to be said of the keys that nothing takes any more, and drop them from the key file with ``prune``."""
    there = [name for name in ring.ids if name in old]
    if not there:
        return []
    names = ", ".join(there)
    backups = f"Backups that were made before need them for as long as they are kept ({settings.keep_backups} days)."
    if settings.sealing_keys.get_secret_value():
        return [f"These keys are not needed any more and may go from INFOPOINT_SEALING_KEYS: {names}. {backups}"]
    if not prune:
        return [f"These keys are not needed any more; with --prune they go from {settings.key_file}: {names}. {backups}"]
    left = [key for key, name in zip(ring.keys, ring.ids, strict=True) if name not in there]
    keyfile.write(settings.key_file, left, {*ring.former, *there})
    return [f"These keys are gone from {settings.key_file}: {names}. {backups} Keep a copy of them for so long."]


async def _wait_for_others(settings: Settings) -> None:
    """Wait until a key that came just now is known to every process that reads the key file."""
    if settings.sealing_keys.get_secret_value():
        return
    age = time.time() - settings.key_file.stat().st_mtime
    await asyncio.sleep(min(_SETTLED, max(0.0, _SETTLED - age)))


async def _wait_for_what_is_open(db: Database) -> None:
    """Wait until whatever may have sealed something with an older key is committed, so that it is found. Raises `KeyRefused`.

    SQLite lets one write at a time: there the first step of sealing anew waits for it, and whoever is not let in has given up
    (`_SETTLED`).
    """
    if db.is_sqlite:
        return
    async with db.read() as tx:
        moment = await probing.moment(tx)
    assert moment is not None  # noqa: S101 - a server has a clock
    began = time.monotonic()
    while True:
        async with db.read() as tx:  # a new one each time: a transaction sees the others as they were at its first look
            if not await probing.writes_since_before(tx, moment):
                return
        if time.monotonic() - began > _OPEN_FOR:
            raise KeyRefused(
                f"Another program has been writing to the database for {_OPEN_FOR:.0f} seconds without an end, and may have "
                "sealed something with an older key. Nothing was changed; run this again when it has ended."
            )
        await asyncio.sleep(_GLANCE)


async def _everything(db: Database, newest: str, progress: Progress) -> int:
    """Seal all tables anew, again for what was held by others; return how many rows cannot be opened."""
    unreadable = 0
    for _ in range(_PASSES):
        async with db.read() as tx:
            total = await keys.stale(tx, newest)
        if not total:
            return 0
        done = unreadable = 0
        for table in keys.sealed_tables():
            last, at_a_time = None, _FILES if table is attachment else _ROWS
            while True:
                began = time.monotonic()
                async with db.write() as tx:
                    passed = await keys.reseal(tx, table, last, newest, at_a_time)
                done, unreadable = done + passed.done, unreadable + passed.unreadable
                progress(Sealing(min(done / total, 1.0)))
                if passed.last is None:
                    break
                last = passed.last
                await asyncio.sleep(time.monotonic() - began)  # half of the time belongs to the others
        if not done:
            break
    return unreadable


def _has(known: list[keys.Known], name: str) -> bool:
    return any(each.id == name for each in known)


def _line(key: keys.Known, values: int, ring: Keyring | None) -> str:
    return f"{key.id}  {key.made_at:%Y-%m-%d %H:%M} UTC  {values:>9}  {_told(key, ring)}"


def _told(key: keys.Known, ring: Keyring | None) -> str:
    if ring is None or key.id not in ring.ids:
        return "retired and gone" if key.retired_at else "MISSING"
    if key.id == ring.newest:
        return "newest"
    return "retired, may be removed" if key.retired_at else "in use"
