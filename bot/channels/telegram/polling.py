"""Receiving by long polling: kept first, acknowledged after.

An update is acknowledged by asking for the ones after it, so the next question is the acknowledgement. Where Telegram stands is
Telegram's to remember: after a restart we ask without an offset, get again what was never acknowledged, and what we
had already kept falls on the inbox's unique key. A number of our own would be worse than none: after a week of silence Telegram
begins anywhere again (https://core.telegram.org/bots/api#update), and an old, higher number would throw away what is new.
For that reason an offset is sent until it has been answered once, and no longer.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import clock
from bot.channels.telegram.backoff import REFUSED, Backoff, Pause
from bot.channels.telegram.client import RawApi, Trouble
from bot.channels.telegram.intake import Intake, Update, update_id
from bot.channels.telegram.parse import UPDATES
from bot.channels.telegram.state import Phase, State
from bot.store import leases
from bot.store.database import Database, StoreError
from bot.vitals import new_owner

#: Seconds that Telegram may keep a question open when there is nothing new.
LONG_POLL = 8

#: Seconds that a silent connection is given beyond that.
GRACE = 5.0

#: How long the right to poll lasts. It outlives one question, and is short because a process that was killed holds it on.
LEASE = timedelta(seconds=15)

#: Seconds between two looks whether the right to poll is free.
LOOK = 3.0

_CONFLICT = 409


class Polling:
    """The loop that asks for updates. One process per bot does so; the others stand by."""

    def __init__(
        self,
        raw: RawApi,
        intake: Intake,
        db: Database,
        state: State,
        lease: str,
        *,
        long_poll: int = LONG_POLL,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._raw = raw
        self._intake = intake
        self._db = db
        self._state = state
        self._lease = lease
        self._long_poll = long_poll
        self._owner = new_owner()
        self._backoff = Backoff(pause)
        self._acknowledge: int | None = None
        self._webhook_gone = False

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                await self._step()
        finally:
            await self._let_go()

    async def _step(self) -> None:
        try:
            if not await self._may_poll():
                self._state.now(Phase.STANDING_BY)
                await self._backoff.sleep(LOOK)
                return
            await self._round()
        except Trouble as trouble:
            # 409: a webhook was set behind our back, or somebody else polls with this token.
            self._webhook_gone = self._webhook_gone and trouble.code != _CONFLICT
            if trouble.wrong_token:
                self._state.now(Phase.REFUSED, trouble.detail)
                await self._backoff.sleep(REFUSED)
                return
            self._state.now(Phase.TROUBLE, trouble.detail)
            await self._backoff.wait(trouble.retry_after)
        except StoreError as error:
            self._state.now(Phase.TROUBLE, type(error).__name__)
            await self._backoff.wait()
        else:
            self._backoff.reset()

    async def _round(self) -> None:
        """Ask once and keep what comes. Raises `Trouble` and `StoreError`; then nothing of it is acknowledged."""
        if not self._webhook_gone:
            await self._raw.call("deleteWebhook", {})
            self._webhook_gone = True
            self._state.now(Phase.LISTENING)
        given = {"timeout": self._long_poll, "allowed_updates": UPDATES}
        if self._acknowledge is not None:
            given["offset"] = self._acknowledge
        batch = _numbered(await self._raw.call("getUpdates", given, timeout=self._long_poll + GRACE))
        self._acknowledge = None
        self._state.now(Phase.LISTENING)
        if batch:
            await self._intake.keep(batch)
            self._acknowledge = max(identifier for identifier, _ in batch) + 1

    async def _may_poll(self) -> bool:
        """Take or prolong the right to poll. Two pollers would only disturb each other, not lose anything."""
        async with self._db.write(passing=True) as tx:
            return await leases.take(tx, self._lease, self._owner, clock.now(), LEASE)

    async def _let_go(self) -> None:
        try:
            async with self._db.write() as tx:
                await leases.release(tx, self._lease, self._owner)
        except StoreError:
            return  # it runs out by itself


def _numbered(result: object) -> list[tuple[int, Update]]:
    """Return (number, update) pairs in rising order. What has no number cannot be kept apart from others and is dropped.

    Raises `Trouble` when nothing has one: then it is not Telegram who answers.
    """
    if not isinstance(result, list):
        raise Trouble("answer-is-no-list")
    found = [(update_id(update), update) for update in result]
    numbered = [(identifier, update) for identifier, update in found if identifier is not None]
    if found and not numbered:
        raise Trouble("updates-without-numbers")
    return sorted(numbered, key=lambda pair: pair[0])
