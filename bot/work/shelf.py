"""The shelf: the edition that answers. Built beside the old one and swapped by one assignment.

A library without weights answers at once: from likeness alone, or from the words that weights of another encoder know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from bot import clock
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.library import Library
from bot.store import editions
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.store.packing import UNUSABLE, EditionError, NoLibraryError, pack, unpack
from bot.threads import in_thread
from bot.work.encoders import Encoder
from bot.work.learning import Progress, TrainingError
from bot.work.school import School, Shipped

#: Seconds between two looks for a new edition; the bell is what makes it fast. The same while another process learns or the
#: encoder is in trouble, and after learning failed.
_LOOK, _LOOK_WAITING, _PAUSE_FAILED = 30 * POLL, 5 * POLL, 60 * POLL

#: Seconds that a start waits for an encoder elsewhere; it is looked for again.
_START_SECONDS = 3.0

_log = structlog.get_logger("shelf")


class Source(Shipped, Protocol):
    """The knowledge folder as the shelf sees it. ``hash`` tells its contents apart without understanding them."""

    @property
    def hash(self) -> str:
        """What tells the contents apart."""
        ...

    def library(self) -> Library:
        """Read and check the folder. Raises `NoLibraryError`, which lists what is wrong."""
        ...


class Shelf:
    """Holds the index that answers, and keeps it up to date with the editions in the store."""

    def __init__(self, db: Database, bell: Bell, source: Source, encoder: Encoder, max_wrong: float) -> None:
        self._db, self._bell, self._source, self._max_wrong = db, bell, source, max_wrong
        self._school = School(db, bell, source, encoder)
        self._index: Index | None = None
        self._unlearned: tuple[editions.Edition, Library] | None = None
        self._unusable = 0
        self.edition = 0
        self.progress: Progress | None = None
        self.troubles: dict[str, str] = {}
        self.on_progress: Callable[[Progress | None], None] = lambda _: None

    @property
    def _known(self) -> int:
        """The newest edition that we know of: the one that answers, one that is to be learned, or one that cannot be used."""
        return max(self._unusable, self._unlearned[0].number if self._unlearned else self.edition)

    @property
    def index(self) -> Index:
        """The index that answers now; a turn keeps the one it began with."""
        if self._index is None:
            raise NoLibraryError("nothing is loaded yet")
        return self._index

    @property
    def amiss(self) -> list[str]:
        """What is amiss with editions, with learning and with the encoder, a sentence each."""
        return [*self.troubles.values(), *filter(None, [self._school.trouble])]

    def close(self) -> None:
        """Let the encoder go; nothing is understood from now on but from words."""
        self._school.close()

    async def open(self) -> None:
        """Load the newest edition; publish the knowledge folder as one first when it has changed since.

        An edition that cannot be used is followed by one from the folder. Raises `NoLibraryError` when there is nothing to
        answer from. A folder with errors never replaces an edition.
        """
        await self._school.look_for_encoder(_START_SECONDS)
        async with self._db.read() as tx:
            newest = await editions.newest(tx)
        library = None
        source_hash = await in_thread(lambda: self._source.hash)
        if newest is None or newest.source_hash != source_hash:
            try:
                library = await in_thread(self._source.library)
            except NoLibraryError as error:
                if newest is None:
                    raise
                self.troubles["folder"] = "the knowledge folder has errors and is not loaded"
                _log.error("the last good edition answers", why=str(error))
            else:
                newest = await self._publish(library, source_hash, newest.number if newest else 0)
        fresh = library if newest.source_hash == source_hash else None
        try:
            await self._put_up(newest, fresh)
        except EditionError as error:
            if fresh is not None:
                raise
            _log.error("the knowledge folder is published in its place", why=str(error))
            library = await in_thread(self._source.library)
            newest = await self._publish(library, source_hash, newest.number)
            await self._put_up(newest, library if newest.source_hash == source_hash else None)

    async def _put_up_the_last_that_was_learned(self, newest: editions.Edition) -> None:
        """Put up the edition before ``newest`` if its weights are kept, to answer while ``newest`` is being learned."""
        async with self._db.read() as tx:
            former = await editions.get(tx, newest.parent)
        if former is None:
            return
        try:
            library = await in_thread(lambda: unpack(former))
            weights = await self._school.weights(library) or await self._school.stand_in(library)
            if weights is not None:
                await self._swap(former, library, weights)
        except EditionError as error:
            _log.warning("the edition before cannot answer meanwhile", why=str(error))

    async def run(self) -> None:
        """Learn when weights are missing, and follow the editions that other processes publish; until cancelled."""
        while True:
            seen = self._bell.count("edition")
            try:
                await self._follow(anew=await self._school.look_for_encoder())
                if self._unlearned is not None:
                    await self._learn(*self._unlearned)
            except StoreError as error:
                _log.warning("the shelf cannot reach the database", error=type(error).__name__)
            except EditionError as error:
                self._unusable = error.number
                if self._unlearned is not None and self._unlearned[0].number == error.number:
                    self._unlearned = None
                self.troubles["edition"] = f"edition {error.number} cannot be used"
                _log.error("the edition before answers on", why=str(error))
            except TrainingError as error:
                self.troubles["training"] = "training failed"
                _log.error("training failed", detail=str(error))
                await asyncio.sleep(_PAUSE_FAILED)
            calm = self._unlearned is None and not self._school.trouble
            await self._bell.wait("edition", _LOOK if calm else _LOOK_WAITING, seen)

    async def _follow(self, *, anew: bool) -> None:
        """Put up the newest edition unless we know it; ``anew`` even then, because other weights may fit now."""
        async with self._db.read() as tx:
            newest = await editions.newest(tx) if anew or await editions.newest_number(tx) != self._known else None
        if newest is not None:
            await self._put_up(newest, None)
            self.troubles.pop("edition", None)

    async def _publish(self, library: Library, source_hash: str, parent: int) -> editions.Edition:
        content = await in_thread(lambda: pack(library))
        try:
            async with self._db.write() as tx:
                published = await editions.publish(tx, parent, content, source_hash, clock.now(), "shipped")
        except editions.OutdatedParent:  # another process published a moment ago; theirs answers
            async with self._db.read() as tx:
                theirs = await editions.newest(tx)
            if theirs is None:
                raise
            return theirs
        self._bell.ring("edition")
        return published

    async def _put_up(self, edition: editions.Edition, unpacked: Library | None) -> None:
        """Put ``edition`` up; where it is still to be learned, a former one that was learned answers until it is."""
        library = await in_thread(lambda: unpack(edition)) if unpacked is None else unpacked
        weights = await self._school.weights(library)
        self._unlearned = None
        if weights is None:
            self._unlearned = (edition, library)
            if self._index is None or self._index.strength == "nearest":
                weights = await self._school.stand_in(library)
            if weights is None and self._index is None:
                await self._put_up_the_last_that_was_learned(edition)
            if self._index is not None and self._index.strength != "nearest":
                return
        await self._swap(edition, library, weights)

    async def _swap(self, edition: editions.Edition, library: Library, weights: Weights | None) -> None:
        try:
            built = await in_thread(lambda: Index(library, weights, self._school.embedder, self._max_wrong))
        except UNUSABLE as error:
            raise EditionError(edition.number, type(error).__name__) from error
        self._index, self.edition = built, edition.number
        _log.info("edition on the shelf", edition=edition.number, strength=built.strength)

    async def _learn(self, edition: editions.Edition, library: Library) -> None:
        """Put ``edition`` up with what was learned from it, if it was. Raises `TrainingError`."""
        weights = await self._school.learn(library, self._tell)
        if weights is not None:
            self.troubles.pop("training", None)
            await self._swap(edition, library, weights)
            self._unlearned = None

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        self.on_progress(progress)
