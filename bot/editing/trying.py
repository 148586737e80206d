"""Making trials: learning what a draft teaches, and deciding the same questions with it and with the edition that answers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from bot import clock
from bot.editing import comparing, tryout
from bot.editing.comparing import Asked
from bot.editing.drafting import Drafting, NoDraft
from bot.editing.outcomes import Found
from bot.editing.tryout import Side
from bot.model.library import LANGUAGES, Library
from bot.store import questions, trials, vectors
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.store.packing import UNUSABLE, NoLibraryError
from bot.store.trials import State, Trial
from bot.threads import in_thread
from bot.vitals import new_owner
from bot.work.learning import Progress, TrainingError, alone, child
from bot.work.lesson import Kept, text_hash
from bot.work.school import School

#: What rings when a trial was asked for.
BELL = "trial"
#: How many of the latest residents' questions are decided: each takes some hundredths of a second, their number is shown.
MOST_ASKED = 500

#: Seconds between two looks; while another process is at it, or the live edition is still being learned, they are shorter.
_LOOK, _LOOK_WAITING = 30 * POLL, 3 * POLL
#: Seconds without a step forward after which deciding is given up: a pattern that takes so long must never be published.
STALLED = 180.0
#: Seconds after which it is given up although it goes forward.
LONGEST = 600.0
_LEASE = "trial"
_CHILD = "bot.editing.tryout"

_log = structlog.get_logger("trying")


class Trying:
    """Makes the trials that are asked for, one at a time among all processes. One for a process."""

    def __init__(
        self, db: Database, bell: Bell, school: School, max_wrong: float, *, clock: Callable[[], datetime] = clock.now
    ) -> None:
        self._db, self._bell, self._school, self._max_wrong, self._now = db, bell, school, max_wrong, clock
        self._owner = new_owner()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            seen = self._bell.count(BELL)
            waiting = False
            try:
                waiting = await self.look()
            except StoreError as error:
                _log.warning("trials cannot reach the database", error=type(error).__name__)
            await self._bell.wait(BELL, _LOOK_WAITING if waiting else _LOOK, seen)

    async def look(self) -> bool:
        """Make the trials that are asked for; tell whether any is left, because somebody else is at it."""
        async with self._db.read() as tx:
            asked = await trials.open_ones(tx)
        if not asked:
            return False
        async with alone(self._db, _LEASE, self._owner) as ours:
            if not ours:
                return True
            # Not kept between two trials: editions as editors see them take memory.
            drafting = Drafting(self._db, clock=self._now)
            return any([await self._unless_asked_anew(trial, drafting) for trial in asked])

    async def _unless_asked_anew(self, trial: Trial, drafting: Drafting) -> bool:
        """Make ``trial`` while it is wanted and tell whether it is left for later."""
        progress = [Progress("waiting", 0)]
        making = asyncio.create_task(self._make(trial, drafting, progress))
        try:
            while not (await asyncio.wait([making], timeout=POLL))[0]:
                async with self._db.write() as tx:
                    wanted = await trials.tell(tx, trial, progress[0].stage, int(progress[0].share * 100))
                if not wanted:
                    return False
            return making.result()
        finally:
            making.cancel()
            await asyncio.wait([making])

    async def _make(self, trial: Trial, drafting: Drafting, progress: list[Progress]) -> bool:
        """Find out what would change, write it down, and tell whether that is left for later."""
        found: Found | None = None
        try:
            work = await drafting.of(trial.draft_id)
            draft: Library | None = None
            # What changed since is not even read: only what was asked for is known to be sound.
            if (await in_thread(lambda: work.digest), work.live.number) == (trial.digest, trial.base):
                draft = (await drafting.read(work)).library
            if draft is not None:
                found = await self._found(trial, work.live.library, draft, progress)
                if found is None:
                    return True
        except NoDraft:
            return False
        except (TrainingError, NoLibraryError) as error:
            _log.error("a trial failed", why=str(error))
        except (*UNUSABLE, RecursionError) as error:  # what a draft holds must not end us: we would begin it again and again
            _log.error("a trial failed", why=type(error).__name__)
        state = State.FAILED if found is None else State.DONE
        async with self._db.write() as tx:
            await trials.end(tx, trial, state, None if found is None else found.as_json(), self._now())
        return False

    async def _found(self, trial: Trial, live: Library, draft: Library, progress: list[Progress]) -> Found | None:
        """Return what would change; None while another process learns what is needed for it. Raises `TrainingError`."""
        if await in_thread(lambda: comparing.same_decisions(live, draft)):
            return await in_thread(lambda: comparing.without_asking(live, draft))
        before, now = await self._school.packed(live), await self._school.packed(draft)
        weights = await in_thread(lambda: self._school.fingerprint(draft))
        async with self._db.write() as tx:
            await trials.tell(tx, trial, progress[0].stage, 0, weights)
        if before is None:  # the shelf of one of us learns it just now
            return None
        if now is None:
            if await self._school.learn(draft, _into(progress), live) is None:
                return None
            now = await self._school.packed(draft)
        if now is None:
            raise TrainingError("what was learned is not there")
        return await self._apart(Side(live, before), Side(draft, now), progress)

    async def _apart(self, live: Side, draft: Side, progress: list[Progress]) -> Found:
        """Let a process of its own decide. Raises `TrainingError`."""
        async with self._db.read() as tx:
            latest = await questions.latest(tx, limit=MOST_ASKED)
        asked = [Asked(each.turn, each.language, each.text) for each in latest if each.language in LANGUAGES and each.text]
        known = await self._known(live.library, draft.library)
        try:
            with tempfile.TemporaryDirectory(prefix="infopoint-", ignore_cleanup_errors=True) as name:
                folder = Path(name)
                await in_thread(lambda: tryout.write(folder, live, draft, asked, known, self._max_wrong))
                await self._decide(folder, progress)
                found, fresh = await in_thread(lambda: tryout.read(folder))
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise TrainingError(f"files of a trial: {type(error).__name__}") from error
        if fresh and self._school.embedder is not None:
            async with self._db.write() as tx:
                await vectors.put(tx, self._school.embedder.name, fresh)
        return found

    async def _decide(self, folder: Path, progress: list[Progress]) -> None:
        """Let a child decide what lies in ``folder``. Raises `TrainingError`, also when it stands still or takes too long."""
        loop, keep = asyncio.get_running_loop(), _into(progress)
        last = loop.time() + LONGEST
        try:
            async with asyncio.timeout(min(STALLED, LONGEST)) as limit:

                def tell(step: Progress) -> None:
                    limit.reschedule(min(loop.time() + STALLED, last))
                    keep(step)

                await child(_CHILD, folder, self._school.encoder, tell)
        except TimeoutError:
            raise TrainingError("deciding came to no end: perhaps a pattern takes for ever") from None

    async def _known(self, *libraries: Library) -> Kept:
        """Return the vectors of golden questions that were computed for a trial before."""
        if self._school.embedder is None:
            return {}
        hashes = await in_thread(lambda: {text_hash(each.text) for library in libraries for each in library.golden})
        async with self._db.read() as tx:
            return await vectors.get(tx, self._school.embedder.name, hashes)


def _into(progress: list[Progress]) -> Callable[[Progress | None], None]:
    """Return what keeps the last step that was told."""

    def tell(step: Progress | None) -> None:
        if step is not None:
            progress[0] = step

    return tell
