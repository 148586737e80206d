"""Delivery: sends what the outbox holds, one sender per channel among all processes, each address in order.

It is at-least-once: what was being sent when the process died is sent again, since a doubled answer is better than a lost one.
What staff change of a message follows it, once it is out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.channels.contract import Sender, SendFailure
from bot.clock import now as clock_now
from bot.model.message import Outgoing
from bot.store import amendments, conversations, entries, leases, outbox
from bot.store.amendments import Change, Correction
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError
from bot.store.outbox import Letter
from bot.vitals import new_owner
from bot.work.commit import OnStep, no_step, ring
from bot.work.contents import Contents, Pack
from bot.work.metering import Meter, NoMeter
from bot.work.noting import Notes

#: Seconds that one message may take to be sent; less than `LEASE`, so that nobody sends without holding it.
SEND_TIMEOUT = 20.0
#: Seconds for one with a file: ten megabytes through the slowest line that an office has. Others of the same round wait for it.
FILE_TIMEOUT = 45.0

#: How long one process is the only one that sends on a channel, unless it prolongs that.
LEASE = timedelta(seconds=30)

#: Seconds that what is on its way is given when the program ends: what is out and not noted is sent again by the next one.
FAREWELL = 0.6
#: Seconds after which it is prolonged while something is on its way.
PROLONG = 10.0

#: Addresses that are sent to at the same time.
WIDTH = 8

#: The longest pause between two attempts, and the age at which a message that only ever failed is given up.
LONGEST_PAUSE = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)

#: Why a change is given up whose message was refused.
NEVER_OUT = "never-out"

#: What staff are told of a message that was given up, and of a change.
_NOTES: Mapping[Change | None, str] = {
    None: entries.SEND_FAILED,
    Change.EDIT: entries.NOT_EDITED,
    Change.WITHDRAW: entries.NOT_WITHDRAWN,
}

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class Delivery:
    """The senders of one process. In any number of processes only one at a time sends on a channel."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        senders: Mapping[str, Sender],
        *,
        pack: Pack | None = None,
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
        meter: Meter | None = None,
    ) -> None:
        self._db = db
        self._contents = Contents(db, pack)
        self._bell = bell
        self._senders = senders
        self._clock = clock
        self._on_step = on_step
        self._meter = meter or NoMeter()
        self._notes = Notes(db)
        self._busy: set[str] = set()
        self._owner = new_owner()

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
                    self._meter.database_failed()
                    sent = False
                if not sent:
                    await self._bell.wait("outbox", POLL, seen)
        finally:
            with suppress(StoreError):
                await asyncio.shield(self._stand_down(channel))

    async def step(self, channel: str) -> bool:
        """Send what is due on ``channel``, at most one message and one change to each address; tell whether there was any."""
        if channel not in self._busy:  # else there is most probably more, and a look would only take time
            async with self._db.read() as tx:
                now = self._clock()
                if not (await outbox.has_due(tx, channel, now) or await amendments.has_due(tx, channel, now)):
                    return False
        self._busy.discard(channel)
        async with self._db.write(passing=True) as tx:
            now = self._clock()
            if not await leases.take(tx, _lease(channel), self._owner, now, LEASE):
                return False
            letters = await outbox.take_due(tx, channel, now, WIDTH)
            corrections = await amendments.take_due(tx, channel, now, WIDTH)
        self._on_step("delivery: marked")
        sender = self._senders[channel]
        sending = [self._send(sender, letter) for letter in letters]
        correcting = [self._correct(sender, correction) for correction in corrections]
        async with self._holding(channel):
            outcomes = await _to_the_end(asyncio.gather(*sending, *correcting, return_exceptions=True))
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        if letters or corrections:
            self._busy.add(channel)
        return channel in self._busy

    @asynccontextmanager
    async def _holding(self, channel: str) -> AsyncIterator[None]:
        """Keep the lease of ``channel`` for as long as the block takes."""
        prolonging = asyncio.create_task(self._prolong(channel))
        try:
            yield
        finally:
            prolonging.cancel()
            await asyncio.wait([prolonging])  # unlike awaiting it, this does not mistake our own end for its

    async def _prolong(self, channel: str) -> None:
        while True:
            await asyncio.sleep(PROLONG)
            with suppress(StoreError):
                async with self._db.write() as tx:
                    await leases.take(tx, _lease(channel), self._owner, self._clock(), LEASE)

    async def _send(self, sender: Sender, letter: Letter) -> None:
        try:
            remote_id = await self._attempt(self._sent(sender, letter), _seconds(letter.outgoing))
        except SendFailure as failure:
            await self._failed(letter, failure)
            return
        self._on_step("delivery: sent")
        is_kept = await self._notes.sent(letter.entry, remote_id)
        if not is_kept:  # all was forgotten meanwhile; what waits behind this one is not sent, either
            with suppress(SendFailure):
                await self._attempt(sender.withdraw(letter.address, remote_id), SEND_TIMEOUT)
        self._meter.sent("sent")
        self._on_step("delivery: noted")

    async def _sent(self, sender: Sender, letter: Letter) -> str:
        outgoing, content = await self._contents.of(letter)
        if content is None:
            return await sender.send(outgoing, letter.address)
        return await sender.send(outgoing, letter.address, content)

    async def _correct(self, sender: Sender, correction: Correction) -> None:
        try:
            remote_id = await self._attempt(self._corrected(sender, correction), _seconds(correction.outgoing))
        except SendFailure as failure:
            await self._failed(correction, failure)
            return
        self._on_step("delivery: corrected")
        async with self._db.write() as tx:
            await amendments.done(tx, correction, remote_id)

    async def _corrected(self, sender: Sender, correction: Correction) -> str:
        if not correction.remote_id:
            raise SendFailure(permanent=True, detail="was-being-sent" if correction.is_unsure else NEVER_OUT)
        if correction.change is Change.WITHDRAW:
            await sender.withdraw(correction.address, correction.remote_id)
            return ""
        if correction.outgoing.veil is None:
            return await sender.edit(correction.outgoing, correction.address, correction.remote_id)
        outgoing, content = await self._contents.of(correction)
        return await sender.edit(outgoing, correction.address, correction.remote_id, content)

    async def _attempt(self, sending: Coroutine[None, None, _T], seconds: float) -> _T:
        """Return what ``sending`` gives within so many seconds. Raises `SendFailure`."""
        try:
            async with asyncio.timeout(seconds):
                return await sending
        except (SendFailure, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - the worker loop: what a channel did not foresee is temporary
            raise SendFailure(permanent=False, detail=type(error).__name__) from None

    async def _failed(self, sent: Letter | Correction, failure: SendFailure) -> None:
        now = self._clock()
        _log.warning("a message was not sent", entry=sent.entry, tries=sent.tries, failure=failure.detail)
        if failure.permanent or now - sent.put_at > GIVE_UP_AFTER:
            self._meter.sent("failed")
            await self._give_up(sent, failure, now)
            return
        self._meter.sent("put-off")
        throttled = failure.retry_after is not None
        pause = timedelta(seconds=failure.retry_after or 0) if throttled else _pause(sent.tries)
        async with self._db.write() as tx:
            if isinstance(sent, Letter):
                await outbox.put_off(tx, sent.entry, now + pause, failure.detail, uncount=throttled)
            else:
                await amendments.put_off(tx, sent, now + pause, failure.detail, uncount=throttled)

    async def _give_up(self, sent: Letter | Correction, failure: SendFailure, now: datetime) -> None:
        """Tell staff in the transcript; where the resident blocked us, nothing more is sent."""
        async with self._db.write() as tx:
            if await conversations.lock(tx, sent.conversation_id) is None:
                return  # forgotten meanwhile, and the letter with it
            if isinstance(sent, Letter):
                await outbox.fail(tx, sent.entry, failure.detail)
            else:
                await amendments.fail(tx, sent, failure.detail)
            if failure.detail == NEVER_OUT:
                return  # that it did not go out stands in the transcript already
            kind = entries.BLOCKED if failure.blocked else _NOTES[sent.change if isinstance(sent, Correction) else None]
            await entries.put_note(tx, sent.conversation_id, failure.detail, now, kind=kind)
            if failure.blocked:
                await conversations.stop(tx, sent.conversation_id)
                await outbox.drop(tx, sent.conversation_id, failure.detail)
                await amendments.drop(tx, sent.conversation_id, failure.detail)
        ring(self._bell, sent.conversation_id, sends=False, case=True)

    async def _stand_down(self, channel: str) -> None:
        async with self._db.write() as tx:
            await leases.release(tx, _lease(channel), self._owner)


async def _to_the_end(sending: asyncio.Future[list[_T]]) -> list[_T]:
    """Return what comes of ``sending``. When this is cancelled, that is cancelled a moment later."""
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        await asyncio.wait([sending], timeout=FAREWELL)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        raise


def _seconds(outgoing: Outgoing) -> float:
    return FILE_TIMEOUT if outgoing.file is not None or outgoing.with_data else SEND_TIMEOUT


def _lease(channel: str) -> str:
    return f"send/{channel}"


def _pause(tries: int) -> timedelta:
    """Return how long to wait after attempt number ``tries``: 2 seconds, doubled each time."""
    return min(timedelta(seconds=2 ** min(tries, 16)), LONGEST_PAUSE)
