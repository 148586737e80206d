"""The shelf: the edition that answers. Built beside the old one and swapped by one assignment.

A library without weights answers at once: from likeness alone, or from the words that weights of another encoder know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.library import Library
from bot.store import editions
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.store.packing import UNUSABLE, EditionError, NoLibraryError, unpack
from bot.threads import in_thread
from bot.work.encoders import Encoder
from bot.work.learning import Progress, TrainingError
from bot.work.school import School
from bot.work.updates import Source, Updates

#: Seconds between two looks for a new edition; the bell is what makes it fast. The same while another process learns or the
#: encoder is in trouble, and after learning failed.
_LOOK, _LOOK_WAITING, _PAUSE_FAILED = 30 * POLL, 5 * POLL, 60 * POLL

#: Seconds that a start waits for an encoder elsewhere; it is looked for again.
_START_SECONDS = 3.0

_log = structlog.get_logger("shelf")


class Shelf:
    """Holds the index that answers, and keeps it up to date with the editions in the store."""

    def __init__(self, db: Database, bell: Bell, source: Source, encoder: Encoder, max_wrong: float) -> None:
        self._db, self._bell, self._max_wrong = db, bell, max_wrong
        self._updates = Updates(db, bell, source)
        self.school = School(db, bell, source, encoder)
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
    def embedder(self) -> Embedder | None:
        """The encoder, where there is one now."""
        return self.school.embedder

    @property
    def amiss(self) -> list[str]:
        """What is amiss with editions, with learning and with the encoder, a sentence each."""
        return [*self.troubles.values(), *filter(None, [self.school.trouble])]

    def close(self) -> None:
        """Let the encoder go; nothing is understood from now on but from words."""
        self.school.close()

    async def open(self) -> None:
        """Load the newest edition; take what is new in the knowledge folder first, when it has changed since.

        An edition that cannot be used is followed by one from the folder. Raises `NoLibraryError` when there is nothing to
        answer from. A folder with errors never replaces an edition.
        """
        await self.school.look_for_encoder(_START_SECONDS)
        taken = await self._updates.take()
        if taken.trouble:
            self.troubles["folder"] = taken.trouble
        try:
            await self._put_up(taken.edition, taken.library)
        except EditionError as error:
            if taken.library is not None:
                raise
            _log.error("the knowledge folder is published in its place", why=str(error))
            taken = await self._updates.in_place_of(taken.edition)
            await self._put_up(taken.edition, taken.library)

    async def _put_up_the_last_that_was_learned(self, newest: editions.Edition) -> None:
        """Put up the edition before ``newest`` if its weights are kept, to answer while ``newest`` is being learned."""
        async with self._db.read() as tx:
            former = await editions.get(tx, newest.parent)
        if former is None:
            return
        try:
            library = await in_thread(lambda: unpack(former))
            weights = await self.school.weights(library) or await self.school.stand_in(library)
            if weights is not None:
                await self._swap(former, library, weights)
        except EditionError as error:
            _log.warning("the edition before cannot answer meanwhile", why=str(error))

    async def run(self) -> None:
        """Learn when weights are missing, and follow the editions that other processes publish; until cancelled."""
        while True:
            seen = self._bell.count("edition")
            try:
                await self._follow(anew=await self.school.look_for_encoder())
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
            calm = self._unlearned is None and not self.school.trouble
            await self._bell.wait("edition", _LOOK if calm else _LOOK_WAITING, seen)

    async def _follow(self, *, anew: bool) -> None:
        """Put up the newest edition unless we know it; ``anew`` even then, because other weights may fit now."""
        async with self._db.read() as tx:
            newest = await editions.newest(tx) if anew or await editions.newest_number(tx) != self._known else None
        if newest is not None:
            await self._put_up(newest, None)
            self.troubles.pop("edition", None)

    async def _put_up(self, edition: editions.Edition, unpacked: Library | None) -> None:
        """Put ``edition`` up; where it is still to be learned, a former one that was learned answers until it is."""
        library = await in_thread(lambda: unpack(edition)) if unpacked is None else unpacked
        weights = await self.school.weights(library)
        self._unlearned = None
        if weights is None:
            self._unlearned = (edition, library)
            if self._index is None or self._index.strength == "nearest":
                weights = await self.school.stand_in(library)
            if weights is None and self._index is None:
                await self._put_up_the_last_that_was_learned(edition)
            if self._index is not None and self._index.strength != "nearest":
                return
        await self._swap(edition, library, weights)

    async def _swap(self, edition: editions.Edition, library: Library, weights: Weights | None) -> None:
        try:
            built = await in_thread(lambda: Index(library, weights, self.school.embedder, self._max_wrong))
        except UNUSABLE as error:
            raise EditionError(edition.number, type(error).__name__) from error
        self._index, self.edition = built, edition.number
        _log.info("edition on the shelf", edition=edition.number, strength=built.strength)

    async def _learn(self, edition: editions.Edition, library: Library) -> None:
        """Put ``edition`` up with what was learned from it, if it was. Raises `TrainingError`."""
        weights = await self.school.learn(library, self._tell)
        if weights is not None:
            self.troubles.pop("training", None)
            await self._swap(edition, library, weights)
            self._unlearned = None

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        self.on_progress(progress)
