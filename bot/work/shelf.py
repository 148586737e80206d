"""The shelf: the edition that answers. Built beside the old one and swapped by one assignment.

A library without weights answers from word evidence at once; weights come from the store, from what was shipped with the
edition, or from training in a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from bot import clock
from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.material import readings
from bot.matching.weights import Weights, fingerprint
from bot.model.library import Library
from bot.store import editions, vectors
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.threads import in_thread
from bot.work.learning import Progress, TrainingError, alone, learn_apart
from bot.work.lesson import Kept, text_hash
from bot.work.packing import UNUSABLE, EditionError, NoLibraryError, pack, read_weights, unpack

#: How many sets of weights are kept: the present edition's, and enough to go back.
_KEPT_WEIGHTS = 3

#: Seconds between two looks for a new edition; the bell is what makes it fast. The same while another process learns, and
#: after learning failed.
_LOOK, _LOOK_WAITING, _PAUSE_FAILED = 30 * POLL, 5 * POLL, 60 * POLL

_log = structlog.get_logger("shelf")


class Source(Protocol):
    """The knowledge folder as the shelf sees it. ``hash`` tells its contents apart without understanding them."""

    @property
    def hash(self) -> str:
        """What tells the contents apart."""
        ...

    def library(self) -> Library:
        """Read and check the folder. Raises `NoLibraryError`, which lists what is wrong."""
        ...

    def weights(self) -> bytes | None:
        """Return what was learned and lies beside the files, if anything does."""
        ...


class Shelf:
    """Holds the index that answers, and keeps it up to date with the editions in the store."""

    def __init__(
        self, db: Database, bell: Bell, source: Source, embedder: Embedder | None, encoder: str, max_wrong: float
    ) -> None:
        self._db, self._bell, self._source = db, bell, source
        self._embedder, self._encoder, self._max_wrong = embedder, encoder, max_wrong
        self._index: Index | None = None
        self._unlearned: tuple[editions.Edition, Library] | None = None
        self._unusable = 0
        self._owner = clock.new_id()
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

    async def open(self) -> None:
        """Load the newest edition; publish the knowledge folder as one first when it has changed since.

        An edition that cannot be used is followed by one from the folder. Raises `NoLibraryError` when there is nothing to
        answer from. A folder with errors never replaces an edition.
        """
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
            weights = await self._weights(library)
            if weights is not None:
                await self._swap(former, library, weights)
        except EditionError as error:
            _log.warning("the edition before cannot answer meanwhile", why=str(error))

    async def run(self) -> None:
        """Learn when weights are missing, and follow the editions that other processes publish; until cancelled."""
        while True:
            seen = self._bell.count("edition")
            try:
                await self._follow()
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
            await self._bell.wait("edition", _LOOK if self._unlearned is None else _LOOK_WAITING, seen)

    async def _follow(self) -> None:
        async with self._db.read() as tx:
            newest = await editions.newest(tx) if await editions.newest_number(tx) != self._known else None
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
        weights = await self._weights(library)
        self._unlearned = None
        if weights is None:
            self._unlearned = (edition, library)
            if self._index is None:
                await self._put_up_the_last_that_was_learned(edition)
            if self._index is not None and self._index.strength != "nearest":
                return
        await self._swap(edition, library, weights)

    async def _swap(self, edition: editions.Edition, library: Library, weights: Weights | None) -> None:
        try:
            built = await in_thread(lambda: Index(library, weights, self._embedder, self._max_wrong))
        except UNUSABLE as error:
            raise EditionError(edition.number, type(error).__name__) from error
        self._index, self.edition = built, edition.number
        _log.info("edition on the shelf", edition=edition.number, strength=built.strength)

    async def _weights(self, library: Library) -> Weights | None:
        """Return the weights of ``library``: from the store, else from what was shipped; None when they are to be trained."""
        return await self._kept(library) or self._usable(await in_thread(self._source.weights), library)

    async def _kept(self, library: Library) -> Weights | None:
        async with self._db.read() as tx:
            content = await vectors.get_weights(tx, self._fingerprint(library))
        return self._usable(content, library)

    def _usable(self, content: bytes | None, library: Library) -> Weights | None:
        weights = read_weights(content)
        return weights if weights is not None and self._fits(weights, library) else None

    def _fits(self, weights: Weights, library: Library) -> bool:
        """Tell whether ``weights`` were learned from this library, and with our encoder, if we have one."""
        ours = self._embedder is None or weights.encoder == self._embedder.name
        return ours and weights.fingerprint == fingerprint(library.examples, weights.encoder)

    def _fingerprint(self, library: Library) -> str:
        return fingerprint(library.examples, self._embedder.name if self._embedder else None)

    async def _learn(self, edition: editions.Edition, library: Library) -> None:
        """Put ``edition`` up with what was learned from it, by us or by another process; nothing while that one is at it.

        Raises `TrainingError`.
        """
        weights = await self._kept(library)
        if weights is None:
            async with alone(self._db, f"train/{self._fingerprint(library)}", self._owner) as ours:
                if not ours:
                    return
                weights = await self._kept(library) or await self._train(library)
            self._bell.ring("edition")
        self.troubles.pop("training", None)
        await self._swap(edition, library, weights)
        self._unlearned = None

    async def _train(self, library: Library) -> Weights:
        known = await self._known_vectors(library)
        try:
            learned = await learn_apart(library.examples, self._encoder if self._embedder else "none", known, self._tell)
        finally:
            self._tell(None)
        weights = self._usable(learned.weights, library)
        if weights is None:
            raise TrainingError("what the apprentice learned does not fit")
        async with self._db.write() as tx:
            await vectors.put_weights(tx, self._fingerprint(library), learned.weights, clock.now())
            if self._embedder is not None:
                await vectors.put(tx, self._embedder.name, learned.vectors)
            await vectors.keep_newest_weights(tx, _KEPT_WEIGHTS)
        return weights

    async def _known_vectors(self, library: Library) -> Kept:
        """Return the vectors of the examples that were computed for an edition before."""
        if self._embedder is None:
            return {}
        hashes = await in_thread(lambda: {text_hash(text) for text in readings(library.examples)})
        async with self._db.read() as tx:
            return await vectors.get(tx, self._embedder.name, hashes)

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        self.on_progress(progress)
