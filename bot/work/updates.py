"""Updates that come with the program: the knowledge folder taken into the editions without losing an editor's work.

The folder that was taken last is remembered. What it and the present one differ in is the update; what it and the newest edition
differ in is the work of editors. Both are put together once, by whichever process starts first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from bot import clock
from bot.model.library import Library
from bot.store import editions, shipped
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.editions import Edition, Kind, OutdatedParent
from bot.store.packing import EditionError, NoLibraryError, pack, unpack
from bot.store.shipped import AlreadyTaken, Contradiction
from bot.threads import in_thread
from bot.work.school import Shipped

#: How often an update is tried again because somebody published meanwhile; after that the next start takes it.
_TRIES = 5

_log = structlog.get_logger("updates")


@dataclass(frozen=True, slots=True)
class United:
    """An update put together with the work of editors.

    ``library`` is None when both together are not sound; ``why`` then says so. ``told`` are the places where they contradict.
    """

    library: Library | None
    told: Sequence[Contradiction] = ()
    why: str = ""


class Source(Shipped, Protocol):
    """The knowledge folder as the shelf sees it. ``hash`` tells its contents apart without understanding them."""

    @property
    def hash(self) -> str:
        """What tells the contents apart."""
        ...

    def library(self) -> Library:
        """Read and check the folder. Raises `NoLibraryError`, which lists what is wrong."""
        ...

    def unite(self, base: Library | None, ours: Library, theirs: Library, now: datetime) -> United:
        """Put together what ``ours`` (the editors') and ``theirs`` (the folder's) made of ``base``; ours wins."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """The newest edition after a folder was looked at; ``library`` is what it holds, if that was unpacked on the way.

    ``trouble`` says in a sentence why the folder was not taken.
    """

    edition: Edition
    library: Library | None = None
    trouble: str = ""


class Updates:
    """Takes the knowledge folder into the editions."""

    def __init__(self, db: Database, bell: Bell, source: Source) -> None:
        self._db, self._bell, self._source = db, bell, source

    async def take(self) -> Taken:
        """Take what is new in the folder, and return the newest edition, whoever published it.

        A folder with errors is not taken. Raises `NoLibraryError` when there is no edition then.
        """
        source_hash = await in_thread(lambda: self._source.hash)
        theirs: Library | None = None
        for _ in range(_TRIES):
            async with self._db.read() as tx:
                newest = await editions.newest(tx)
                known = await shipped.is_known(tx, source_hash)
            if newest is not None and known:
                return Taken(newest)
            try:
                if theirs is None:
                    theirs = await in_thread(self._source.library)
            except NoLibraryError as error:
                if newest is None:
                    raise
                _log.error("the last good edition answers", why=str(error))
                return Taken(newest, trouble="the knowledge folder has errors and is not loaded")
            try:
                return await self._together(newest, theirs, source_hash)
            except (OutdatedParent, AlreadyTaken):
                continue  # another process was faster; look at what it made
        async with self._db.read() as tx:
            newest = await editions.newest(tx)
        if newest is None:
            raise NoLibraryError("nothing could be published")
        return Taken(newest, trouble="the update of the knowledge was not taken: editions follow one another too fast")

    async def in_place_of(self, broken: Edition) -> Taken:
        """Publish the folder as it is after an edition that cannot be used. Raises `NoLibraryError`."""
        theirs = await in_thread(self._source.library)
        source_hash = await in_thread(lambda: self._source.hash)
        content = await in_thread(lambda: pack(theirs))
        try:
            async with self._db.write() as tx:
                edition = await editions.publish(tx, broken.number, content, source_hash, clock.now(), "shipped")
                if not await shipped.is_known(tx, source_hash):
                    await shipped.take(tx, source_hash, content, clock.now())
        except (OutdatedParent, AlreadyTaken):
            async with self._db.read() as tx:
                newest = await editions.newest(tx)
            return Taken(newest or broken)
        self._bell.ring("edition")
        return Taken(edition, theirs)

    async def _together(self, newest: Edition | None, theirs: Library, source_hash: str) -> Taken:
        """Publish what the folder makes of the newest edition. Raises `OutdatedParent` and `AlreadyTaken`."""
        content = await in_thread(lambda: pack(theirs))
        if newest is None:
            return await self._publish(0, United(theirs), theirs, content, source_hash)
        try:
            ours = await in_thread(lambda: unpack(newest))
        except EditionError as error:
            _log.error("the knowledge folder is published in its place", why=str(error))
            return await self._publish(newest.number, United(theirs), theirs, content, source_hash)
        base = await self._base(newest, theirs)
        now = clock.now()
        united = United(theirs)
        if ours not in (base, theirs):
            united = await in_thread(lambda: self._source.unite(base, ours, theirs, now))
        if united.library is None:
            _log.error("the update of the knowledge is not taken; the last edition answers", why=united.why)
            return Taken(newest, ours, "the update of the knowledge does not go together with the work of editors")
        if united.library == ours:
            async with self._db.write() as tx:
                if await editions.newest_number(tx) != newest.number:
                    raise OutdatedParent
                await shipped.take(tx, source_hash, content, now, united.told)
            return Taken(newest, ours)
        return await self._publish(newest.number, united, theirs, content, source_hash)

    async def _base(self, newest: Edition, theirs: Library) -> Library | None:
        """Return the folder that was taken last, None where it cannot be read.

        Before folders were remembered each edition was a folder. What was imported before the first start stands for itself:
        from then on the differences to the present folder are updates.
        """
        async with self._db.read() as tx:
            content = await shipped.base(tx)
        if content is None and newest.kind is not Kind.SHIPPED:
            return theirs
        held = newest if content is None else replace(newest, content=content)
        try:
            return await in_thread(lambda: unpack(held))
        except EditionError as error:
            _log.warning("the folder that was taken last cannot be read: all is taken for the work of editors", why=str(error))
            return None

    async def _publish(self, parent: int, united: United, theirs: Library, content: bytes, source_hash: str) -> Taken:
        library = united.library or theirs
        whole = content if library is theirs else await in_thread(lambda: pack(library))
        now = clock.now()
        async with self._db.write() as tx:
            edition = await editions.publish(tx, parent, whole, source_hash, now, "shipped")
            await shipped.take(tx, source_hash, content, now, united.told)
        self._bell.ring("edition")
        return Taken(edition, library)
