"""Learning apart: of all processes one learns the examples of an edition, and does so in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bot import clock
from bot.model.library import Example
from bot.store import leases
from bot.store.database import Database, StoreError
from bot.work.encoders import Encoder, for_another_process
from bot.work.lesson import EXAMPLES, FRESH, KNOWN, WEIGHTS, Kept, read_vectors, write_vectors

#: How long the right to learn lasts; it is prolonged three times within. Short, because a process that was killed holds it on.
LEASE = timedelta(seconds=30)

_log = structlog.get_logger("learning")


class TrainingError(Exception):
    """Learning from the examples did not come to its end; ``vectors`` are those that were computed until then."""

    def __init__(self, why: str, vectors: Kept | None = None) -> None:
        super().__init__(why)
        self.vectors: Kept = {} if vectors is None else vectors


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the training stands: its stage, and the share of the stage that is done, 0 to 1."""

    stage: str
    share: float


@asynccontextmanager
async def alone(db: Database, name: str, owner: str) -> AsyncIterator[bool]:
    """Hold the lease ``name`` for ``owner`` meanwhile, if nobody else does, and tell whether it is held. Raises `StoreError`."""
    async with db.write() as tx:
        ours = await leases.take(tx, name, owner, clock.now(), LEASE)
    if not ours:
        yield False
        return
    prolonging = asyncio.create_task(_prolong(db, name, owner))
    try:
        yield True
    finally:
        prolonging.cancel()
        await asyncio.wait([prolonging])
        with suppress(StoreError):  # it runs out by itself
            async with db.write() as tx:
                await leases.release(tx, name, owner)


async def _prolong(db: Database, name: str, owner: str) -> None:
    """Prolong a lease until cancelled. Where that fails, another process may learn the same, which does no harm."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            async with db.write() as tx:
                await leases.take(tx, name, owner, clock.now(), LEASE)
        except StoreError as error:
            _log.warning("the right to learn could not be prolonged", error=type(error).__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """What an apprentice leaves: ``weights`` as `Weights.to_bytes` writes them, and the vectors that it had to compute."""

    weights: bytes
    vectors: Kept


async def learn_apart(examples: Sequence[Example], encoder: Encoder, known: Kept, tell: Callable[[Progress], None]) -> Learned:
    """Return what an apprentice learned from ``examples``. Raises `TrainingError`.

    ``known`` are the vectors that need not be computed again.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="infopoint-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            rows = [[example.language, example.label, example.text] for example in examples]
            await asyncio.to_thread((folder / EXAMPLES).write_text, json.dumps(rows), "utf-8")
            await asyncio.to_thread(write_vectors, folder / KNOWN, known)
            try:
                await child("bot.work.apprentice", folder, encoder, tell)
            except TrainingError as error:
                raise TrainingError(str(error), await asyncio.to_thread(read_vectors, folder / FRESH)) from error
            weights = await asyncio.to_thread((folder / WEIGHTS).read_bytes)
            return Learned(weights, await asyncio.to_thread(read_vectors, folder / FRESH))
    except OSError as error:
        raise TrainingError(f"files of the apprentice: {error.strerror or type(error).__name__}") from error


async def child(module: str, folder: Path, encoder: Encoder, tell: Callable[[Progress], None]) -> None:
    """Let ``python -m module`` work on what lies in ``folder``, and end it when we are. Raises `TrainingError` and OSError."""
    command = (sys.executable, "-m", module, str(folder))
    # A session of its own: Ctrl-C on the terminal is for us alone, and we end it with all that it started. We never write to
    # its standard input: that this ends tells it that we are gone.
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        env=for_another_process(encoder),
    )
    try:
        if process.stdout is not None:
            async for line in process.stdout:
                tell(_progress(line))
        code = await process.wait()
    except ValueError as error:  # a line without end, or one that is no progress
        raise TrainingError("the apprentice told something else than its progress") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if code != 0:
        raise TrainingError(f"the apprentice ended with {code}")


def _progress(line: bytes) -> Progress:
    """Read what an apprentice tells. Raises ValueError."""
    match json.loads(line):
        case {"stage": str(stage), "share": int() | float() as share}:
            return Progress(stage, float(share))
    raise ValueError("no progress")
