"""How this process is doing, as ``/health`` tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version

from bot import clock
from bot.channels.telegram.state import Phase
from bot.store import inbox, keys, probing, told
from bot.store.database import Database, StoreError
from bot.store.retention import Periods
from bot.work.escalation import EMAIL, TELEGRAM
from bot.work.load import Load
from bot.work.proof import Proof
from bot.work.shelf import Shelf

#: Seconds that the database has to answer.
PATIENCE = 3.0

#: Phases in which nothing comes in through Telegram.
_AMISS = frozenset({Phase.TROUBLE.value, Phase.REFUSED.value})

#: How long what could not be told to staff is a trouble, and how long a message may be on its way.
_LATELY, _ON_ITS_WAY = timedelta(days=1), timedelta(minutes=1)
_MEANS = {EMAIL: "e-mail", TELEGRAM: "Telegram"}

_UNREACHABLE: tuple[Mapping[str, object], Sequence[str]] = ({"database": "unreachable"}, ())


class Health:
    """Looks at the shelf, the database and Telegram (whose state ``telegram`` returns; None where there is no token).

    ``proof`` tells whether what is over was deleted, ``load`` whether more comes in than is answered.
    """

    def __init__(
        self,
        db: Database,
        shelf: Shelf,
        telegram: Callable[[], Mapping[str, str]] | None,
        proof: Proof | None = None,
        load: Load | None = None,
    ) -> None:
        self._db, self._shelf, self._telegram = db, shelf, telegram
        self._load = load
        self._proof = proof or Proof(Periods())
        self._looking: asyncio.Task[tuple[Mapping[str, object], Sequence[str]]] | None = None

    async def told(self) -> Mapping[str, object]:
        """Return what ``/health`` tells; see `bot.web.health`. A database that does not answer in time is unreachable."""
        progress = self._shelf.progress
        telegram = {"telegram": "off"} if self._telegram is None else self._telegram()
        degraded = self._shelf.amiss
        if telegram["telegram"] in _AMISS:
            degraded.append(f"Telegram: {telegram['telegram']}")
        if telegram.get("telegram_group") == "trouble":
            degraded.append(f"Telegram group: {telegram['telegram_group_trouble']}")
        database, troubles = await self._database()
        degraded += [*troubles, *(self._load.troubles if self._load is not None else ())]
        return {
            "version": version("infopoint"),
            "edition": self._shelf.edition,
            "strength": self._shelf.index.strength,
            "training": None if progress is None else {"stage": progress.stage, "share": progress.share},
            **telegram,
            **database,
            "degraded": degraded,
        }

    async def _database(self) -> tuple[Mapping[str, object], Sequence[str]]:
        # Waited for from outside and by one task for all who ask: a server that hangs does not even let go when cancelled.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        done, _ = await asyncio.wait([self._looking], timeout=PATIENCE)
        return self._looking.result() if done else _UNREACHABLE

    async def _look(self) -> tuple[Mapping[str, object], Sequence[str]]:
        try:
            async with self._db.read() as tx:
                oldest = await inbox.oldest_open(tx)
                aside = await probing.set_aside(tx)
                failing = await told.failing(tx, clock.now() - _LATELY, clock.now() - _ON_ITS_WAY)
                proven = await self._proof.told(tx)
                missing = await keys.missing(tx)
        except StoreError:
            return _UNREACHABLE
        waiting = 0.0 if oldest is None else max((clock.now() - oldest).total_seconds(), 0.0)
        state = {
            "database": "ok",
            "keys": "missing" if missing else "ok",
            "oldest_waiting_s": round(waiting, 1),
            "set_aside": aside,
        }
        unsaid = [f"{_MEANS[means]} to staff does not go out" for means in sorted(failing)]
        locked = [f"keys are missing here, nothing is answered: {', '.join(sorted(missing))}"] if missing else []
        return state | {"housekeeping": proven.as_json()}, [*locked, *unsaid, *proven.troubles()]
