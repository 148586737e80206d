"""The shelf: the edition that answers. Built beside the old one and swapped by one assignment.

A library without weights answers from word evidence at once; weights come from the store, from what was shipped with the
edition, or from training in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from pydantic import TypeAdapter

from bot import clock
from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.weights import BrokenWeightsError, Weights, fingerprint
from bot.model.library import Library
from bot.store import editions, vectors
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError

#: How many sets of weights are kept: the present edition's, and enough to go back.
_KEPT_WEIGHTS = 3

_log = structlog.get_logger("shelf")
_libraries = TypeAdapter(Library)


class NoLibraryError(Exception):
    """There is no edition yet, and the knowledge folder has errors; the message lists them."""


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


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the training stands: its stage, and the share of the stage that is done, 0 to 1."""

    stage: str
    share: float


class Shelf:
    """Holds the index that answers, and keeps it up to date with the editions in the store."""

    def __init__(
        self, db: Database, bell: Bell, source: Source, embedder: Embedder | None, encoder: str, max_wrong: float
    ) -> None:
        self._db, self._bell, self._source = db, bell, source
        self._embedder, self._encoder, self._max_wrong = embedder, encoder, max_wrong
        self._index: Index | None = None
        self._unlearned: tuple[editions.Edition, Library] | None = None
        self.edition = 0
        self.progress: Progress | None = None
        self.trouble: str | None = None
        self.on_progress: Callable[[Progress | None], None] = lambda _: None

    @property
    def _known(self) -> int:
        """The newest edition that we know of: the one that answers, or one that is being learned."""
        return self._unlearned[0].number if self._unlearned else self.edition

    @property
    def index(self) -> Index:
        """The index that answers now; a turn keeps the one it began with."""
        if self._index is None:
            raise NoLibraryError("nothing is loaded yet")
        return self._index

    async def open(self) -> None:
        """Load the newest edition; publish the knowledge folder as one first when it has changed since.

        Raises `NoLibraryError` when there is nothing to answer from. A folder with errors never replaces an edition.
        """
        async with self._db.read() as tx:
            newest = await editions.newest(tx)
        library = None
        source_hash = await asyncio.to_thread(lambda: self._source.hash)
        if newest is None or newest.source_hash != source_hash:
            try:
                library = await asyncio.to_thread(self._source.library)
            except NoLibraryError as error:
                if newest is None:
                    raise
                self.trouble = "the knowledge folder has errors and is not loaded"
                _log.error("the last good edition answers", why=str(error))
            else:
                newest = await self._publish(library, source_hash, newest.number if newest else 0)
        await self._put_up(newest, library if newest.source_hash == source_hash else None)

    async def _put_up_the_last_that_was_learned(self, newest: editions.Edition) -> None:
        """Put up the edition before ``newest`` if its weights are kept, to answer while ``newest`` is being learned."""
        async with self._db.read() as tx:
            former = await editions.get(tx, newest.parent)
        if former is None:
            return
        library = await _read_library(former)
        weights = await self._weights(library)
        if weights is not None:
            await self._swap(former, library, weights)

    async def run(self) -> None:
        """Train when weights are missing, and follow the editions that other processes publish; until cancelled."""
        while True:
            seen = self._bell.count("edition")
            try:
                await self._follow()
                if self._unlearned is not None:
                    await self._train(*self._unlearned)
                    continue
            except StoreError as error:
                _log.warning("the shelf cannot reach the database", error=type(error).__name__)
            await self._bell.wait("edition", 30 * POLL, seen)

    async def _follow(self) -> None:
        async with self._db.read() as tx:
            newest = await editions.newest(tx) if await editions.newest_number(tx) != self._known else None
        if newest is not None:
            await self._put_up(newest, None)

    async def _publish(self, library: Library, source_hash: str, parent: int) -> editions.Edition:
        content = await asyncio.to_thread(lambda: zlib.compress(_libraries.dump_json(library), 6))
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

    async def _put_up(self, edition: editions.Edition, library: Library | None) -> None:
        """Put ``edition`` up; where it is still to be learned, a former one that was learned answers until it is."""
        library = library or await _read_library(edition)
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
        built = await asyncio.to_thread(Index, library, weights, self._embedder, self._max_wrong)
        self._index, self.edition = built, edition.number
        _log.info("edition on the shelf", edition=edition.number, strength=built.strength)

    async def _weights(self, library: Library) -> Weights | None:
        """Return the weights of ``library``: from the store, else from what was shipped; None when they are to be trained."""
        wanted = self._fingerprint(library)
        async with self._db.read() as tx:
            kept = await vectors.get_weights(tx, wanted)
        for content in (kept, await asyncio.to_thread(self._source.weights)):
            weights = read_weights(content)
            if weights is not None and self._fits(weights, library):
                return weights
        return None

    def _fits(self, weights: Weights, library: Library) -> bool:
        """Tell whether ``weights`` were learned from this library, and with our encoder, if we have one."""
        ours = self._embedder is None or weights.encoder == self._embedder.name
        return ours and weights.fingerprint == fingerprint(library.examples, weights.encoder)

    def _fingerprint(self, library: Library) -> str:
        return fingerprint(library.examples, self._embedder.name if self._embedder else None)

    async def _train(self, edition: editions.Edition, library: Library) -> None:
        """Train in a process of its own, then put ``edition`` up with what was learned."""
        try:
            content = await self._learned(library)
        except TrainingError as error:
            self.trouble = "training failed"
            _log.error("training failed", detail=str(error))
            await asyncio.sleep(60 * POLL)
            return
        finally:
            self._tell(None)
        async with self._db.write() as tx:
            await vectors.put_weights(tx, self._fingerprint(library), content, clock.now())
            await vectors.keep_newest_weights(tx, _KEPT_WEIGHTS)
        self.trouble = None
        await self._put_up(edition, library)
        self._bell.ring("edition")

    async def _learned(self, library: Library) -> bytes:
        with tempfile.TemporaryDirectory(prefix="infopoint-") as name:
            folder = Path(name)
            rows = [[example.language, example.label, example.text] for example in library.examples]
            await asyncio.to_thread((folder / "examples.json").write_text, json.dumps(rows), "utf-8")
            encoder = self._encoder if self._embedder else "none"
            command = (sys.executable, "-m", "bot.work.apprentice", str(folder), encoder)
            # A session of its own: Ctrl-C on the terminal is for us alone, and we end it with all that it started.
            process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, start_new_session=True)
            try:
                if process.stdout is not None:
                    async for line in process.stdout:
                        told: dict[str, Any] = json.loads(line)
                        self._tell(Progress(told["stage"], told["share"]))
                code = await process.wait()
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    await process.wait()
            if code != 0:
                raise TrainingError(f"the apprentice ended with {code}")
            return await asyncio.to_thread((folder / "weights.npz").read_bytes)

    def _tell(self, progress: Progress | None) -> None:
        self.progress = progress
        self.on_progress(progress)


async def _read_library(edition: editions.Edition) -> Library:
    return await asyncio.to_thread(lambda: _libraries.validate_json(zlib.decompress(edition.content)))


class TrainingError(Exception):
    """Learning from the examples did not come to its end."""


def read_weights(content: bytes | None) -> Weights | None:
    """Return the weights in ``content``; None when there is none, or when another version of the program wrote it."""
    if content is None:
        return None
    try:
        return Weights.from_bytes(content)
    except BrokenWeightsError as error:
        _log.warning("weights cannot be read and are trained anew", why=str(error))
        return None
