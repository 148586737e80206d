"""Delivery: sends what the outbox holds, one sender per channel among all processes, each address in order.

It is at-least-once: what was being sent when the process died is sent again, since a doubled answer is better than a lost one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels.contract import Sender, SendFailure
from bot.clock import new_id
from bot.clock import now as clock_now
from bot.store import conversations, entries, leases, outbox
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.store.outbox import Letter
from bot.work.commit import OnStep, no_step, ring

#: Seconds that one message may take to be sent; less than `LEASE`, so that nobody sends without holding it.
SEND_TIMEOUT = 20.0

#: How long one process is the only one that sends on a channel, unless it prolongs that.
LEASE = timedelta(seconds=30)

#: Addresses that are sent to at the same time.
WIDTH = 8

#: The longest pause between two attempts, and the age at which a message that only ever failed is given up.
LONGEST_PAUSE = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)

_log = structlog.get_logger(__name__)


class Delivery:
    """The senders of one process. In any number of processes only one at a time sends on a channel."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        senders: Mapping[str, Sender],
        *,
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
    ) -> None:
        self._db = db
        self._bell = bell
        self._senders = senders
        self._clock = clock
        self._on_step = on_step
        self._owner = new_id()

    async def run(self) -> None:
        """Send until cancelled, then let another process send."""
        async with asyncio.TaskGroup() as group:
            for channel in self._senders:
                group.create_task(self._serve(channel))

    async def _serve(self, channel: str) -> None:
        try:
            while True:
                seen = self._bell.count("outbox")
                try:
                    sent = await self.step(channel)
                except StoreError as error:
                    _log.warning("the database did not do its part; trying again", error=str(error))
                    sent = False
                if not sent:
                    await self._bell.wait("outbox", POLL, seen)
        finally:
            with suppress(StoreError):
                await asyncio.shield(self._stand_down(channel))

    async def step(self, channel: str) -> bool:
        """Send what is due on ``channel``, at most one message to each address, and tell whether there was any."""
        async with self._db.read() as tx:
            if not await outbox.has_due(tx, channel, self._clock()):
                return False
        async with self._db.write() as tx:
            now = self._clock()
            if not await leases.take(tx, _lease(channel), self._owner, now, LEASE):
                return False
            letters = await outbox.take_due(tx, channel, now, WIDTH)
        self._on_step("delivery: marked")
        sending = (self._send(self._senders[channel], letter) for letter in letters)
        for outcome in await asyncio.gather(*sending, return_exceptions=True):
            if outcome is not None:
                raise outcome
        return bool(letters)

    async def _send(self, sender: Sender, letter: Letter) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                remote_id = await sender.send(letter.outgoing, letter.address)
        except SendFailure as failure:
            await self._failed(letter, failure)
            return
        except Exception as error:  # noqa: BLE001 - the worker loop: what a channel did not foresee is temporary
            await self._failed(letter, SendFailure(permanent=False, detail=type(error).__name__))
            return
        self._on_step("delivery: sent")
        async with self._db.write() as tx:
            await outbox.sent(tx, letter.entry, remote_id)
        self._on_step("delivery: noted")

    async def _failed(self, letter: Letter, failure: SendFailure) -> None:
        now = self._clock()
        _log.warning("a message was not sent", entry=letter.entry, tries=letter.tries, failure=failure.detail)
        if failure.permanent or now - letter.put_at > GIVE_UP_AFTER:
            await self._give_up(letter, failure, now)
            return
        throttled = failure.retry_after is not None
        pause = timedelta(seconds=failure.retry_after or 0) if throttled else _pause(letter.tries)
        async with self._db.write() as tx:
            await outbox.put_off(tx, letter.entry, now + pause, failure.detail, uncount=throttled)

    async def _give_up(self, letter: Letter, failure: SendFailure, now: datetime) -> None:
        """Tell staff in the transcript; where the resident blocked us, nothing more is sent."""
        async with self._db.write() as tx:
            if await conversations.lock(tx, letter.conversation_id) is None:
                return  # forgotten meanwhile, and the letter with it
            await outbox.fail(tx, letter.entry, failure.detail)
            kind = entries.BLOCKED if failure.blocked else entries.SEND_FAILED
            await entries.put_note(tx, letter.conversation_id, failure.detail, now, kind=kind)
            if failure.blocked:
                await conversations.stop(tx, letter.conversation_id)
                await outbox.drop(tx, letter.conversation_id, failure.detail)
        ring(self._bell, letter.conversation_id, sends=False, case=True)

    async def _stand_down(self, channel: str) -> None:
        async with self._db.write() as tx:
            await leases.release(tx, _lease(channel), self._owner)


def _lease(channel: str) -> str:
    return f"send/{channel}"


def _pause(tries: int) -> timedelta:
    """Return how long to wait after attempt number ``tries``: 2 seconds, doubled each time."""
    return min(timedelta(seconds=2 ** min(tries, 16)), LONGEST_PAUSE)
