"""Where weights come from: from the store, from what was shipped with the knowledge, or from an apprentice who learns anew.

Weights belong to the examples that they were learned from and to one encoder. Those of another encoder still know the words, so
they stand in until the right ones are learned, and when the encoder is out of reach.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog

from bot import clock
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.material import readings
from bot.matching.weights import Weights, fingerprint
from bot.model.library import Library
from bot.store import trials, vectors
from bot.store.bell import Bell
from bot.store.database import Database
from bot.threads import in_thread
from bot.vitals import new_owner
from bot.work.encoders import Encoder, load
from bot.work.endpoint import FIRST_SECONDS, RemoteEmbedder
from bot.work.kept_weights import fits, read_weights
from bot.work.learning import Progress, TrainingError, alone, learn_apart
from bot.work.lesson import Kept, text_hash

#: How many sets of weights are kept: the present edition's, and enough to go back.
_KEPT_WEIGHTS = 3
#: And of how many open drafts, that publishing one of them takes seconds.
_KEPT_OF_DRAFTS = 5

_log = structlog.get_logger("school")


class Shipped(Protocol):
    """Where weights may lie that came with the knowledge."""

    def weights(self) -> bytes | None:
        """Return what was learned and lies beside the files, if anything does."""
        ...


class School:
    """Holds the encoder, and finds or makes the weights that fit a library and this encoder."""

    def __init__(self, db: Database, bell: Bell, shipped: Shipped, encoder: Encoder) -> None:
        self._db, self._bell, self._shipped, self._encoder = db, bell, shipped, encoder
        self._owner = new_owner()
        self._missed = ""
        self._looked = False
        self.embedder: Embedder | None = None

    @property
    def trouble(self) -> str:
        """What is amiss with the encoder, in a sentence; empty when nothing is."""
        if isinstance(self.embedder, RemoteEmbedder):
            return self.embedder.trouble
        return self._missed

    async def look_for_encoder(self, seconds: float = FIRST_SECONDS) -> bool:
        """Load the encoder if it is not, and see after one in trouble. Tell whether there is one now and was none before.

        An endpoint that does not answer within ``seconds`` is looked for again the next time.
        """
        if isinstance(self.embedder, RemoteEmbedder):
            await in_thread(self.embedder.knock)
        if self._looked:
            return False
        try:
            self.embedder = await in_thread(lambda: load(self._encoder, seconds))
        except EmbedderError as error:
            if not self._missed:
                _log.warning("words decide until the encoder is found", why=str(error))
            self._missed = str(error)
            return False
        self._looked, self._missed = True, ""
        return self.embedder is not None

    def close(self) -> None:
        """Let the encoder go."""
        if isinstance(self.embedder, RemoteEmbedder):
            self.embedder.close()

    async def weights(self, library: Library) -> Weights | None:
        """Return the weights of ``library`` for our encoder; without an encoder any do. None when they are to be learned."""
        fitting = await self._kept(library) or await self._usable(await in_thread(self._shipped.weights), library)
        if fitting is None and self.embedder is None:
            return await self.stand_in(library)
        return fitting

    async def stand_in(self, library: Library) -> Weights | None:
        """Return weights of ``library`` for any encoder: of them the words count."""
        async with self._db.read() as tx:
            kept = await vectors.all_weights(tx)
        for content in [*kept, await in_thread(self._shipped.weights)]:
            weights = await in_thread(lambda content=content: read_weights(content))  # type: ignore[misc]
            if weights is not None and await in_thread(lambda weights=weights: _is_of(weights, library)):  # type: ignore[misc]
                return weights
        return None

    def fingerprint(self, library: Library) -> str:
        """Return the name under which the weights of ``library`` are kept."""
        return fingerprint(library.examples, self.embedder.name if self.embedder else None)

    @property
    def encoder(self) -> Encoder:
        """What another process is to use as we do: "none" while the encoder is not there."""
        return self._encoder if self.embedder else "none"

    async def packed(self, library: Library) -> bytes | None:
        """Return what `weights` finds as it is kept, without taking it out; None when it is to be learned."""
        name = self.embedder.name if self.embedder else None
        wanted = await in_thread(lambda: self.fingerprint(library))
        async with self._db.read() as tx:
            ours = await vectors.get_weights(tx, wanted)
            kept = [ours] if ours is not None else [] if name else await vectors.all_weights(tx)
        shipped = await in_thread(self._shipped.weights)
        for content in [*kept, *([] if shipped is None else [shipped])]:
            if await in_thread(lambda content=content: fits(content, library, name)):  # type: ignore[misc]
                return content
        return None

    async def learn(
        self, library: Library, tell: Callable[[Progress | None], None], live: Library | None = None
    ) -> Weights | None:
        """Return the weights of ``library``, learned by us or by another process; None while that one is at it.

        Raises `TrainingError`. ``tell`` is given each step, and None at the end. ``live`` is the library that answers, where it
        is another one: its weights are to stay.
        """
        weights = await self._kept(library)
        if weights is None:
            name = await in_thread(lambda: self.fingerprint(library))
            async with alone(self._db, f"train/{name}", self._owner) as ours:
                if not ours:
                    return None
                weights = await self._kept(library) or await self._train(library, tell, live or library)
            self._bell.ring("edition")
        return weights

    async def _kept(self, library: Library) -> Weights | None:
        name = await in_thread(lambda: self.fingerprint(library))
        async with self._db.read() as tx:
            content = await vectors.get_weights(tx, name)
        return await self._usable(content, library)

    async def _usable(self, content: bytes | None, library: Library) -> Weights | None:
        """Return what ``content`` holds if it was learned from this library, and with our encoder, if we have one."""
        weights = await in_thread(lambda: read_weights(content))
        ours = weights is not None and (self.embedder is None or weights.encoder == self.embedder.name)
        return weights if ours and weights is not None and await in_thread(lambda: _is_of(weights, library)) else None

    async def _train(self, library: Library, tell: Callable[[Progress | None], None], live: Library) -> Weights:
        known = await self._known_vectors(library)
        try:
            learned = await learn_apart(library.examples, self.encoder, known, tell)
        except TrainingError as error:
            await self._keep_vectors(error.vectors)  # so that the next attempt goes on from there
            raise
        finally:
            tell(None)
        weights = await self._usable(learned.weights, library)
        if weights is None:
            raise TrainingError("what the apprentice learned does not fit")
        ours, answering = await in_thread(lambda: (self.fingerprint(library), self.fingerprint(live)))
        async with self._db.write() as tx:
            await vectors.put_weights(tx, ours, learned.weights, clock.now())
            besides = [answering, *await trials.weights_wanted(tx, _KEPT_OF_DRAFTS)]
            await vectors.keep_newest_weights(tx, _KEPT_WEIGHTS, besides)
        await self._keep_vectors(learned.vectors)
        return weights

    async def _keep_vectors(self, computed: Kept) -> None:
        if self.embedder is not None and computed:
            async with self._db.write() as tx:
                await vectors.put(tx, self.embedder.name, computed)

    async def _known_vectors(self, library: Library) -> Kept:
        """Return the vectors of the examples that were computed for an edition before."""
        if self.embedder is None:
            return {}
        hashes = await in_thread(lambda: {text_hash(text) for text in readings(library.examples)})
        async with self._db.read() as tx:
            return await vectors.get(tx, self.embedder.name, hashes)


def _is_of(weights: Weights, library: Library) -> bool:
    return weights.fingerprint == fingerprint(library.examples, weights.encoder)
